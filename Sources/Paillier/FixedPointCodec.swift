public import BigNum

/// Real numbers as integers: `round(x * 2^fractionBits)`, for magnitudes up to a declared maximum.
///
/// The exponent is public and the same for every number, so it says nothing about them.
public struct FixedPointCodec: Sendable, Hashable {
    /// Values are integers divided by 2 to this power.
    public let fractionBits: Int
    /// Largest magnitude of a number that is accepted.
    public let maximumMagnitude: Double
    /// Largest magnitude of an encoded integer.
    public let bound: BigInt

    /// Exponents that are usable.
    static let fractionBitsRange = 0...1024

    /// Declares a format.
    ///
    /// - Throws: `PaillierError.fixedPoint` when the exponent is not in 0...1024 or the maximum is not a
    ///   positive finite number.
    public init(fractionBits: Int, maximumMagnitude: Double) throws(PaillierError) {
        guard Self.fractionBitsRange.contains(fractionBits) else {
            throw .fixedPoint(reason: "\(fractionBits) fraction bits are not in 0...1024")
        }
        guard maximumMagnitude.isFinite, maximumMagnitude > 0 else {
            throw .fixedPoint(reason: "the maximum \(maximumMagnitude) is not positive and finite")
        }
        self.fractionBits = fractionBits
        self.maximumMagnitude = maximumMagnitude
        bound = Self.integer(maximumMagnitude, fractionBits: fractionBits)
    }

    /// The integer nearest to `value * 2^fractionBits`, halves away from zero; `index` names it in the error.
    ///
    /// - Throws: `valueNotFinite` or `valueOutOfRange`.
    public func encode(_ value: Double, index: Int = 0) throws(PaillierError) -> BigInt {
        guard value.isFinite else { throw .valueNotFinite(index: index) }
        guard value.magnitude <= maximumMagnitude else {
            throw .valueOutOfRange(index: index, maximum: maximumMagnitude)
        }
        return Self.integer(value, fractionBits: fractionBits)
    }

    /// All values, each named by its position in errors.
    public func encode(_ values: [Double]) throws(PaillierError) -> [BigInt] {
        var result: [BigInt] = []
        for (index, value) in values.enumerated() {
            try result.append(encode(value, index: index))
        }
        return result
    }

    /// The nearest `Double` to `integer / 2^fractionBits`.
    public func decode(_ integer: BigInt) -> Double {
        Self.decode(integer, fractionBits: fractionBits)
    }

    /// The nearest `Double` to `integer / 2^fractionBits`; infinite if it is beyond their range.
    public static func decode(_ integer: BigInt, fractionBits: Int) -> Double {
        // Halving first by excess whole bits keeps huge integers finite.
        let excess = max(0, min(fractionBits, integer.bitWidth - 960))
        guard excess > 0 else {
            return Double(
                sign: .plus, exponent: -fractionBits, significand: integer.toDouble())
        }
        // The lowest bit stands for all that is cut off and only breaks ties.
        let size = integer.magnitude
        var top = size >> excess
        if !top.isOdd, size.trailingZeroBitCount < excess { top += 1 }
        let value = Double(
            sign: .plus, exponent: excess - fractionBits, significand: top.toDouble())
        return integer.isNegative ? -value : value
    }

    /// Exact scaling, then rounding; `value` is finite.
    static func integer(_ value: Double, fractionBits: Int) -> BigInt {
        guard value != 0 else { return 0 }
        // value = significand * 2^exponent with a significand of at most 53 bits.
        let exponent = Int(value.exponent) - 52
        let scaled = value.significand * 0x1p52
        let significand = BigInt(Int(value < 0 ? -scaled : scaled))
        let shift = exponent + fractionBits
        return shift >= 0
            ? significand << shift
            : significand.roundedQuotient(by: BigInt(1) << min(-shift, 128))
    }
}
