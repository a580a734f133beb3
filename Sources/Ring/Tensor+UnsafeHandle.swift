import RingKernels

extension Polynomial where Form == Evaluation {
    /// (a0 b0, a0 b1 + a1 b0, a1 b1), limb by limb, so that every operand is read from memory once.
    package static func tensor(
        _ a: (Polynomial, Polynomial), _ b: (Polynomial, Polynomial), team: ThreadTeam
    ) -> [Polynomial] {
        let (context, basis, degree) = (a.0.context, a.0.basis, a.0.context.degree)
        for other in [a.1, b.0, b.1] { a.0.requireSameRing(other) }
        let results = (0..<3).map { _ in Polynomial(uninitialized: context, basis: basis) }
        team.forEach(basis.count) { position, _ in
            let modulus = context.tables[basis.indices[position]].modulus
            let (a0, a1) = (a.0.limb(position), a.0.matchingLimb(of: a.1, at: position))
            let b0 = a.0.matchingLimb(of: b.0, at: position)
            let b1 = a.0.matchingLimb(of: b.1, at: position)
            let outputs = results.map { $0.storage.limb(position) }
            let kernels = context.kernels
            kernels.multiply(outputs[0], a0, b0, degree, modulus)
            kernels.multiply(outputs[1], a1, b0, degree, modulus)
            kernels.multiply_accumulate(outputs[1], a0, b1, degree, modulus)
            kernels.multiply(outputs[2], a1, b1, degree, modulus)
        }
        return results
    }

    /// (a0², 2 a0 a1, a1²), limb by limb.
    package static func tensorSquare(_ a: (Polynomial, Polynomial), team: ThreadTeam)
        -> [Polynomial]
    {
        let (context, basis, degree) = (a.0.context, a.0.basis, a.0.context.degree)
        a.0.requireSameRing(a.1)
        let results = (0..<3).map { _ in Polynomial(uninitialized: context, basis: basis) }
        team.forEach(basis.count) { position, _ in
            let modulus = context.tables[basis.indices[position]].modulus
            let (a0, a1) = (a.0.limb(position), a.0.matchingLimb(of: a.1, at: position))
            let outputs = results.map { $0.storage.limb(position) }
            let kernels = context.kernels
            kernels.multiply(outputs[0], a0, a0, degree, modulus)
            kernels.multiply(outputs[1], a0, a1, degree, modulus)
            kernels.add(outputs[1], outputs[1], outputs[1], degree, modulus)
            kernels.multiply(outputs[2], a1, a1, degree, modulus)
        }
        return results
    }
}
