import RingKernels
package import Secrets

extension Polynomial where Form == Evaluation {
    /// Some coefficients of c0·w + b·u + e0, and c1·w + a·u + e1: a product with weights and an encryption of zero under a
    /// public key (b, a), of which only what is sent is computed.
    ///
    /// The first sum exists in locked memory only; what leaves it is masked by e0.
    ///
    /// - Parameters:
    ///   - pair: c0 and c1.
    ///   - weights: w, over (at least) their basis.
    ///   - key: b and a, over (at least) their basis.
    ///   - secret: u, N signed bytes.
    ///   - error: e1, N signed bytes.
    ///   - placeErrors: N signed bytes, of which the first are e0 at the places.
    ///   - places: Coefficients wanted, each below N.
    ///   - workspace: Locked scratch of the same ring.
    /// - Returns: Residues of the coefficients by limb, and the second sum.
    package static func rerandomizedProduct(
        of pair: (Polynomial, Polynomial), weights: Polynomial, key: (Polynomial, Polynomial),
        secret: borrowing SecretBytes, error: borrowing SecretBytes,
        placeErrors: borrowing SecretBytes, places: [Int], workspace: inout SecretWorkspace
    ) -> (coefficients: [[UInt64]], uniform: Polynomial) {
        let (context, basis, degree) = (pair.0.context, pair.0.basis, pair.0.context.degree)
        workspace.requireRing(context, secret, error)
        workspace.requireRing(context, secret, placeErrors)
        for other in [pair.1, weights, key.0, key.1] { pair.0.requireSameRing(other) }
        precondition(
            places.count <= degree && places.allSatisfy { (0..<degree).contains($0) },
            "a place out of range")
        let result = Polynomial(uninitialized: context, basis: basis)
        var coefficients: [[UInt64]] = []
        secret.withSignedBytes { secret in
            error.withSignedBytes { error in
                placeErrors.withSignedBytes { placeErrors in
                    workspace.withLimbs { x, y in
                        context.forEachLimb(of: basis) { kernels, position, modulus in
                            let index = basis.indices[position]
                            let plan = context.tables[index].plan
                            func limb(_ polynomial: Polynomial) -> UnsafePointer<UInt64> {
                                result.matchingLimb(of: polynomial, at: position)
                            }
                            kernels.reduce_i8(x, secret, degree, modulus)
                            kernels.forward_ntt(x, plan)
                            kernels.reduce_i8(y, error, degree, modulus)
                            kernels.forward_ntt(y, plan)
                            kernels.multiply_accumulate(y, x, limb(key.1), degree, modulus)
                            let out = result.storage.limb(position)
                            kernels.multiply(out, limb(pair.1), limb(weights), degree, modulus)
                            kernels.add(out, out, y, degree, modulus)
                            kernels.multiply(x, x, limb(key.0), degree, modulus)
                            kernels.multiply_accumulate(
                                x, limb(pair.0), limb(weights), degree, modulus)
                            kernels.inverse_ntt(x, plan)
                            let q = context.moduli[index]
                            coefficients.append(
                                places.enumerated().map { number, place in
                                    let error = Int64(q.value) + Int64(placeErrors[number])
                                    return q.add(x[place], q.reduce(UInt64(error)))
                                })
                        }
                    }
                }
            }
        }
        return (coefficients, result)
    }
}

extension Polynomial where Form == Coefficient {
    /// A polynomial that is zero but for residues at some places, given by limb.
    ///
    /// - Throws: `RingError.invalidBasis`, `.wrongCount`, `.residueOutOfRange`.
    package init(
        residues: [[UInt64]], at places: [Int], context: RingContext, basis: Basis
    ) throws(RingError) {
        try context.validate(basis)
        guard residues.count == basis.count else {
            throw .wrongCount(what: "limbs", expected: basis.count, found: residues.count)
        }
        self.init(zero: context, basis: basis)
        for (position, values) in residues.enumerated() {
            guard values.count == places.count else {
                throw .wrongCount(
                    what: "residues in limb \(position)", expected: places.count,
                    found: values.count)
            }
            let modulus = modulus(position).value
            let limb = storage.limb(position)
            for (place, value) in zip(places, values) {
                guard value < modulus, (0..<context.degree).contains(place) else {
                    throw .residueOutOfRange(limb: position, coefficient: place)
                }
                limb[place] = value
            }
        }
    }
}
