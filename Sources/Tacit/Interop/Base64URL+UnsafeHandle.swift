import Secrets

/// Unpadded URL-safe base64 of secrets: no table and no branch depends on them.
enum Base64URL {
    /// Characters that so many bytes take.
    static func characterCount(of byteCount: Int) -> Int { (8 * byteCount + 5) / 6 }

    /// Writes the characters of `bytes`.
    ///
    /// - Precondition: `target` has `characterCount(of: bytes.count)` bytes.
    static func encode(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        precondition(target.count == characterCount(of: bytes.count), "room for all characters")
        for index in target.indices {
            let bit = 6 * index
            let high = Int(bytes[bit / 8]) << 8
            let low = bit / 8 + 1 < bytes.count ? Int(bytes[bit / 8 + 1]) : 0
            target[index] = character((high | low) >> (10 - bit % 8) & 63)
        }
    }

    /// The bytes of unpadded characters, in locked memory; nil if they are none.
    static func decode(_ characters: UnsafeRawBufferPointer) throws(SecretsError) -> SecretBytes? {
        guard characters.count % 4 != 1, !characters.isEmpty else { return nil }
        var bytes = try SecretBytes(count: characters.count * 6 / 8)
        let isValid = bytes.withUnsafeMutableBytes { target in
            var invalid = 0
            var rest = 0
            var restBits = 0
            var written = 0
            for character in characters {
                let value = value(character)
                invalid |= value
                rest = (rest << 6 | value & 63) & 0xFFFF
                restBits += 6
                if restBits >= 8 {
                    restBits -= 8
                    target[written] = UInt8(truncatingIfNeeded: rest >> restBits)
                    written += 1
                }
            }
            return invalid >= 0 && rest & ((1 << restBits) - 1) == 0
        }
        guard isValid else { return nil }
        return bytes
    }

    /// All ones where `x` is in a range, else zero.
    private static func mask(_ x: Int, _ first: UInt8, _ last: UInt8) -> Int {
        ((Int(first) - 1 - x) & (x - Int(last) - 1)) >> 63
    }

    /// The six bits of a character, or -1.
    private static func value(_ character: UInt8) -> Int {
        let x = Int(character)
        let upper = mask(x, UInt8(ascii: "A"), UInt8(ascii: "Z")) & (x - 64)
        let lower = mask(x, UInt8(ascii: "a"), UInt8(ascii: "z")) & (x - 70)
        let digit = mask(x, UInt8(ascii: "0"), UInt8(ascii: "9")) & (x + 5)
        let minus = mask(x, UInt8(ascii: "-"), UInt8(ascii: "-")) & 63
        let underscore = mask(x, UInt8(ascii: "_"), UInt8(ascii: "_")) & 64
        return (upper | lower | digit | minus | underscore) - 1
    }

    private static func character(_ value: Int) -> UInt8 {
        var x = value + 65
        x += (25 - value) >> 63 & 6
        x += (51 - value) >> 63 & -75
        x += (61 - value) >> 63 & -13
        x += (62 - value) >> 63 & 49
        return UInt8(truncatingIfNeeded: x)
    }
}
