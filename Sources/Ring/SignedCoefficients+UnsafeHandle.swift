import RingKernels

extension Polynomial where Form == Coefficient {
    /// The polynomial of small signed coefficients.
    ///
    /// - Throws: `RingError.wrongCount` unless there are N, `.invalidBasis`.
    public init(
        signedCoefficients: [Int8], context: RingContext, basis: Basis
    ) throws(RingError) {
        try self.init(count: signedCoefficients.count, context: context, basis: basis) {
            kernels, out, modulus in
            kernels.reduce_i8(out, signedCoefficients, context.degree, modulus)
        }
    }

    /// The polynomial of signed coefficients.
    ///
    /// - Throws: `RingError.wrongCount` unless there are N, `.invalidBasis`.
    public init(
        signedCoefficients: [Int32], context: RingContext, basis: Basis
    ) throws(RingError) {
        try self.init(count: signedCoefficients.count, context: context, basis: basis) {
            kernels, out, modulus in
            kernels.reduce_i32(out, signedCoefficients, context.degree, modulus)
        }
    }

    /// The polynomial of signed coefficients.
    ///
    /// - Throws: `RingError.wrongCount` unless there are N, `.invalidBasis`.
    public init(
        signedCoefficients: [Int64], context: RingContext, basis: Basis
    ) throws(RingError) {
        try self.init(count: signedCoefficients.count, context: context, basis: basis) {
            kernels, out, modulus in
            kernels.reduce_i64(out, signedCoefficients, context.degree, modulus)
        }
    }

    private init(
        count: Int, context: RingContext, basis: Basis,
        _ reduce: (rk_table, UnsafeMutablePointer<UInt64>, ModulusPointer) -> Void
    ) throws(RingError) {
        try context.validate(basis)
        guard count == context.degree else {
            throw .wrongCount(what: "coefficients", expected: context.degree, found: count)
        }
        self.init(uninitialized: context, basis: basis)
        context.forEachLimb(of: basis) { kernels, position, modulus in
            reduce(kernels, storage.limb(position), modulus)
        }
    }
}
