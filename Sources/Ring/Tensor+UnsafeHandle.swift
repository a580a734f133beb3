import RingKernels

/// A product of two pairs of polynomials: operands, results, and what is done for one limb.
private struct TensorWork {
    typealias Operand = Polynomial<Evaluation>

    let a: (Operand, Operand)
    /// Nil for a square.
    let b: (Operand, Operand)?
    let results: [Operand]

    init(_ a: (Operand, Operand), _ b: (Operand, Operand)?) {
        a.0.requireSameRing(a.1)
        if let b {
            a.0.requireSameRing(b.0)
            a.0.requireSameRing(b.1)
        }
        (self.a, self.b) = (a, b)
        results = (0..<3).map { _ in Operand(uninitialized: a.0.context, basis: a.0.basis) }
    }

    func compute(_ position: Int) {
        let context = a.0.context
        let (kernels, degree) = (context.kernels, context.degree)
        let modulus = context.tables[a.0.basis.indices[position]].modulus
        func output(_ number: Int) -> UnsafeMutablePointer<UInt64> {
            results[number].storage.limb(position)
        }
        let (a0, a1) = (a.0.limb(position), a.0.matchingLimb(of: a.1, at: position))
        guard let b else {
            kernels.multiply(output(0), a0, a0, degree, modulus)
            kernels.multiply(output(1), a0, a1, degree, modulus)
            kernels.add(output(1), output(1), output(1), degree, modulus)
            kernels.multiply(output(2), a1, a1, degree, modulus)
            return
        }
        let b0 = a.0.matchingLimb(of: b.0, at: position)
        let b1 = a.0.matchingLimb(of: b.1, at: position)
        kernels.multiply(output(0), a0, b0, degree, modulus)
        kernels.multiply(output(1), a1, b0, degree, modulus)
        kernels.multiply_accumulate(output(1), a0, b1, degree, modulus)
        kernels.multiply(output(2), a1, b1, degree, modulus)
    }

    mutating func run(_ team: ThreadTeam) -> [Operand] {
        let count = a.0.basis.count
        withUnsafeMutablePointer(to: &self) { work in
            team.forEach(count, with: work) { work, position, _ in
                work.assumingMemoryBound(to: TensorWork.self).pointee.compute(position)
            }
        }
        return results
    }
}

extension Polynomial where Form == Evaluation {
    /// (a0 b0, a0 b1 + a1 b0, a1 b1), limb by limb, so that every operand is read from memory once.
    package static func tensor(
        _ a: (Polynomial, Polynomial), _ b: (Polynomial, Polynomial), team: ThreadTeam
    ) -> [Polynomial] {
        var work = TensorWork(a, b)
        return work.run(team)
    }

    /// (a0², 2 a0 a1, a1²), limb by limb.
    package static func tensorSquare(_ a: (Polynomial, Polynomial), team: ThreadTeam)
        -> [Polynomial]
    {
        var work = TensorWork(a, nil)
        return work.run(team)
    }
}
