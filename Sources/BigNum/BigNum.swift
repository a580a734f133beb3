// The module BigNum.
