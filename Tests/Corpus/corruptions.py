"""The corrupt files of the corpus: which good file each is made of, how, and what must be said of it.

A corruption is a list of edits; `edits.py` applies them here, `Corruption.swift` in the suite. Offsets below zero count from the
end; "close" puts body length and digest right afterwards, so that the parser behind them is reached.
"""

CLOSE = {"close": True}
CORPUS = []


def add(good, name, expected, *edits):
    CORPUS.append({"name": f"{good}-{name}", "good": good, "expected": expected, "edits": list(edits)})


def cut(count):
    return {"truncate": count}


def put(offset, data):
    return {"set": [offset, data]}


def insert(offset, data):
    return {"insert": [offset, data]}


def delete(offset, count):
    return {"delete": [offset, count]}


def sub(pattern, text):
    return {"sub": [pattern, text]}


def text(content):
    return data(content.encode().hex())


def data(content):
    return {"whole": [content, 1]}


FRAMES = ["card", "model", "request", "response", "keys", "public", "prequest", "pkeys"]


def frames():
    for good in FRAMES:
        add(good, "empty", "not a Tacit file", cut(0))
        add(good, "one-byte", "truncated in the header", cut(1))
        add(good, "half-a-header", "truncated in the header", cut(60))
        add(good, "no-body", "truncated in the body", cut(104))
        add(good, "last-byte-missing", "truncated in the body", cut(-1))
        add(good, "one-byte-more", "bytes after the end of the file", {"append": "00"})
        add(good, "other-magic", "not a Tacit file", put(0, "88"))
        add(good, "text-mode-transfer", "not a Tacit file", {"replace": ["0d0a1a0a", "0a1a0a"]})
        version = 3 if good in ("request", "response", "prequest") else 2
        add(good, "next-version", f"format version {version}", put(8, f"0{version}00"))
        add(good, "unknown-kind", "unknown kind of file (99)", put(10, "6300"))
        add(good, "unknown-scheme", "unknown scheme", put(12, "09"))
        add(good, "reserved-bytes", "reserved bytes are not zero", put(13, "01"))
        add(good, "length-of-2-to-the-64", "truncated in the body", put(16, "ffffffffffffffff"))
        add(good, "length-zero", "bytes after the end of the file", put(16, "0000000000000000"))
        add(good, "digest", "its digest does not fit", {"flip": [-1, 7]})
        add(good, "body", "its digest does not fit", {"flip": [130, 0]})
        add(good, "other-ring", "other encryption parameters", {"flip": [30, 1]}, CLOSE)
        if good not in ("card", "model"):
            add(good, "body-longer", "bytes after the end of the body", insert(-32, "00" * 8), CLOSE)
            add(good, "body-shorter", "truncated in ", delete(-40, 8), CLOSE)
    for good, other, what in [("card", 1, "a compiled model"), ("model", 2, "a model card"), ("keys", 3, "a public key"),
                              ("public", 4, "evaluation keys"), ("request", 6, "encrypted results"), ("response", 5, "encrypted rows")]:  # fmt: skip
        add(good, "other-kind", "damaged header" if good == "model" else f"holds {what}",
            put(10, f"{other:02x}00"), CLOSE)
    for good in ("request", "response", "prequest"):
        add(good, "other-key", "another secret key", {"flip": [60, 3]}, CLOSE)
        add(good, "other-card", "made for another model", {"flip": [80, 3]}, CLOSE)
    add("keys", "other-key", "another secret key", {"flip": [60, 3]}, CLOSE)
    add("keys", "a-card-identity", "damaged header", put(80, "01"), CLOSE)
    add("card", "a-key-identity", "damaged header", put(60, "01"), CLOSE)


