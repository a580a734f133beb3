"""The lattice scheme a second time, from the file formats alone: numpy, big integers, libsodium's binding.

Nothing here knows Tacit's code. It opens a vault file (docs/vault-format.md), takes keys and ciphertexts apart to residues,
and decrypts, encrypts and rotates with Python's integers. `check.py` runs it beside the command.
"""

import functools
import hashlib
import json
import secrets
import struct
from math import prod

import numpy as np

MAGIC = b"\x89TCT\r\n\x1a\n"
KINDS = {"card": 2, "evaluation keys": 4, "request": 5, "response": 6}
# First word of the nonce of a public seed's stream.
STREAM_CIPHERTEXT, STREAM_SWITCHING_KEY = 1, 3


def blake2b(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def digest(data):
    """The digest at the end of a frame: BLAKE2b in version 1; in version 2 that of eight digests of every eighth word."""
    if data[8] == 1:
        return blake2b(data)
    words = np.frombuffer(data + bytes(-len(data) % 1024), "<u8").reshape(-1, 8)
    return blake2b(struct.pack("<Q", len(data)) + b"".join(blake2b(words[:, lane].tobytes()) for lane in range(8)))


class Reader:
    """A frame's body: little-endian numbers, varints, bit-packed residues."""

    def __init__(self, data, kind):
        version, number = struct.unpack("<HH", data[8:12])
        assert data[:8] == MAGIC and version in (1, 2) and number == KINDS[kind], kind
        assert digest(data[:-32]) == data[-32:], "digest"
        self.head, self.body, self.at = data[:104], data[104:-32], 0
        assert struct.unpack("<Q", data[16:24])[0] == len(self.body)

    def take(self, count):
        self.at += count
        assert self.at <= len(self.body), "truncated"
        return self.body[self.at - count:self.at]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def limb(self, degree, q):
        """N residues below q, in as many bits as q - 1 has, the lowest bit first."""
        width = (q - 1).bit_length()
        words = (degree * width + 63) // 64
        bits = np.unpackbits(np.frombuffer(self.take(8 * words), np.uint8), bitorder="little")
        bits = bits[:degree * width].reshape(degree, width).astype(np.uint64)
        values = (bits << np.arange(width, dtype=np.uint64)).sum(axis=1)
        assert int(values.max()) < q, "a residue is not below its modulus"
        return values.astype(object)

    def polynomial(self, degree, moduli):
        return [self.limb(degree, q) for q in moduli]


def pack(limb, q):
    """The inverse of `Reader.limb`."""
    width = (q - 1).bit_length()
    values = np.array([int(x) for x in limb], np.uint64)
    bits = (values[:, None] >> np.arange(width, dtype=np.uint64)) & np.uint64(1)
    data = np.packbits(bits.astype(np.uint8).reshape(-1), bitorder="little").tobytes()
    return data + bytes(-len(data) % 8)


def frame(head, body):
    """A frame around a body, with the identities of another frame's head."""
    data = head[:16] + struct.pack("<Q", len(body)) + head[24:] + body
    return data + digest(data)


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def chacha20(seed, nonce, count):
    """Key stream of RFC 8439 from block 0, `count` bytes, all blocks side by side."""
    blocks = (count + 63) // 64
    state = np.zeros((16, blocks), np.uint32)
    state[:4] = np.frombuffer(b"expand 32-byte k", np.uint32)[:, None]
    state[4:12] = np.frombuffer(seed, np.uint32)[:, None]
    state[12] = np.arange(blocks, dtype=np.uint32)
    state[13:] = np.array(nonce, np.uint32)[:, None]
    x = state.copy()

    def turn(a, bits):
        return (a << np.uint32(bits)) | (a >> np.uint32(32 - bits))

    def quarter(a, b, c, d):
        x[a] += x[b]; x[d] = turn(x[d] ^ x[a], 16)
        x[c] += x[d]; x[b] = turn(x[b] ^ x[c], 12)
        x[a] += x[b]; x[d] = turn(x[d] ^ x[a], 8)
        x[c] += x[d]; x[b] = turn(x[b] ^ x[c], 7)

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return (x + state).T.astype("<u4").tobytes()[:count]


def uniform(seed, stream, digit, index, degree, q):
    """A uniform limb: word w of the stream gives high64(w q), rejected where low64(w q) < 2^64 mod q; refilled at the end."""
    words = np.frombuffer(chacha20(seed, (stream, digit, index), 8 * degree + 4096), "<u8")
    products = [int(w) * q for w in words]
    accepted = [p & (2**64 - 1) >= 2**64 % q for p in products]
    values = [p >> 64 if ok else None for p, ok in zip(products[:degree], accepted)]
    spare = iter(p >> 64 for p, ok in zip(products[degree:], accepted[degree:]) if ok)
    return np.array([next(spare) if v is None else v for v in values], object)


@functools.cache
def transform(degree, q):
    """Powers of psi, of psi^-1, and the order of places: place i holds a(psi^(2 br(i) + 1))."""
    psi = next(r for r in (pow(g, (q - 1) // (2 * degree), q) for g in range(2, 1000))
               if pow(r, degree, q) == q - 1)
    powers = [1]
    for _ in range(2 * degree - 1):
        powers.append(powers[-1] * psi % q)
    bits = degree.bit_length() - 1
    order = [int(format(i, f"0{bits}b")[::-1], 2) for i in range(degree)]
    return np.array(powers, object), np.array(order)


def cyclic(a, roots, q):
    """Values of a polynomial at the powers of a root of unity, whose powers are `roots`."""
    n = len(a)
    if n == 1:
        return a
    even, odd = cyclic(a[0::2], roots[0::2], q), cyclic(a[1::2], roots[0::2], q)
    odd = odd * roots[:n // 2] % q
    return np.concatenate([(even + odd) % q, (even - odd) % q])


def forward(a, q):
    """Coefficients to evaluations."""
    powers, order = transform(len(a), q)
    return cyclic(a * powers[:len(a)] % q, powers[0::2], q)[order]


def inverse(values, q):
    """Evaluations to coefficients."""
    n = len(values)
    powers, order = transform(n, q)
    natural = np.empty(n, object)
    natural[order] = values
    inverses = np.concatenate([powers[:1], powers[:0:-1]])
    return cyclic(natural, inverses[0::2], q) * inverses[:n] % q * pow(n, -1, q) % q


def centered(limbs, moduli):
    """The integers closest to zero with these residues."""
    product = prod(moduli)
    total = 0
    for limb, q in zip(limbs, moduli):
        rest = product // q
        total = total + limb * (rest * pow(rest, -1, q))
    total = total % product
    return np.where(total > product // 2, total - product, total)


class Ring:
    """The parameters of a card."""

    def __init__(self, card):
        frame_of_card = Reader(card, "card")
        self.lattice = json.loads(frame_of_card.body)["scheme"]["ckks"]["_0"]
        p = self.lattice["parameters"]
        self.degree, self.special = p["degree"], p["specialModuli"]
        self.groups = [p["baseGroup"]] + p["levelGroups"]
        self.alpha, top = p["digitLimbCount"], p["topScale"]
        self.scales = [top]
        for group in reversed(p["levelGroups"]):
            self.scales.insert(0, self.scales[0] ** 2 / prod(group))
        self.scales = p.get("scales") or self.scales
        # Index of every modulus in the ring: the chain, then the special primes.
        self.all = sum(self.groups, []) + self.special

    def moduli(self, level):
        return sum(self.groups[:level + 1], [])

    def index(self, q):
        return self.all.index(q)

    def slots(self, coefficients, scale):
        """m(exp(i pi 5^j / N)) / scale for all slots j."""
        n = self.degree
        twist = np.exp(1j * np.pi * np.arange(n) / n)
        real = np.array([float(c) for c in coefficients]) / scale
        values = np.fft.ifft(real * twist) * n
        return values[[(pow(5, j, 2 * n) - 1) // 2 for j in range(n // 2)]]

    def coefficients(self, slots, scale):
        """The inverse of `slots`, rounded."""
        n = self.degree
        values = np.zeros(n, complex)
        for j in range(n // 2):
            exponent = pow(5, j, 2 * n)
            values[(exponent - 1) // 2] = slots[j]
            values[(2 * n - exponent - 1) // 2] = np.conj(slots[j])
        real = (np.fft.fft(values) / n * np.exp(-1j * np.pi * np.arange(n) / n)).real
        return np.array([int(round(x)) for x in real * scale], object)


def read_batch(ring, data, kind):
    """Number of rows and the ciphertexts of a request or a response: (level, scale, c0, c1) in evaluations."""
    reader = Reader(data, kind)
    rows, result = reader.varint(), []
    for _ in range(reader.varint()):
        seeded, level = reader.take(1)[0], reader.varint()
        scale, = struct.unpack("<d", reader.take(8))
        seed, moduli = reader.take(32) if seeded else None, ring.moduli(level)
        c0 = reader.polynomial(ring.degree, moduli)
        if seeded:
            c1 = [uniform(seed, STREAM_CIPHERTEXT, 0, ring.index(q), ring.degree, q) for q in moduli]
        else:
            c1 = reader.polynomial(ring.degree, moduli)
        result.append((level, scale, c0, c1))
    assert reader.at == len(reader.body), "bytes are left over"
    return rows, result


def write_batch(head, rows, ciphertexts, ring):
    """A request with both halves of every ciphertext written out."""
    body = varint(rows) + varint(len(ciphertexts))
    for level, scale, c0, c1 in ciphertexts:
        body += b"\0" + varint(level) + struct.pack("<d", scale)
        for half in (c0, c1):
            body += b"".join(pack(limb, q) for limb, q in zip(half, ring.moduli(level)))
    return frame(head, body)


def decrypt(ring, secret, ciphertext):
    """The slots: c0 + c1 s, lifted to integers, divided by the scale."""
    level, scale, c0, c1 = ciphertext
    moduli = ring.moduli(level)
    limbs = [inverse((a + b * forward(secret % q, q)) % q, q) for a, b, q in zip(c0, c1, moduli)]
    return ring.slots(centered(limbs, moduli), scale)


def encrypt(ring, secret, slots, level):
    """A fresh symmetric encryption: (m + e - a s, a)."""
    scale, bits = ring.scales[level], secrets.SystemRandom()
    error = np.array([bin(bits.getrandbits(21)).count("1") - bin(bits.getrandbits(21)).count("1")
                      for _ in range(ring.degree)], object)
    message = ring.coefficients(slots, scale) + error
    c0, c1 = [], []
    for q in ring.moduli(level):
        a = np.array([bits.randrange(q) for _ in range(ring.degree)], object)
        c1.append(a)
        c0.append((forward(message % q, q) - a * forward(secret % q, q)) % q)
    return level, scale, c0, c1


def read_rotation_keys(ring, data):
    """The Galois keys of a file of evaluation keys, by element: (level, digits of (b, a))."""
    reader = Reader(data, "evaluation keys")

    def switching_key():
        level, seed, digits = reader.varint(), reader.take(32), []
        moduli = ring.moduli(level) + ring.special
        for digit in range(-(-len(ring.moduli(level)) // ring.alpha)):
            b = reader.polynomial(ring.degree, moduli)
            a = [uniform(seed, STREAM_SWITCHING_KEY, digit, ring.index(q), ring.degree, q) for q in moduli]
            digits.append((b, a))
        return level, digits

    level = reader.varint()
    reader.take(32)
    reader.polynomial(ring.degree, ring.moduli(level))
    if reader.take(1)[0]:
        switching_key()
    keys = {}
    for _ in range(reader.varint()):
        element = reader.varint()
        keys[element] = switching_key()
    return keys


def rotate(ring, ciphertext, element, key):
    """Hybrid key switching with balanced digits, then the automorphism; at the key's level."""
    level, scale, c0, c1 = ciphertext
    key_level, digits = key
    assert key_level == level
    moduli = ring.moduli(level)
    extended, product = moduli + ring.special, prod(ring.special)
    coefficients = [inverse(limb, q) for limb, q in zip(c1, moduli)]
    sums = [[0] * len(extended), [0] * len(extended)]
    for number, halves in enumerate(digits):
        run = slice(number * ring.alpha, (number + 1) * ring.alpha)
        digit = centered(coefficients[run], moduli[run])
        for place, q in enumerate(extended):
            values = forward(digit % q, q)
            for half in (0, 1):
                sums[half][place] = (sums[half][place] + values * halves[half][place]) % q
    switched = []
    for half in (0, 1):
        limbs = [inverse(limb, q) for limb, q in zip(sums[half], extended)]
        rest = centered(limbs[len(moduli):], ring.special)
        switched.append([forward((limb - rest) * pow(product, -1, q) % q, q)
                         for limb, q in zip(limbs, moduli)])
    switched[0] = [(a + b) % q for a, b, q in zip(switched[0], c0, moduli)]
    _, order = transform(ring.degree, moduli[0])
    natural = np.empty(ring.degree, int)
    natural[order] = np.arange(ring.degree)
    exponents = (2 * order + 1) * element % (2 * ring.degree)
    moved = natural[(exponents - 1) // 2]
    return level, scale, *([limb[moved] for limb in half] for half in switched)
