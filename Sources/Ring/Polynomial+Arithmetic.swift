import RingKernels

extension Polynomial {
    /// self += other.
    public static func += (a: inout Polynomial, b: Polynomial) {
        a.update(with: b) { kernels, out, x, y, n, modulus in kernels.add(out, x, y, n, modulus) }
    }

    /// self -= other.
    public static func -= (a: inout Polynomial, b: Polynomial) {
        a.update(with: b) { kernels, out, x, y, n, modulus in
            kernels.subtract(out, x, y, n, modulus)
        }
    }

    /// The sum, over the basis of the left side.
    public static func + (a: Polynomial, b: Polynomial) -> Polynomial {
        a.combined(with: b) { kernels, out, x, y, n, modulus in kernels.add(out, x, y, n, modulus) }
    }

    /// The difference, over the basis of the left side.
    public static func - (a: Polynomial, b: Polynomial) -> Polynomial {
        a.combined(with: b) { kernels, out, x, y, n, modulus in
            kernels.subtract(out, x, y, n, modulus)
        }
    }

    /// The negative.
    public static prefix func - (a: Polynomial) -> Polynomial {
        let result = Polynomial(uninitialized: a.context, basis: a.basis)
        a.context.forEachLimb(of: a.basis) { kernels, position, modulus in
            kernels.negate(
                result.storage.limb(position), a.limb(position), a.context.degree, modulus)
        }
        return result
    }

    /// self = -self.
    public mutating func negate() {
        let storage = uniqueStorage()
        let degree = context.degree
        context.forEachLimb(of: basis) { kernels, position, modulus in
            let limb = storage.limb(position)
            kernels.negate(limb, limb, degree, modulus)
        }
    }

    /// self *= scalars, one residue per limb.
    public mutating func multiply(byScalars scalars: [UInt64]) {
        precondition(scalars.count == basis.count, "one scalar per limb")
        let storage = uniqueStorage()
        let moduli = (0..<basis.count).map { modulus($0) }
        let degree = context.degree
        context.forEachLimb(of: basis) { kernels, position, modulus in
            let limb = storage.limb(position)
            let scalar = moduli[position].reduce(scalars[position])
            kernels.multiply_scalar(
                limb, limb, scalar, moduli[position].shoupFactor(scalar), degree, modulus)
        }
    }

    /// self *= an integer.
    public mutating func multiply(by integer: Int64) {
        multiply(byScalars: (0..<basis.count).map { modulus($0).reduce(integer) })
    }

    /// self += other times scalars, one residue per limb of self.
    public mutating func multiplyAccumulate(_ other: Polynomial, byScalars scalars: [UInt64]) {
        precondition(scalars.count == basis.count, "one scalar per limb")
        requireSameRing(other)
        let storage = uniqueStorage()
        let (copy, degree) = (self, context.degree)
        context.forEachLimb(of: basis) { kernels, position, modulus in
            let q = copy.modulus(position)
            let scalar = q.reduce(scalars[position])
            kernels.multiply_scalar_accumulate(
                storage.limb(position), copy.matchingLimb(of: other, at: position), scalar,
                q.shoupFactor(scalar), degree, modulus)
        }
    }
}

extension Polynomial where Form == Evaluation {
    /// self *= other.
    public static func *= (a: inout Polynomial, b: Polynomial) {
        a.update(with: b) { kernels, out, x, y, n, modulus in
            kernels.multiply(out, x, y, n, modulus)
        }
    }

    /// The product, over the basis of the left side.
    public static func * (a: Polynomial, b: Polynomial) -> Polynomial {
        a.combined(with: b) { kernels, out, x, y, n, modulus in
            kernels.multiply(out, x, y, n, modulus)
        }
    }

    /// self += a * b.
    public mutating func multiplyAccumulate(_ a: Polynomial, _ b: Polynomial) {
        requireSameRing(a)
        requireSameRing(b)
        let storage = uniqueStorage()
        let (copy, degree) = (self, context.degree)
        context.forEachLimb(of: basis) { kernels, position, modulus in
            kernels.multiply_accumulate(
                storage.limb(position), copy.matchingLimb(of: a, at: position),
                copy.matchingLimb(of: b, at: position), degree, modulus)
        }
    }

    /// Adds a constant polynomial, given by one residue per limb.
    public mutating func addConstant(_ scalars: [UInt64]) {
        precondition(scalars.count == basis.count, "one scalar per limb")
        let storage = uniqueStorage()
        for position in 0..<basis.count {
            let q = modulus(position)
            let scalar = q.reduce(scalars[position])
            let limb = storage.limb(position)
            for place in 0..<context.degree { limb[place] = q.add(limb[place], scalar) }
        }
    }
}