def batches():
    for good, level, wrong in (("request", 2, 1), ("response", 0, 1)):
        first = 148 if good == "request" else 116
        add(good, "no-rows", "the number of rows: 0 is not in", put(104, "00"), CLOSE)
        add(good, "one-ciphertext-for-two-rows", "1 where 2 rows take 2", put(104, "02"), CLOSE)
        add(good, "a-billion-rows", "the number of rows: 2147483647 is not in", delete(104, 1), insert(104, "ffffffff07"), CLOSE)
        add(good, "rows-in-a-long-form", "shortest form", put(104, "81"), insert(105, "00"), CLOSE)
        add(good, "no-ciphertext", "0 where 1 rows take 1", put(105, "00"), CLOSE)
        add(good, "two-ciphertexts", "the limit is 1", put(105, "02"), CLOSE)
        add(good, "ciphertexts-by-the-quintillion", "9223372036854775807, the limit is 1", delete(105, 1), insert(105, "ff" * 8 + "7f"), CLOSE)
        add(good, "flag-of-seven", "unknown form 7", put(106, "07"), CLOSE)
        add(good, "other-level", f"level {wrong} where {level} is needed", put(107, f"{wrong:02x}"), CLOSE)
        add(good, "level-beyond", "is not in 0...", put(107, "3f"), CLOSE)
        add(good, "scale-nan", "not a finite number", put(108, "000000000000f87f"), CLOSE)
        add(good, "scale-infinite", "not a finite number", put(108, "000000000000f07f"), CLOSE)
        add(good, "scale-zero", "not at the scale", put(108, "0000000000000000"), CLOSE)
        add(good, "scale-negative", "not at the scale", {"flip": [115, 7]}, CLOSE)
        add(good, "scale-off-by-one-bit", "not at the scale", {"flip": [108, 0]}, CLOSE)
        add(good, "first-residue-too-large", "coefficient 0: residue not below its modulus", put(first, "ff" * 8), CLOSE)
        add(good, "last-residue-too-large", "residue not below its modulus", put(-40, "ff" * 8), CLOSE)
    add("response", "seeded", "seeded, where it cannot be fresh", put(106, "01"), CLOSE)
    add("public", "other-level", "0 is not in 2...2", put(104, "00"), CLOSE)
    add("public", "level-beyond", "63 is not in 2...2", put(104, "3f"), CLOSE)
    add("public", "residue-too-large", "residue not below its modulus", put(137, "ff" * 8), CLOSE)
    add("public", "last-residue-too-large", "residue not below its modulus", put(-40, "ff" * 8), CLOSE)
    add("keys", "level-beyond", "63 is not in 0...", put(104, "3f"), CLOSE)
    add("keys", "level-in-a-long-form", "shortest form", put(104, "80"), insert(105, "00"), CLOSE)
    add("keys", "residue-too-large", "residue not below its modulus", put(137, "ff" * 8), CLOSE)
    add("keys", "last-residue-too-large", "residue not below its modulus", put(-40, "ff" * 8), CLOSE)
    add("prequest", "exponent", "the exponent: 0 where", put(104, "00"), CLOSE)
    add("prequest", "last-ciphertext-zero", "ciphertext 17 is not between 0 and n^2", put(-800, "00" * 768), CLOSE)
    add("prequest", "last-ciphertext-one", "hides nothing", put(-800, "00" * 767 + "01"), CLOSE)
    add("prequest", "last-ciphertext-too-large", "not between 0 and n^2", put(-800, "ff" * 768), CLOSE)
    add("pkeys", "width", "neither 0 nor 1", put(104, "0008"), CLOSE)
    add("pkeys", "even-modulus", "even", put(489, "00"), CLOSE)
    add("pkeys", "short-modulus", "where 3072 are named", put(106, "00" * 8), CLOSE)
    add("pkeys", "other-key", "another secret key", {"flip": [60, 3]}, CLOSE)
    add("pkeys", "flag-of-seven", "neither 0 nor 1", put(490, "07"), CLOSE)


