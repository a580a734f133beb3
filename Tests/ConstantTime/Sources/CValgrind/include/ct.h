/* What the program tells memcheck: which bytes are secret (undefined, to memcheck), which are public by decision. */
#ifndef TACIT_CT_H
#define TACIT_CT_H

#include <stddef.h>

void ct_secret(const void *bytes, size_t count);
void ct_public(const void *bytes, size_t count);
/* 1 if every bit of these bytes is undefined to memcheck. */
int ct_is_secret(const void *bytes, size_t count);
unsigned ct_errors(void);
int ct_is_watched(void);

#endif
