import RingKernels

extension Polynomial where Form == Evaluation {
    /// (Σ digit_j · first_j, Σ digit_j · second_j), accumulated in full width and reduced once.
    ///
    /// The heart of key switching. The result has the basis of the digits; the key polynomials may
    /// have more limbs (keys of a higher level). With an element, digits are permuted on the way:
    /// the sums of g(digit_j) · first_j, which is a hoisted rotation.
    ///
    /// - Parameters:
    ///   - digits: At least one, over equal bases.
    ///   - first: One polynomial per digit.
    ///   - second: One polynomial per digit.
    ///   - element: The automorphism applied to the digits.
    public static func innerProduct(
        _ digits: [Polynomial], _ first: [Polynomial], _ second: [Polynomial],
        applying element: GaloisElement = .identity
    ) -> (Polynomial, Polynomial) {
        precondition(
            !digits.isEmpty && digits.count <= Int(RK_INNER_PRODUCT_DIGITS)
                && first.count >= digits.count && second.count >= digits.count,
            "one pair of key polynomials per digit")
        let (context, basis) = (digits[0].context, digits[0].basis)
        precondition(
            digits.allSatisfy { $0.context === context && $0.basis == basis },
            "digits over different bases")
        let count = digits.count
        let sums = (
            Polynomial(uninitialized: context, basis: basis),
            Polynomial(uninitialized: context, basis: basis)
        )
        let table =
            element.isIdentity ? nil : context.permutation(element, isEvaluation: true).index
        withUnsafeTemporaryAllocation(of: UnsafePointer<UInt64>?.self, capacity: 3 * count) {
            rows in
            guard let base = rows.baseAddress else { return }
            for position in 0..<basis.count {
                for j in 0..<count {
                    let digit = digits[j]
                    (base + j).initialize(to: digit.limb(position))
                    (base + count + j).initialize(
                        to: digit.matchingLimb(of: first[j], at: position))
                    (base + 2 * count + j).initialize(
                        to: digit.matchingLimb(of: second[j], at: position))
                }
                context.kernels.inner_product(
                    sums.0.storage.limb(position), sums.1.storage.limb(position), base,
                    base + count, base + 2 * count, table, count, context.degree,
                    context.tables[basis.indices[position]].modulus)
            }
        }
        return sums
    }
}
