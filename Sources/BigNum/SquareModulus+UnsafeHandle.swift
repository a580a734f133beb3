import CGMP

/// Equally long runs of limbs in one block, wiped when released.
///
/// Written while its owner builds it, constant afterwards.
final class LimbArray: @unchecked Sendable {
    let stride: Int
    let count: Int
    private let base: UnsafeMutablePointer<UInt>

    init(count: Int, stride: Int) {
        self.count = count
        self.stride = stride
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count * stride) * MemoryLayout<UInt>.stride, alignment: 64)
        base = block.bindMemory(to: UInt.self, capacity: max(1, count * stride))
        base.initialize(repeating: 0, count: max(1, count * stride))
    }

    deinit {
        tacit_wipe(base, byteCount)
        base.deallocate()
    }

    var byteCount: Int { count * stride * MemoryLayout<UInt>.stride }

    subscript(index: Int) -> UnsafeMutablePointer<UInt> {
        precondition(index >= 0 && index < count, "limb run \(index) of \(count)")
        return base + index * stride
    }

    func write(_ value: BigInt, at index: Int, offset: Int, limbs: Int) {
        let target = self[index] + offset
        let size = mpz_size(&value.storage.raw)
        precondition(size <= limbs, "a value of \(size) limbs for \(limbs)")
        withExtendedLifetime(value) {
            guard let source = mpz_limbs_read(&value.storage.raw) else { return }
            for limb in 0..<limbs { target[limb] = limb < size ? source[limb] : 0 }
        }
    }

    func read(at index: Int, offset: Int, limbs: Int) -> BigInt {
        let source = self[index] + offset
        return BigInt.make { target in
            guard let words = mpz_limbs_write(target, limbs) else { return }
            words.update(from: source, count: limbs)
            mpz_limbs_finish(target, limbs)
        }
    }
}

/// Products modulo the square of an odd number, in the halved Montgomery form of `square_modulus.h`.
///
/// An element is a run of `2 k` limbs, k those of the modulus. The sequence of operations depends on k alone,
/// so elements and modulus may be secret.
package final class SquareModulus: @unchecked Sendable {
    /// The odd number m; its bit width is a multiple of 64.
    package let modulus: BigInt
    /// m squared.
    package let square: BigInt
    /// Limbs of one element.
    let elementLimbs: Int

    private let context: tacit_square_modulus
    private let modulusLimbs: LimbArray

    /// Throws `BigNumError.modulusEven` or `.modulusWidth` when m is even or not of whole limbs.
    package init(_ modulus: BigInt) throws(BigNumError) {
        guard modulus.isOdd else { throw .modulusEven(operation: "SquareModulus") }
        guard modulus.signum > 0, modulus.bitWidth.isMultiple(of: 64) else {
            throw .modulusWidth(bits: modulus.bitWidth, unit: 64)
        }
        self.modulus = modulus
        self.square = modulus.timesSecret(modulus)
        let limbs = modulus.bitWidth / 64
        elementLimbs = 2 * limbs
        modulusLimbs = LimbArray(count: 1, stride: limbs)
        modulusLimbs.write(modulus, at: 0, offset: 0, limbs: limbs)
        context = tacit_square_modulus_make(modulusLimbs[0], limbs)
    }

    /// Scratch space of one thread.
    func makeScratch() -> LimbArray { LimbArray(count: 1, stride: context.scratchLimbs) }

    /// Room for elements.
    func makeElements(count: Int) -> LimbArray { LimbArray(count: count, stride: elementLimbs) }

    /// Writes the element of `value`, which lies in `0 ..< m^2`.
    func load(_ value: BigInt, into array: LimbArray, at index: Int) {
        let half = elementLimbs / 2
        let montgomery = (value << (64 * half)).modSecret(square)
        let halves = montgomery.dividedSecret(by: modulus)
        array.write(halves.remainder, at: index, offset: 0, limbs: half)
        array.write(halves.quotient, at: index, offset: half, limbs: half)
    }

    /// The value in `0 ..< m^2` of an element.
    func value(of array: LimbArray, at index: Int, scratch: LimbArray) -> BigInt {
        let half = elementLimbs / 2
        let plain = makeElements(count: 2)
        plain[1].pointee = 1
        multiply(plain[0], array[index], plain[1], scratch)
        let low = plain.read(at: 0, offset: 0, limbs: half)
        let high = plain.read(at: 0, offset: half, limbs: half)
        return low + high.timesSecret(modulus)
    }

    /// `result = x * y`; the operands may be the same and may be the result.
    func multiply(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ y: UnsafePointer<UInt>,
        _ scratch: LimbArray
    ) {
        withUnsafePointer(to: context) {
            tacit_square_modulus_multiply($0, result, x, y, scratch[0])
        }
    }

    /// `result = x * x`; the operand may be the result.
    func square(
        _ result: UnsafeMutablePointer<UInt>, _ x: UnsafePointer<UInt>, _ scratch: LimbArray
    ) {
        withUnsafePointer(to: context) {
            tacit_square_modulus_square($0, result, x, scratch[0])
        }
    }

    /// `result` = element `index` of those of `table` in `range`, found by reading all of them.
    func select(
        _ result: UnsafeMutablePointer<UInt>, from table: LimbArray, first: Int, count: Int,
        index: Int
    ) {
        precondition(first >= 0 && first + count <= table.count, "a window outside its table")
        withUnsafePointer(to: context) {
            tacit_square_modulus_select($0, result, table[first], count, index)
        }
    }
}
