import BigNum
import Secrets

extension BigInt {
    /// A secret integer of `bits` random bits, `bits` a multiple of 8.
    static func random(bits: Int, from source: some RandomSource) throws(PaillierError) -> BigInt {
        let bytes = try withSecretsErrors { () throws(SecretsError) in
            try SecretBytes(randomCount: bits / 8, from: source)
        }
        return bytes.withUnsafeBytes { BigInt(bigEndian: $0) }
    }

    /// Secret integers of `bits` random bits each, `bits` a multiple of 8; faster than one by one.
    static func randoms(
        count: Int, bits: Int, from source: some RandomSource
    ) throws(PaillierError) -> [BigInt] {
        let width = bits / 8
        let bytes = try withSecretsErrors { () throws(SecretsError) in
            try SecretBytes(randomCount: count * width, from: source)
        }
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let part = bytes[index * width..<(index + 1) * width]
                return BigInt(bigEndian: UnsafeRawBufferPointer(rebasing: part))
            }
        }
    }

    /// A secret integer, uniform in `1 ..< bound`; rejected draws say nothing about the one that is kept.
    static func random(below bound: BigInt, from source: some RandomSource) throws(PaillierError)
        -> BigInt
    {
        let width = (bound.bitWidth + 7) / 8 * 8
        while true {
            let value = try random(bits: width, from: source).lowBits(bound.bitWidth)
            if value < bound, !value.isZero { return value }
        }
    }
}
