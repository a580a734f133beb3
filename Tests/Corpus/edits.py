"""Applies the edits of a corruption to good bytes; `Corruption.swift` does the same in the suite."""

import hashlib
import re

HEAD, DIGEST = 104, 32
MAGIC = b"\x89TCT"


def blake2b(content):
    return hashlib.blake2b(content, digest_size=32).digest()


def lanes(content):
    """The digest of frames of version 2: eight BLAKE2b digests of every eighth word, and their digest."""
    padded = content + bytes(1024 - len(content)) if not content else content + bytes(-len(content) % 1024)
    words = [padded[i : i + 8] for i in range(0, len(padded), 8)]
    return blake2b(len(content).to_bytes(8, "little") + b"".join(blake2b(b"".join(words[lane::8])) for lane in range(8)))


def apply(content, edits):
    for edit in edits:
        ((kind, value),) = edit.items()
        content = EDITS[kind](content, value)
    return content


def at(content, offset):
    return offset if offset >= 0 else len(content) + offset


def put(content, value):
    start, new = at(content, value[0]), bytes.fromhex(value[1])
    return content[:start] + new + content[start + len(new) :]


def insert(content, value):
    start = at(content, value[0])
    return content[:start] + bytes.fromhex(value[1]) + content[start:]


def delete(content, value):
    start = at(content, value[0])
    return content[:start] + content[start + value[1] :]


def flip(content, value):
    place = at(content, value[0])
    return content[:place] + bytes([content[place] ^ 1 << value[1]]) + content[place + 1 :]


def sub(content, value):
    """The first match of a regular expression; files count as Latin-1."""
    changed, count = re.subn(value[0], value[1], content.decode("latin-1"), count=1)
    assert count == 1, f"nothing matches {value[0]}"
    return changed.encode("latin-1")


def replace(content, value):
    old, new = bytes.fromhex(value[0]), bytes.fromhex(value[1])
    assert old in content
    return content.replace(old, new, 1)


def close(content, _):
    """Puts a frame's body length and digest right."""
    length = (len(content) - HEAD - DIGEST).to_bytes(8, "little")
    return digest(content[:16] + length + content[24:], _)


def digest(content, _):
    """Puts the digest at the end right."""
    covered = content[:-DIGEST]
    return covered + (lanes if covered.startswith(MAGIC) and covered[8] == 2 else blake2b)(covered)


EDITS = {
    "truncate": lambda content, count: content[:count],
    "append": lambda content, new: content + bytes.fromhex(new),
    "whole": lambda content, value: bytes.fromhex(value[0]) * value[1],
    "body": lambda content, value: content[:HEAD] + bytes.fromhex(value[0]) * value[1] + content[-DIGEST:],
    "set": put, "insert": insert, "delete": delete, "flip": flip, "sub": sub, "replace": replace, "close": close, "digest": digest,
}  # fmt: skip