def cards():
    def edit(name, expected, pattern, replacement):
        add("card", name, expected, sub(pattern, replacement), CLOSE)

    edit("empty-row", "without a sensible input shape", r'"shape":\[1,4\]', '"shape":[0,4]')
    edit("row-of-five", "whose layouts do not fit its parameters", r'"shape":\[1,4\]', '"shape":[1,5]')
    edit("negative-shape", "without a sensible input shape", r'"shape":\[1,4\]', '"shape":[-1,-4]')
    edit("overflowing-shape", "without a sensible input shape", r'"shape":\[1,4\]', '"shape":[4611686018427387904,4]')
    edit("huge-shape", "without a sensible input shape", r'"shape":\[1,4\]', '"shape":[1073741824,4]')
    edit("shape-of-text", "a wrong value at 'input.shape'", r'"shape":\[1,4\]', '"shape":"many"')
    edit("range-upside-down", "a range that is none", r'"lower":-2,"upper":2', '"lower":2,"upper":-2')
    edit("range-too-large", "invalid contents", r'"upper":2', '"upper":1e999')
    edit("no-ranges", "missing input ranges", r'"ranges":\[.*?\]', '"ranges":[]')
    edit("degree-no-power-of-two", "expected a power of two from 1024 to 65536", r'"degree":\d+', '"degree":4095')
    edit("degree-zero", "expected a power of two from 1024 to 65536", r'"degree":\d+', '"degree":0')
    edit("degree-negative", "expected a power of two from 1024 to 65536", r'"degree":\d+', '"degree":-4096')
    edit("degree-of-2-to-the-40", "expected a power of two from 1024 to 65536", r'"degree":\d+', '"degree":1099511627776')
    edit("degree-halved", "above the bound of", r'"degree":\d+', '"degree":2048')
    edit("security-of-64", "expected 128, 192 or 256", r'"security":128', '"security":64')
    edit("security-not-reached", "above the bound of", r'"security":128', '"security":192')
    edit("scale-zero", "expected a finite number of at least 2", r'"topScale":\d+', '"topScale":0')
    edit("scale-huge", "parameter scale at level 0", r'"topScale":\d+', '"topScale":1e300')
    edit("composite-special-modulus", "expected a prime below 2^50", r'"specialModuli":\[\d+', '"specialModuli":[11437883391')
    edit("no-special-modulus", "exactly when there are no special primes", r'"specialModuli":\[[0-9,]+\]', '"specialModuli":[]')
    edit("equal-moduli", "a prime that occurs twice", r'"levelGroups":\[\[(\d+)\],\[\d+\]\]', r'"levelGroups":[[\1],[\1]]')
    edit("modulus-of-one", "expected a prime below 2^50", r'"baseGroup":\[\d+\]', '"baseGroup":[1]')
    edit("modulus-of-64-bits", "expected a prime below 2^50", r'"baseGroup":\[\d+\]', '"baseGroup":[18446744073709551557]')
    edit("digits-of-no-limbs", "exactly when there are no special primes", r'"digitLimbCount":\d+', '"digitLimbCount":0')
    edit("input-level-beyond", "whose layouts do not fit its parameters", r'"inputLevel":2', '"inputLevel":3')
    edit("input-level-negative", "whose layouts do not fit its parameters", r'"inputLevel":2', '"inputLevel":-1')
    edit("response-level-beyond", "whose layouts do not fit its parameters", r'"responseLevel":0', '"responseLevel":3')
    edit("relinearization-beyond", "whose layouts do not fit its parameters", r'"relinearizationLevel":2', '"relinearizationLevel":5')
    edit("rotation-by-nothing", "whose layouts do not fit its parameters", r'"amount":1,', '"amount":0,')
    edit("rotation-beyond", "whose layouts do not fit its parameters", r'"amount":1,', '"amount":123456789,')
    edit("rotation-level-beyond", "whose layouts do not fit its parameters", r'"amount":1,"level":1', '"amount":1,"level":77')
    edit("rotations-twice", "whose layouts do not fit its parameters", r'"amount":2,', '"amount":1,')
    edit("no-room-for-rows", "whose layouts do not fit its parameters", r'"rowCapacity":1', '"rowCapacity":0')
    edit("rows-without-end", "whose layouts do not fit its parameters", r'"rowCapacity":1', '"rowCapacity":4611686018427387904')
    edit("slots-of-another-ring", "whose layouts do not fit its parameters", r'"slotCount":\d+', '"slotCount":3')
    edit("cell-beyond", "whose layouts do not fit its parameters", r'"cells":\[0,', '"cells":[99,')
    edit("elements-negative", "whose layouts do not fit its parameters", r'"elementCount":4', '"elementCount":-4')
    edit("scores-of-none", "without outputs", r'"count":3', '"count":0')
    edit("scores-negative", "without outputs", r'"count":3', '"count":-3')
    edit("scores-of-another-layout", "last steps expect other scores", r'"count":3', '"count":4')
    edit("tail-of-another-count", "last steps expect other scores", r'"scoreCount":3', '"scoreCount":4')
    edit("bound-negative", "without an output bound", r'"bound":[0-9.]+', '"bound":-1')
    edit("error-bound-of-text", "a wrong value at 'output.errorBound'", r'"errorBound":[0-9.e-]+', '"errorBound":"small"')
    edit("two-schemes", "a wrong value at 'scheme'", r'"ckks":', '"ckks":1,"paillier":')
    edit("no-scheme", "'scheme' is missing", r'"scheme":', '"skeme":')
    edit("no-input", "'input' is missing", r'"input":', '"inputs":')
    for name, body, expected in [
        ("no-json", "", "invalid contents"), ("null", "null", "a wrong value at ''"), ("a-list", "[]", "a wrong value at ''"),
        ("no-object", "{}", "'name' is missing"), ("not-utf-8", None, "invalid contents"), ("deep", "[" * 60000, "invalid contents"),
    ]:  # fmt: skip
        content = b"\xff\xfe{}" if body is None else body.encode()
        add("card", f"json-{name}", expected, {"body": [content[:4].hex(), max(1, len(content) // 4)]}, CLOSE)


def models():
    add("model", "card-of-no-bytes", "truncated in structure size", delete(104, 2), insert(104, "00"), CLOSE)
    add("model", "card-longer-than-the-file", "truncated in card size", delete(104, 2), insert(104, "ffff7f"), CLOSE)
    add("model", "card-of-a-gigabyte", "card size is", delete(104, 2), insert(104, "ffffffff07"), CLOSE)
    add("model", "card-damaged", "its digest does not fit", {"flip": [300, 0]}, CLOSE)
    add("model", "matrix-value-nan", "not a finite number", put(-40, "000000000000f87f"), CLOSE)
    add("model", "matrix-longer", "bytes after the end of the body", insert(-32, "00" * 8), CLOSE)
    add("model", "matrix-shorter", "truncated in a value of a matrix", delete(-40, 8), CLOSE)
    add("model", "other-card", "made for another model", {"flip": [80, 0]}, CLOSE)
    for name, pattern, replacement, expected in [
        ("no-program", '"program":', '"progrum":', "'program' is missing"), ("no-network", '"network":', '"netwerk":', "'network' is missing"),
        ("matrix-of-none", '"matrix":0', '"matrix":9', "invalid contents at 'network.nodes"),
        ("matrix-negative", '"matrix":[12]', '"matrix":-', "invalid contents"), ("bias-of-text", '"bias":.', '"bias":7', "invalid contents"),
        ("not-json", '"certificate":', '"certificate";', "invalid contents"),
    ]:  # fmt: skip
        add("model", name, expected, sub(pattern, replacement), CLOSE)


def vaults():
    add("key", "empty", "not a sealed key", cut(0))
    add("key", "one-byte", "cut short or changed", cut(1))
    add("key", "half", "cut short or changed", cut(150))
    add("key", "last-byte-missing", "cut short or changed", cut(-1))
    add("key", "one-byte-more", "cut short or changed", {"append": "00"})
    add("key", "checksum", "cut short or changed", {"flip": [-1, 0]})
    add("key", "other-magic", "not a sealed key", put(0, "55"))
    add("key", "next-version", "format version 2", put(8, "0200"), {"digest": True})
    add("key", "unknown-kind", "not a sealed key", put(10, "0900"), {"digest": True})
    add("key", "claims-to-be-a-backup", "is a backup, expected a sealed key", put(10, "0200"), {"digest": True})
    add("key", "claims-to-be-a-box", "is a key sealed to a device", put(10, "0300"), {"digest": True})
    for name, offset, value in [
        ("identity-of-4-gigabytes", 12, "ffffffff"), ("record-of-no-bytes", 16, "00000000"),
        ("record-of-4-gigabytes", 16, "ffffffff"), ("reserved", 20, "01000000"), ("payload-of-2-to-the-64", 24, "ffffffffffffffff"),
        ("payload-shorter", 24, "0100000000000000"),
    ]:  # fmt: skip
        add("key", name, "lengths do not add up", put(offset, value), {"digest": True})
    for name, offset, value, expected in [
        ("identity-format", 32, "0200", "malformed identity"), ("kind-of-no-length", 60, "0000", "malformed identity"),
        ("kind-too-long", 60, "ffff", "malformed identity"), ("name-not-utf-8", 68, "fffe", "malformed identity"),
        ("name-of-another", 68, "66", "holds the key 'fey'"), ("record-format", 107, "0200", "malformed record"),
        ("state-of-9", 109, "09", "malformed record"), ("unknown-derivation", 110, "01", "malformed record"),
        ("no-passes", 111, "00000000", "outside what is accepted"), ("4-billion-passes", 111, "ffffffff", "outside what is accepted"),
        ("a-terabyte-of-memory", 115, "0000000000010000", "outside what is accepted"),
        ("no-memory", 115, "0000000000000000", "outside what is accepted"), ("other-salt", 123, "aabb", "wrong passphrase"),
        ("state-set-back", 109, "02", "record of key key was altered"), ("fewer-shares", 155, "07", "record of key key was altered"),
        ("other-commitment", 163, "aabb", "wrong passphrase"), ("other-nonce", 195, "aabb", "record of key key was altered"),
        ("other-record", 225, "aabb", "record of key key was altered"), ("other-key-id", 36, "aabb", "record of key key was altered"),
        ("other-date", 52, "aabb", "record of key key was altered"), ("other-payload", -60, "aabb", "record of key key was altered"),
        ("destroyed-with-payload", 109, "03", "state and content disagree"),
    ]:  # fmt: skip
        add("key", name, expected, put(offset, value), {"digest": True})
    for good in ("backup", "box"):
        add(good, "empty", "not a sealed key", cut(0))
        add(good, "half", "cut short or changed", cut(150))
        add(good, "last-byte-missing", "cut short or changed", cut(-1))
        add(good, "one-bit", "cut short or changed", {"flip": [140, 2]})
        add(good, "contents", "altered", {"flip": [-60, 2]}, {"digest": True})
        add(good, "claims-to-be-a-key", "is a sealed key, expected", put(10, "0100"), {"digest": True})
    add("box", "for-another-device", "sealed to another device", put(24, "aabb"), {"digest": True})
    add("box", "length", "lengths do not add up", put(16, "ffff"), {"digest": True})


def rows():
    for name, content, expected in [
        ("empty", "", "no rows"), ("header-alone", "a,b,c,d\n", "no rows"), ("blank-lines", "\n\n\n", "no rows"),
        ("blank-line-inside", "1,2,1,2\n\n1,2,1,2\n", "blank line between rows"), ("three-columns", "1,2,1\n", "3 columns"),
        ("five-columns", "1,2,1,2,1\n", "5 columns"), ("ragged", "1,2,1,2\n1,2,1\n", "3 cells where the first line has 4"),
        ("text", "1,2,1,2\n1,2,x,2\n", "column 3: text where a number is expected"), ("empty-cell", "1,2,1,2\n1,,1,2\n", "column 2: empty cell"),
        ("nan", "1,2,1,2\n1,2,1,nan\n", "not a finite number"), ("infinite", "1,2,1,2\ninf,2,1,2\n", "not a finite number"),
        ("beyond-a-double", "1,2,1,2\n1e999,2,1,2\n", "beyond the range of a double"), ("hexadecimal", "1,2,1,2\n0x10,2,1,2\n", "text where a number"),
        ("open-quote", '1,2,1,2\n"1,2,1,2\n', "never closed"), ("quote-inside", '1,2,1,2\n1"1,2,1,2\n', None),
        ("unclear-header", "5,x,3,1\n1,2,1,2\n", "text in column 2 beside numbers"), ("two-decimal-marks", "1.5;2;1;2\n1,5;2;1;2\n", "decimal comma and decimal point"),
        ("thousands-or-decimals", "1,000;2;1;2\n", "may be a decimal or a thousands mark"), ("out-of-range", "1,2,1,9\n", "outside"),
    ]:  # fmt: skip
        if expected:
            add("csv", name, expected, text(content))
    add("csv", "utf-16", "UTF-16", data("fffe31002c00"))
    add("csv", "zero-bytes", "zero bytes", data("312c32002c332c340a"))
    add("csv", "not-utf-8", "not valid UTF-8", data("312c322c312c320a312cff2c312c320a"))
    add("csv", "a-zip-file", "zero bytes", data("504b0304140000000800"))


def arrays():
    def npy(name, header, expected, content="00" * 32, version="0100"):
        raw = header.encode()
        size = len(raw).to_bytes(2 if version == "0100" else 4, "little")
        add("npy", name, expected, data("934e554d5059" + version + size.hex() + raw.hex() + content))

    def of(descr="'<f8'", order="False", shape="(1, 4)"):
        return "{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n" % (descr, order, shape)

    add("npy", "magic-alone", "header is incomplete", data("934e554d5059"))
    add("npy", "no-header", "header is incomplete", data("934e554d50590100"))
    npy("version-9", of(), "unknown .npy version 9.0", version="0900")
    add("npy", "header-longer-than-the-file", "header is incomplete", data("934e554d50590100ffff7b7d"))
    add("npy", "header-of-4-gigabytes", "header is incomplete", data("934e554d50590200ffffffff7b7d"))
    npy("header-empty", "{}\n", "damaged .npy header")
    npy("header-no-dictionary", "[1, 2]\n", "damaged .npy header")
    npy("header-open", "{'descr': '<f8', ", "damaged .npy header")
    npy("header-of-code", "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1, 4)}\n", "damaged .npy header")
    npy("header-twice", "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1, 4)}\n", "damaged .npy header")
    npy("order-of-text", of(order="'no'"), "damaged .npy header")
    npy("complex", of("'<c16'"), "element type")
    npy("objects", of("'|O'"), "element type")
    npy("text", of("'<U4'"), "element type")
    npy("structures", of("[('a', '<f8')]"), "element type record")
    npy("shape-negative", of(shape="(-1, 4)"), "a dimension is not a number")
    npy("shape-overflowing", of(shape="(4611686018427387904, 4)"), "is too large")
    npy("shape-huge", of(shape="(1000000000000, 4)"), "truncated .npy file")
    npy("no-rows", of(shape="(0, 4)"), "has no rows", content="")
    npy("three-columns", of(shape="(1, 3)"), "does not end in dimensions that hold 4", content="00" * 24)
    npy("truncated", of(), "32 bytes of data expected, 31 found", content="00" * 31)
    npy("longer", of(), "1 bytes after the end", content="00" * 33)
    npy("nan", of(), "not a finite number", content="00" * 24 + "000000000000f87f")
    npy("infinite", of("'>f8'"), "not a finite number", content="00" * 24 + "7ff0000000000000")
    npy("inexact-integer", of("'<i8'"), "cannot be held exactly", content="00" * 24 + "0100000000002000")


def python_keys():
    for name, content, expected in [
        ("empty", "", "not a JSON object"), ("list", "[]", "not a JSON object"), ("open", "{", "not a JSON object"),
        ("nothing", "{}", 'no "kty"'), ("twice", '{"kty":"DAJ","kty":"DAJ"}', "not a JSON object"),
    ]:  # fmt: skip
        add("phe", name, expected, text(content))
    add("phe", "deep", "not a JSON object", {"whole": ["5b", 60000]})
    add("phe", "longer", "not a JSON object", {"append": "7b7d"})
    add("phe", "shorter", "not a JSON object", cut(-1))
    for name, pattern, replacement, expected in [
        ("other-kind", '"DAJ"', '"RSA"', 'another "kty"'), ("other-use", '"decrypt"', '"encrypt"', 'another "key_ops[0]"'),
        ("padded", '"p": "[^"]+"', '"p": "AB=="', "not base64url"), ("other-alphabet", '"p": "[^"]+"', '"p": "AB+/"', "not base64url"),
        ("no-prime", '"p": "[^"]+"', '"p": ""', "not base64url"), ("short-prime", '"p": "[^"]+"', '"p": "Aw"', "bits; use 3072"),
        ("no-q", '"q":', '"r":', 'no "q"'), ("no-modulus", '"n":', '"m":', 'no "pub.n"'),
        ("other-modulus", '"n": "..', '"n": "AA', "not the product"),
        ("control-character", '"kid":', '"kid\x01":', "not a JSON object"),
    ]:  # fmt: skip
        add("phe", name, expected, sub(pattern, replacement))


for part in (frames, batches, cards, models, vaults, rows, arrays, python_keys):
    part()
