"""Opens and makes vault files with PyNaCl alone, after docs/vault-format.md.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install pynacl
    /tmp/v/bin/python vault_vectors.py make      the hexadecimal texts of VaultVectors.swift
    /tmp/v/bin/python vault_vectors.py open FILE PASSPHRASE
    /tmp/v/bin/python vault_vectors.py check FOLDER

With TACIT_VECTORS_OUT=FOLDER the test VaultVectorTests leaves files there to open: small.key under "new", large.key under
"correct horse", a backup of both under "backup", and small.key in a box for device.key. `open` prints what is in a key's
file or a backup and checks every digest, tag and length of the page; `check` does so for all of these.
"""

import hashlib
import struct
import sys

import nacl.bindings as na
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id

MAGIC = b"TACITVLT"
CHUNK = 65536


def blake2b(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def subkey(master, number):
    salt = struct.pack("<Q", number) + bytes(8)
    person = b"TacitKEK" + bytes(8)
    return hashlib.blake2b(b"", key=master, salt=salt, person=person, digest_size=32).digest()


def derive(passphrase, passes, memory, salt):
    master = argon2id.kdf(32, passphrase, salt, opslimit=passes, memlimit=memory)
    return subkey(master, 1), subkey(master, 2)


def identity_digest(start, identity):
    domain = b"tacit vault identity"
    return blake2b(struct.pack("<Q", len(domain)) + domain + start + identity)


def open_payload(sealed, key, associated):
    state = na.crypto_secretstream_xchacha20poly1305_state()
    na.crypto_secretstream_xchacha20poly1305_init_pull(state, sealed[:24], key)
    plain, at = b"", 24
    while True:
        chunk = sealed[at : at + CHUNK + 17]
        piece, tag = na.crypto_secretstream_xchacha20poly1305_pull(state, chunk, associated)
        plain, at = plain + piece, at + len(chunk)
        final = na.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        assert (tag == final) == (at == len(sealed)), "the last chunk, and it alone, is final"
        assert tag in (0, final)
        if tag == final:
            return plain


def seal_payload(plain, key, associated):
    state = na.crypto_secretstream_xchacha20poly1305_state()
    sealed = na.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    chunks = [plain[i : i + CHUNK] for i in range(0, len(plain), CHUNK)] or [b""]
    for i, chunk in enumerate(chunks):
        last = i == len(chunks) - 1
        tag = na.crypto_secretstream_xchacha20poly1305_TAG_FINAL if last else 0
        sealed += na.crypto_secretstream_xchacha20poly1305_push(state, chunk, associated, tag)
    return sealed


def open_file(data, passphrase, wanted=1):
    assert data[:8] == MAGIC
    assert blake2b(data[:-32]) == data[-32:], "checksum"
    version, kind, i, r, zero, p = struct.unpack("<HHIIIQ", data[8:32])
    assert (version, kind, zero) == (1, wanted, 0) and 32 + i + r + p + 32 == len(data)
    identity, record = data[32 : 32 + i], data[32 + i : 32 + i + r]
    payload = data[32 + i + r : -32]
    digest = identity_digest(data[:16], identity)
    form, pad = struct.unpack("<HH", identity[:4])
    key_id, created = identity[4:20], struct.unpack("<Q", identity[20:28])[0]
    at, texts = 28, []
    for _ in range(2):
        n = struct.unpack("<H", identity[at : at + 2])[0]
        texts.append(identity[at + 2 : at + 2 + n].decode())
        at += 2 + n
    n = struct.unpack("<I", identity[at : at + 4])[0]
    metadata = identity[at + 4 :]
    assert (form, pad) == (1, 0) and len(metadata) == n
    form, state, kdf, passes, memory = struct.unpack("<HBBIQ", record[:16])
    salt = record[16:32]
    revision, changed, shares = struct.unpack("<QQQ", record[32:56])
    commitment, nonce = record[56:88], record[88:112]
    assert (form, kdf) == (1, 2)
    wrapping, committed = derive(passphrase, passes, memory, salt)
    assert committed == commitment, "wrong passphrase"
    plain = na.crypto_aead_xchacha20poly1305_ietf_decrypt(
        record[112:], digest + blake2b(payload) + record[:112], nonce, wrapping
    )
    count, at, ledgers = struct.unpack("<I", plain[32:36])[0], 36, {}
    for _ in range(count):
        tag, n = struct.unpack("<II", plain[at : at + 8])
        ledgers[tag] = plain[at + 8 : at + 8 + n]
        at += 8 + n
    assert at == len(plain)
    return {
        "name": texts[1], "kind": texts[0], "keyID": key_id.hex(), "created": created,
        "metadata": metadata.hex(), "state": state, "revision": revision, "changed": changed,
        "shareCount": shares, "ledgers": {t: b.hex() for t, b in ledgers.items()},
        "payload": open_payload(payload, plain[:32], digest).hex(),
    }  # fmt: skip


def make_file(passphrase, payload, *, name, kind, key_id, created, metadata, state, revision,
              shares, ledgers, passes, memory, salt, nonce, data_key, file_kind=1):
    identity = struct.pack("<HH", 1, 0) + key_id + struct.pack("<Q", created)
    for text in (kind, name):
        identity += struct.pack("<H", len(text)) + text.encode()
    identity += struct.pack("<I", len(metadata)) + metadata
    start = MAGIC + struct.pack("<HHI", 1, file_kind, len(identity))
    digest = identity_digest(start, identity)
    sealed = seal_payload(payload, data_key, digest)
    wrapping, commitment = derive(passphrase, passes, memory, salt)
    clear = struct.pack("<HBBIQ", 1, state, 2, passes, memory) + salt
    clear += struct.pack("<QQQ", revision, created + 60, shares) + commitment + nonce
    books = struct.pack("<I", len(ledgers))
    for tag, book in sorted(ledgers.items()):
        books += struct.pack("<II", tag, len(book)) + book
    record = clear + na.crypto_aead_xchacha20poly1305_ietf_encrypt(
        data_key + books, digest + blake2b(sealed) + clear, nonce, wrapping
    )
    data = start + struct.pack("<IIQ", len(record), 0, len(sealed)) + identity + record + sealed
    return data + blake2b(data)


def pack_backup(files):
    return struct.pack("<HHI", 1, 0, len(files)) + b"".join(struct.pack("<Q", len(f)) + f for f in files)


def open_backup(data, passphrase):
    plain = bytes.fromhex(open_file(data, passphrase, wanted=2)["payload"])
    form, zero, count = struct.unpack("<HHI", plain[:8])
    assert (form, zero) == (1, 0)
    at, files = 8, []
    for _ in range(count):
        n = struct.unpack("<Q", plain[at : at + 8])[0]
        files.append(plain[at + 8 : at + 8 + n])
        at += 8 + n
    assert at == len(plain)
    return files


def make_box(device, *, name, kind, key_id, created, metadata, state, shares, ledgers, payload):
    identity = struct.pack("<HH", 1, 0) + key_id + struct.pack("<Q", created)
    for text in (kind, name):
        identity += struct.pack("<H", len(text)) + text.encode()
    identity += struct.pack("<I", len(metadata)) + metadata
    books = struct.pack("<I", len(ledgers))
    for tag, book in sorted(ledgers.items()):
        books += struct.pack("<II", tag, len(book)) + book
    content = struct.pack("<IIQQQ", len(identity), len(books), len(payload), state, shares) + identity + books + payload
    head = MAGIC + struct.pack("<HHIQ", 1, 3, 0, 56 + len(content) + 48) + device
    data = head + SealedBox(PublicKey(device)).encrypt(head + content)
    return data + blake2b(data)


def open_box(data, secret):
    assert data[:8] == MAGIC and blake2b(data[:-32]) == data[-32:]
    version, kind, zero, count = struct.unpack("<HHIQ", data[8:24])
    assert (version, kind, zero) == (1, 3, 0) and 56 + count + 32 == len(data)
    assert bytes(PrivateKey(secret).public_key) == data[24:56]
    plain = SealedBox(PrivateKey(secret)).decrypt(data[56:-32])
    assert plain[:56] == data[:56]
    i, r, p, state, shares = struct.unpack("<IIQQQ", plain[56:88])
    assert 88 + i + r + p == len(plain)
    return {"identity": plain[88 : 88 + i].hex(), "ledgers": plain[88 + i : 88 + i + r].hex(), "state": state,
            "shareCount": shares, "payload": plain[88 + i + r :].hex()}  # fmt: skip


SAMPLE = dict(created=1_790_000_000, passes=1, memory=8192, salt=bytes(range(50, 66)), nonce=bytes(range(24)))


def make_sample():
    return make_file(
        b"correct horse", bytes(range(200)), name="python-1", kind="paillier",
        key_id=bytes(range(16)), metadata=b"public \x00\xff", state=2,
        revision=9, shares=3, ledgers={1: b"one", 70000: b""}, data_key=bytes(range(100, 132)), **SAMPLE,
    )


def make_device():
    secret = bytes(range(1, 33))
    return bytes(PrivateKey(secret).public_key), make_file(
        b"correct horse", secret, name="device", kind="device", key_id=bytes(range(20, 36)),
        metadata=bytes(PrivateKey(secret).public_key), state=1, revision=1, shares=0, ledgers={},
        data_key=bytes(range(60, 92)), **SAMPLE,
    )


def make_backup(sample):
    return make_file(
        b"backup", pack_backup([make_device()[1], sample]), name="backup", kind="backup",
        key_id=bytes(range(40, 56)), metadata=b"", state=1, revision=1, shares=0, ledgers={},
        data_key=bytes(range(70, 102)), file_kind=2, **SAMPLE,
    )


def make_shared():
    return make_box(
        make_device()[0], name="python-2", kind="ckks", key_id=bytes(range(80, 96)), created=1_790_000_000,
        metadata=b"ring", state=1, shares=4, ledgers={9: b"nine"}, payload=bytes(range(90)),
    )


def check(folder):
    """Opens what the test of this vault left, and compares the parts with one another."""
    read = lambda name: open(f"{folder}/{name}", "rb").read()  # noqa: E731
    small = open_file(read("small.key"), b"new")
    assert small["payload"] == bytes(range(200)).hex() and small["state"] == 2
    large = open_file(read("large.key"), b"correct horse")
    assert large["payload"] == "07" * 150_000 and large["shareCount"] == 12
    assert open_backup(read("both.backup"), b"backup") == [read("large.key"), read("small.key")]
    secret = bytes.fromhex(open_file(read("device.key"), b"correct horse")["payload"])
    box = open_box(read("small.box"), secret)
    assert box["payload"] == small["payload"] and box["state"] == 2 and box["shareCount"] == 3
    print("small.key, large.key, both.backup, device.key and small.box are as the page says")


def main():
    if sys.argv[1:] == ["make"]:
        data = make_sample()
        assert open_file(data, b"correct horse")["payload"] == bytes(range(200)).hex()
        print("python", data.hex())
        print("pythonBackup", make_backup(data).hex())
        print("pythonBox", make_shared().hex())
    elif sys.argv[1] == "check":
        check(sys.argv[2])
    else:
        with open(sys.argv[2], "rb") as file:
            print(open_file(file.read(), sys.argv[3].encode()))


if __name__ == "__main__":
    main()
