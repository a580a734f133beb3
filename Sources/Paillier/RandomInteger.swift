import BigNum
import Secrets

extension SecretNatural {
    /// A number of `bits` random bits, `bits` a multiple of 64.
    static func random(
        bits: Int, from source: some RandomSource
    ) throws(PaillierError) -> SecretNatural {
        try randoms(count: 1, bits: bits, from: source)[0]
    }

    /// Numbers of `bits` random bits each, `bits` a multiple of 64; faster than one by one.
    static func randoms(
        count: Int, bits: Int, from source: some RandomSource
    ) throws(PaillierError) -> [SecretNatural] {
        let width = bits / 8
        let bytes = try withSecretsErrors { () throws(SecretsError) in
            try SecretBytes(randomCount: count * width, from: source)
        }
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let part = bytes[index * width..<(index + 1) * width]
                return SecretNatural(bigEndian: UnsafeRawBufferPointer(rebasing: part))
            }
        }
    }

    /// A number, uniform in `1 ..< bound`; rejected draws say nothing about the one that is kept.
    static func random(
        below bound: SecretNatural, from source: some RandomSource
    ) throws(PaillierError) -> SecretNatural {
        while true {
            let value = try random(bits: 64 * bound.limbCount, from: source)
            if value.isBelowPublished(bound), !value.isZeroPublished { return value }
        }
    }
}
