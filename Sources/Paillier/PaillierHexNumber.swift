public import BigNum

/// An encrypted number in the form of python-paillier: an encrypted integer times 16 to a public power of its own.
public struct PaillierHexNumber: Sendable, Hashable {
    /// The encrypted integer.
    public let ciphertext: PaillierCiphertext
    /// The power of 16 that it is multiplied by.
    public let exponent: Int

    /// Exponents that are accepted: what a `Double` can need (2^-1074 to 2^1024), and phe's arithmetic on top.
    public static let exponentRange = -512...512

    /// Puts both together.
    ///
    /// - Throws: `PaillierError.fixedPoint` for an exponent outside -512...512.
    public init(_ ciphertext: PaillierCiphertext, exponent: Int) throws(PaillierError) {
        guard Self.exponentRange.contains(exponent) else {
            throw .fixedPoint(reason: "the exponent \(exponent) of 16 is not in -512...512")
        }
        self.ciphertext = ciphertext
        self.exponent = exponent
    }

    /// The integers nearest to `value / 16^exponent`, halves away from zero.
    ///
    /// - Throws: `valueNotFinite`, naming the position, or `fixedPoint` for an exponent outside -512...512.
    public static func encode(
        _ values: [Double], exponent: Int
    ) throws(PaillierError) -> [BigInt] {
        guard exponentRange.contains(exponent) else {
            throw .fixedPoint(reason: "the exponent \(exponent) of 16 is not in -512...512")
        }
        var result: [BigInt] = []
        for (index, value) in values.enumerated() {
            guard value.isFinite else { throw .valueNotFinite(index: index) }
            result.append(FixedPointCodec.integer(value, fractionBits: -4 * exponent))
        }
        return result
    }

    /// The `Double` nearest to `integer * 16^exponent`.
    public static func decode(_ integer: BigInt, exponent: Int) -> Double {
        exponent >= 0
            ? (integer << (4 * exponent)).toDouble()
            : FixedPointCodec.decode(integer, fractionBits: -4 * exponent)
    }
}

extension PaillierPrivateKey {
    /// The real numbers in encrypted numbers of python-paillier, nearest doubles.
    ///
    /// Throws as the decryption of integers.
    public borrowing func decrypt(
        _ numbers: [PaillierHexNumber]
    ) throws(PaillierError) -> [Double] {
        let integers = try decrypt(numbers.map(\.ciphertext))
        return zip(numbers, integers).map {
            PaillierHexNumber.decode($1, exponent: $0.exponent)
        }
    }
}

extension PaillierEvaluator {
    /// Encrypted numbers of python-paillier, all brought to one number of fraction bits.
    ///
    /// `bound` is the largest magnitude of an integer at that exponent, which their maker promises. Throws
    /// `fixedPoint` for a number with more fraction bits than asked for, which cannot be cut off under encryption.
    public func tensor(
        _ numbers: [PaillierHexNumber], fractionBits: Int, bound: BigInt? = nil
    ) throws(PaillierError) -> PaillierTensor {
        var aligned: [PaillierCiphertext] = []
        for (index, number) in numbers.enumerated() {
            let shift = fractionBits + 4 * number.exponent
            guard shift >= 0 else {
                throw .fixedPoint(
                    reason: "number \(index) has \(-4 * number.exponent) fraction bits, more than "
                        + "\(fractionBits); encrypt it with a larger exponent")
            }
            guard shift < publicKey.plaintextBits else {
                throw .overflowPossible(
                    row: index, bits: shift, availableBits: publicKey.plaintextBits)
            }
            try aligned.append(shifted(number.ciphertext, by: shift))
        }
        return try PaillierTensor(
            aligned, fractionBits: fractionBits, bound: bound ?? publicKey.plaintextBound,
            for: publicKey)
    }

    /// A tensor as encrypted numbers of python-paillier, all with one exponent, so that magnitudes do not show.
    ///
    /// Where the fraction bits are no multiple of four, the integers are doubled until they are.
    public func hexNumbers(_ tensor: PaillierTensor) throws(PaillierError) -> [PaillierHexNumber] {
        let digits = (tensor.fractionBits + 3) / 4
        let shift = 4 * digits - tensor.fractionBits
        guard
            tensor.bound.isZero || shift == 0
                || (tensor.bound << shift) <= publicKey.plaintextBound
        else {
            throw .overflowPossible(
                row: 0, bits: (tensor.bound << shift).bitWidth,
                availableBits: publicKey.plaintextBits)
        }
        var result: [PaillierHexNumber] = []
        for ciphertext in tensor.ciphertexts {
            try result.append(
                PaillierHexNumber(shifted(ciphertext, by: shift), exponent: -digits))
        }
        return result
    }

    private func shifted(
        _ ciphertext: PaillierCiphertext, by bits: Int
    ) throws(PaillierError) -> PaillierCiphertext {
        bits == 0 ? ciphertext : try multiply(ciphertext, by: BigInt(1) << bits)
    }
}
