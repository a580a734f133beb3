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
