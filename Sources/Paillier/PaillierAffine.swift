public import BigNum

/// An affine map with integer weights, `y = W x + b`, to be applied to encrypted vectors.
///
/// Invariants: every row has `columnCount` weights; there is one bias per row, at the exponent of the products
/// (that of the input plus `fractionBits`).
public struct PaillierAffine: Sendable, Hashable {
    /// One row of weights per output.
    public let weights: [[BigInt]]
    /// One number per output, at the exponent of the products.
    public let bias: [BigInt]
    /// Weights are these integers divided by 2 to this power.
    public let fractionBits: Int
    /// Number of inputs.
    public let columnCount: Int

    /// Number of outputs.
    public var rowCount: Int { weights.count }

    /// Takes integer weights and bias.
    ///
    /// - Throws: `shape` when rows differ in length or the bias is not one number per row, `fixedPoint` for an
    ///   exponent outside 0...1024.
    public init(
        weights: [[BigInt]], bias: [BigInt], columnCount: Int, fractionBits: Int = 0
    ) throws(PaillierError) {
        guard FixedPointCodec.fractionBitsRange.contains(fractionBits) else {
            throw .fixedPoint(reason: "\(fractionBits) fraction bits are not in 0...1024")
        }
        guard bias.count == weights.count else {
            throw .shape(what: "bias of an affine map", expected: weights.count, found: bias.count)
        }
        for (index, row) in weights.enumerated() where row.count != columnCount {
            throw .shape(
                what: "row \(index) of an affine map", expected: columnCount, found: row.count)
        }
        self.weights = weights
        self.bias = bias
        self.columnCount = columnCount
        self.fractionBits = fractionBits
    }

    /// Rounds real weights to `fractionBits`, and the bias to the exponent of the products.
    ///
    /// Errors name a weight by `row * columnCount + column`, a bias by its row. Throws as the other initializer,
    /// and `valueNotFinite`.
    public init(
        weights: [[Double]], bias: [Double], columnCount: Int, inputFractionBits: Int,
        fractionBits: Int
    ) throws(PaillierError) {
        let range = FixedPointCodec.fractionBitsRange
        guard range.contains(fractionBits), range.contains(inputFractionBits) else {
            throw .fixedPoint(reason: "fraction bits of weights and input must be in 0...1024")
        }
        var rows: [[BigInt]] = []
        for (row, values) in weights.enumerated() {
            try rows.append(
                PaillierAffine.integers(
                    values, fractionBits: fractionBits, firstIndex: row * columnCount))
        }
        try self.init(
            weights: rows,
            bias: PaillierAffine.integers(
                bias, fractionBits: fractionBits + inputFractionBits, firstIndex: 0),
            columnCount: columnCount, fractionBits: fractionBits)
    }

    private static func integers(
        _ values: [Double], fractionBits: Int, firstIndex: Int
    ) throws(PaillierError) -> [BigInt] {
        var result: [BigInt] = []
        for (index, value) in values.enumerated() {
            guard value.isFinite else { throw .valueNotFinite(index: firstIndex + index) }
            result.append(FixedPointCodec.integer(value, fractionBits: fractionBits))
        }
        return result
    }

    /// The largest magnitude each output can have for inputs of magnitude up to `inputBound`.
    public func outputBounds(inputBound: BigInt) -> [BigInt] {
        zip(weights, bias).map { row, bias in
            BigInt.sum(row.map(\.magnitude)) * inputBound.magnitude + bias.magnitude
        }
    }

    /// Throws `overflowPossible` unless every output stays within `limit` for inputs up to `inputBound`.
    public func checkOverflow(inputBound: BigInt, limit: BigInt) throws(PaillierError) {
        for (row, bound) in outputBounds(inputBound: inputBound).enumerated() where bound > limit {
            throw .overflowPossible(
                row: row, bits: bound.bitWidth, availableBits: max(0, limit.bitWidth - 1))
        }
    }
}

extension PaillierEvaluator {
    /// Applies an affine map to an encrypted vector; every output is re-randomized.
    ///
    /// What leaves is the same in number, size and distribution whatever the weights are, zeros included.
    /// `outputBound` is what the result may publicly claim, by default the whole plaintext space, which says nothing
    /// about the weights. Throws `shape`, `wrongKey`, and `overflowPossible` before anything is computed.
    public func apply(
        _ map: PaillierAffine, to input: PaillierTensor, outputBound: BigInt? = nil
    ) throws(PaillierError) -> PaillierTensor {
        try publicKey.expect(input.keyID)
        guard input.count == map.columnCount else {
            throw .shape(
                what: "inputs of an affine map", expected: map.columnCount, found: input.count)
        }
        let limit = min(outputBound ?? publicKey.plaintextBound, publicKey.plaintextBound)
        try map.checkOverflow(inputBound: input.bound, limit: limit)
        let hidden = try rerandomize(products(input.ciphertexts, rows: map.weights))
        var shifted: [PaillierCiphertext] = []
        for (product, bias) in zip(hidden, map.bias) {
            try shifted.append(add(product, plaintext: bias))
        }
        return try PaillierTensor(
            shifted, fractionBits: input.fractionBits + map.fractionBits, bound: limit,
            for: publicKey)
    }

    /// The sum of two encrypted vectors of equal length and exponent, bare.
    ///
    /// - Throws: `overflowPossible` when the bounds together exceed the plaintext space.
    public func add(_ a: PaillierTensor, _ b: PaillierTensor) throws(PaillierError)
        -> PaillierTensor
    {
        guard a.count == b.count else {
            throw .shape(what: "values of a sum", expected: a.count, found: b.count)
        }
        guard a.fractionBits == b.fractionBits else {
            throw .exponentMismatch(expected: a.fractionBits, found: b.fractionBits)
        }
        let bound = a.bound + b.bound
        guard bound <= publicKey.plaintextBound else {
            throw .overflowPossible(
                row: 0, bits: bound.bitWidth, availableBits: publicKey.plaintextBits)
        }
        var sums: [PaillierCiphertext] = []
        for (x, y) in zip(a.ciphertexts, b.ciphertexts) { try sums.append(add(x, y)) }
        return try PaillierTensor(
            sums, fractionBits: a.fractionBits, bound: bound, for: publicKey)
    }
}
