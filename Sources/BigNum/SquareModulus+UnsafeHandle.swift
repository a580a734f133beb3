import CGMP

/// Products modulo the square of an odd number m, in halved Montgomery form.
///
/// An element is a pair (a, b) with a + b m = x R mod m^2, so that a product costs five products of m's size instead
/// of eight. Two engines do the same: vector kernels with 52-bit digits (`integer_kernels.h`) where the machine has
/// them, GMP's constant-time functions (`square_modulus.h`) elsewhere. The sequence of operations depends on the
/// size of m alone, so elements and modulus may be secret.
package final class SquareModulus: @unchecked Sendable {
    /// The odd number m; its bit width is a multiple of 64.
    package let modulus: BigInt
    /// m squared.
    package let square: BigInt
    /// Limbs of one element.
    let elementLimbs: Int
    /// The vector kernels, or nil where GMP does the work.
    let digits: DigitModulus?

    private let context: tacit_square_modulus
    private let modulusLimbs: LimbArray
    /// Of the vector engine: plain R^2 mod m^2.
    private let constants: LimbArray

    /// Throws `BigNumError.modulusEven` or `.modulusWidth` when m is even or not of whole limbs.
    ///
    /// - Parameter usesVectors: False to let GMP do the work on every machine.
    package init(_ modulus: BigInt, usesVectors: Bool = true) throws(BigNumError) {
        guard modulus.isOdd else { throw .modulusEven(operation: "SquareModulus") }
        guard modulus.signum > 0, modulus.bitWidth.isMultiple(of: 64) else {
            throw .modulusWidth(bits: modulus.bitWidth, unit: 64)
        }
        self.modulus = modulus
        self.square = modulus.timesSecret(modulus)
        let limbs = modulus.bitWidth / 64
        modulusLimbs = LimbArray(count: 1, stride: limbs)
        modulusLimbs.write(modulus, at: 0, offset: 0, limbs: limbs)
        context = tacit_square_modulus_make(modulusLimbs[0], limbs)
        digits = usesVectors ? DigitModulus(modulus) : nil
        elementLimbs = digits?.elementWords ?? 2 * limbs
        constants = LimbArray(count: 1, stride: elementLimbs)
        if let digits {
            let radix = (BigInt(1) << (2 * digits.radixBits)).modSecret(square)
            let halves = radix.dividedSecret(by: modulus)
            digits.write(low: halves.remainder, high: halves.quotient, to: constants[0])
        }
    }

    /// Scratch space of one thread.
    func makeScratch() -> LimbArray {
        LimbArray(count: 1, stride: digits == nil ? context.scratchLimbs : 1)
    }

    /// Room for elements.
    func makeElements(count: Int) -> LimbArray { LimbArray(count: count, stride: elementLimbs) }

    /// Writes the element of `value`, which lies in `0 ..< m^2`; public values are divided faster.
    func load(_ value: BigInt, into array: LimbArray, at index: Int, isPublic: Bool = false) {
        let wide = digits == nil ? (value << (32 * elementLimbs)).modSecret(square) : value
        let halves =
            isPublic
            ? wide.quotientAndRemainder(dividingBy: modulus, rounding: .floor)
            : wide.dividedSecret(by: modulus, limbs: 2 * (modulus.bitWidth / 64))
        writePlain(low: halves.remainder, high: halves.quotient, to: array, at: index)
        digits?.multiply(array[index], array[index], constants[0])
    }

    /// Writes the halves of a number, both below m, as they are.
    func writePlain(low: BigInt, high: BigInt, to array: LimbArray, at index: Int) {
        if let digits { return digits.write(low: low, high: high, to: array[index]) }
        let half = elementLimbs / 2
        array.write(low, at: index, offset: 0, limbs: half)
        array.write(high, at: index, offset: half, limbs: half)
    }

    /// The halves of an element, as they are.
    func readPlain(_ array: LimbArray, at index: Int) -> (low: BigInt, high: BigInt) {
        if let digits { return digits.read(array[index]) }
        let half = elementLimbs / 2
        return (
            array.read(at: index, offset: 0, limbs: half),
            array.read(at: index, offset: half, limbs: half)
        )
    }

    /// `result = x * y`; the operands may be the same and may be the result.
    func multiply(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ y: UnsafePointer<UInt>,
        _ scratch: LimbArray
    ) {
        if let digits { return digits.multiply(result, x, y) }
        withUnsafePointer(to: context) {
            tacit_square_modulus_multiply($0, result, x, y, scratch[0])
        }
    }

    /// `result = x * x`; the operand may be the result.
    func square(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ scratch: LimbArray
    ) {
        if let digits { return digits.square(result, x) }
        withUnsafePointer(to: context) {
            tacit_square_modulus_square($0, result, x, scratch[0])
        }
    }

    /// `result` = element `index` of the `count` elements at `table`, found by reading all of them.
    func select(
        _ result: UnsafeMutablePointer<UInt>, from table: UnsafePointer<UInt>, count: Int,
        index: Int
    ) {
        if digits != nil {
            return DigitModulus.select(
                result, from: table, words: elementLimbs, count: count, index: index)
        }
        withUnsafePointer(to: context) {
            tacit_square_modulus_select($0, result, table, count, index)
        }
    }
}
