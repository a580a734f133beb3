import RingKernels

/// Integer polynomials, each given by its residues at a few limbs, ready to be converted to any other
/// limb: the residues scaled and the quotients found, which is the half of a conversion that does not
/// depend on the target (`BasisConverter`'s y_i and v).
///
/// Rows stand one after another in one buffer of the ring's pool, then the quotients, a byte per
/// coefficient. Whoever made it releases it; until then its memory is valid.
struct ScaledDigits: Sendable {
    private let buffer: Buffer
    private let context: RingContext
    private let rowCount: Int

    /// One of the polynomials.
    struct Digit: Sendable {
        /// From its limbs to others.
        let constants: ConverterConstants
        /// Its first row.
        let firstRow: Int
        /// Its number.
        let number: Int
    }

    /// Undefined rows and quotients of `count` digits.
    init(context: RingContext, rowCount: Int, count: Int) {
        self.context = context
        self.rowCount = rowCount
        buffer = context.pool.take(
            wordCount: Storage.stride(degree: context.degree) * (rowCount + (count + 7) / 8))
    }

    /// Gives the memory back to the pool.
    func release() { context.pool.give(buffer) }

    /// A row, to be written by `invert` or by the caller.
    func row(_ number: Int) -> UnsafeMutablePointer<UInt64> {
        let place = number * Storage.stride(degree: context.degree)
        precondition(number >= 0 && place < buffer.wordCount, "row out of range")
        return buffer.words + place
    }

    /// Writes row `source` of a digit from the residues in evaluation form, which may stand there
    /// already.
    func invert(_ residues: UnsafePointer<UInt64>, _ digit: Digit, source: Int, modulusIndex: Int) {
        context.kernels.inverse_ntt_scaled(
            row(digit.firstRow + source), residues, digit.constants.inverse(source),
            context.tables[modulusIndex].plan)
    }

    /// Finds the quotients of a digit whose rows are written.
    func findQuotients(_ digit: Digit) {
        context.kernels.quotients(
            quotients(digit), row(digit.firstRow), Storage.stride(degree: context.degree),
            digit.constants.pointer, context.degree)
    }

    /// The digit at a target of its conversion, in evaluation form, lazy if the kernels like it so.
    func raise(
        _ digit: Digit, target: Int, into limb: UnsafeMutablePointer<UInt64>, isLazy: Bool,
        modulusIndex: Int
    ) {
        var scaled = scaled(digit)
        context.kernels.raise(
            limb, &scaled, target, isLazy ? 1 : 0, context.tables[modulusIndex].plan)
    }

    /// result = (value - digit) · factor + addend at a target, in evaluation form.
    func divide(
        _ digit: Digit, target: Int, _ value: UnsafePointer<UInt64>,
        _ addend: UnsafePointer<UInt64>?, _ factor: (scalar: UInt64, shoup: UInt64),
        into result: UnsafeMutablePointer<UInt64>, scratch: UnsafeMutablePointer<UInt64>,
        modulusIndex: Int
    ) {
        var scaled = scaled(digit)
        context.kernels.raise_subtract_multiply(
            result, scratch, &scaled, target, value, addend, factor.scalar, factor.shoup,
            context.tables[modulusIndex].plan)
    }

    private func quotients(_ digit: Digit) -> UnsafeMutablePointer<UInt8> {
        let limb = UnsafeMutableRawPointer(row(rowCount + digit.number / 8))
        return limb.assumingMemoryBound(to: UInt8.self) + digit.number % 8 * context.degree
    }

    private func scaled(_ digit: Digit) -> rk_scaled {
        rk_scaled(
            converter: digit.constants.pointer, residues: row(digit.firstRow),
            stride: Storage.stride(degree: context.degree), quotients: quotients(digit))
    }
}
