import CGMP

/// Products modulo the square of an odd number m, in halved Montgomery form.
///
/// An element is a pair (a, b) with a + b m = x R mod m^2, so that a product costs five products of m's size instead
/// of eight. Two engines do the same: vector kernels with 52-bit digits (`integer_kernels.h`) where the machine has
/// them, GMP's constant-time functions (`square_modulus.h`) elsewhere. The sequence of operations depends on the
/// size of m alone, so elements and modulus may be secret.
package final class SquareModulus: @unchecked Sendable {
    /// The odd number m, of whole limbs.
    package let number: SecretNatural
    /// Limbs of one element.
    let elementLimbs: Int
    /// The vector kernels, or nil where GMP does the work.
    let digits: DigitModulus?
    /// What division by m needs.
    let divisor: tacit_divisor

    private let context: tacit_square_modulus
    /// Plain R^2 mod m^2.
    private let constants: LimbArray
    /// m and m squared, where m is public.
    private let numbers: (modulus: BigInt, square: BigInt)?

    /// A ring of a public modulus.
    ///
    /// Throws `BigNumError.modulusEven` or `.modulusWidth` when m is even or not of whole limbs.
    ///
    /// - Parameter usesVectors: False to let GMP do the work on every machine.
    package convenience init(
        _ modulus: BigInt, usesVectors: Bool = true
    ) throws(BigNumError) {
        guard modulus.isOdd else { throw .modulusEven(operation: "SquareModulus") }
        guard modulus.signum > 0, modulus.bitWidth.isMultiple(of: 64) else {
            throw .modulusWidth(bits: modulus.bitWidth, unit: 64)
        }
        self.init(
            SecretNatural(modulus), usesVectors: usesVectors,
            numbers: (modulus, modulus * modulus))
    }

    /// A ring of a secret modulus.
    ///
    /// - Precondition: the modulus is odd, and its highest bit is set.
    package convenience init(secret modulus: SecretNatural, usesVectors: Bool = true) {
        self.init(modulus, usesVectors: usesVectors, numbers: nil)
    }

    private init(
        _ number: SecretNatural, usesVectors: Bool, numbers: (modulus: BigInt, square: BigInt)?
    ) {
        self.number = number
        self.numbers = numbers
        divisor = number.divisor
        context = tacit_square_modulus_make(number.limbs[0], number.limbCount)
        digits = usesVectors ? DigitModulus(number.limbs, bits: 64 * number.limbCount) : nil
        elementLimbs = digits?.elementWords ?? 2 * number.limbCount
        constants = LimbArray(count: 1, stride: elementLimbs)
        let bits = 2 * (digits?.radixBits ?? 64 * number.limbCount)
        let radix = SecretNatural(limbCount: bits / 64 + 1)
        radix.limbs[0][bits / 64] = 1 << UInt(bits % 64)
        writeHalves(of: radix.limbs[0], limbs: radix.limbCount, to: constants, at: 0)
    }

    /// Limbs of m.
    package var limbCount: Int { number.limbCount }

    /// The number m, for rings of a public one.
    package var modulus: BigInt { numbers?.modulus ?? number.published() }

    /// m squared, for rings of a public m.
    package var square: BigInt { numbers?.square ?? number.times(number).published() }

    /// Scratch space of one thread.
    func makeScratch() -> LimbArray {
        LimbArray(count: 1, stride: digits == nil ? context.scratchLimbs : 1)
    }

    /// Room for elements.
    func makeElements(count: Int) -> LimbArray { LimbArray(count: count, stride: elementLimbs) }

    /// Writes the element of a number, of any size.
    func load(_ value: SecretNatural, into array: LimbArray, at index: Int) {
        writeHalves(of: value.limbs[0], limbs: value.limbCount, to: array, at: index)
        multiply(array[index], array[index], constants[0], makeScratch())
    }

    /// Writes the element of a public `value`, which lies in `0 ..< m^2`: divided faster.
    func load(public value: BigInt, into array: LimbArray, at index: Int) {
        let halves = value.quotientAndRemainder(dividingBy: modulus, rounding: .floor)
        let plain = LimbArray(count: 2, stride: limbCount)
        plain.write(halves.remainder, at: 0, offset: 0, limbs: limbCount)
        plain.write(halves.quotient, at: 1, offset: 0, limbs: limbCount)
        writePlain(low: plain[0], high: plain[1], to: array, at: index)
        multiply(array[index], array[index], constants[0], makeScratch())
    }

    /// Writes the halves of a number of any size, as they are.
    private func writeHalves(
        of number: UnsafePointer<UInt>, limbs: Int, to array: LimbArray, at index: Int
    ) {
        let halves = LimbArray(count: 2, stride: limbCount)
        let room = LimbArray(count: 1, stride: tacit_sec_room(limbs, limbCount))
        withUnsafePointer(to: divisor) {
            tacit_sec_halves(halves[0], halves[1], number, limbs, $0, room[0])
        }
        writePlain(low: halves[0], high: halves[1], to: array, at: index)
    }

    /// Writes the halves of a number, of as many limbs as m and below it, as they are.
    func writePlain(
        low: UnsafePointer<UInt>, high: UnsafePointer<UInt>, to array: LimbArray, at index: Int
    ) {
        let target = array[index]
        if let digits {
            digits.write(low: low, high: high, limbs: limbCount, to: target)
        } else {
            target.update(from: low, count: limbCount)
            (target + limbCount).update(from: high, count: limbCount)
        }
    }

    /// The halves of an element as they are, each of one limb more than m has, one after the other; they may be some times m.
    func readPlain(_ element: UnsafePointer<UInt>) -> LimbArray {
        let halves = LimbArray(count: 2, stride: limbCount + 1)
        if let digits {
            digits.read(element, into: halves[0], limbs: limbCount + 1)
        } else {
            halves[0].update(from: element, count: limbCount)
            halves[1].update(from: element + limbCount, count: limbCount)
        }
        return halves
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
