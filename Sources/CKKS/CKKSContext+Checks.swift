import Ring
public import Secrets

/// Operands may come from other contexts or from outside; the ring itself would stop the program on
/// them.
extension CKKSContext {
    /// Throws unless a polynomial belongs to this context's ring.
    func requireRing<Form>(_ polynomial: Polynomial<Form>, _ operation: String) throws(CKKSError) {
        try requireRing(polynomial.context, operation)
    }

    /// Throws unless a ring is this context's.
    func requireRing(_ other: RingContext, _ operation: String) throws(CKKSError) {
        guard other === ring else {
            throw .ringMismatch(
                operation: operation, left: "of another ring",
                right: parameters.ringDigest.shortDescription)
        }
    }

    /// Throws unless a digest is this context's.
    func requireDigest(_ digest: Digest32, _ operation: String) throws(CKKSError) {
        guard digest == parameters.ringDigest else {
            throw .ringMismatch(
                operation: operation, left: digest.shortDescription,
                right: parameters.ringDigest.shortDescription)
        }
    }

    /// Throws unless a polynomial has exactly these limbs, with every residue below its modulus.
    func requireLimbs(_ polynomial: Polynomial<Evaluation>, basis: Basis, object: String)
        throws(CKKSError)
    {
        try requireRing(polynomial, object)
        guard polynomial.basis == basis else {
            throw .malformed(
                object: object,
                reason:
                    "\(polynomial.limbCount) limbs where \(basis.count) are needed, or another order"
            )
        }
        for position in 0..<basis.count {
            let modulus = polynomial.modulus(position).value
            guard polynomial.withLimb(position, { $0.isBelow(modulus) }) else {
                throw .malformed(
                    object: object, reason: "a residue of limb \(position) is not below its modulus"
                )
            }
        }
    }
}

extension Ciphertext {
    /// Checks a ciphertext that came from outside: polynomials, level, limbs, residues and scale.
    ///
    /// - Parameters:
    ///   - context: what it must belong to.
    ///   - keyID: whose key it must be under, or nil for any.
    /// - Throws: `CKKSError.malformed`, `.levelOutOfRange`, `.ringMismatch`, `.keyMismatch`,
    ///   `.invalidScale`.
    public func validate(in context: CKKSContext, keyID: KeyID? = nil) throws(CKKSError) {
        try context.parameters.checkLevel(level, "ciphertext")
        guard (2...3).contains(polynomials.count) else {
            throw .malformed(
                object: "ciphertext", reason: "\(polynomials.count) polynomials instead of 2 or 3")
        }
        guard seed == nil || polynomials.count == 2 else {
            throw .malformed(object: "ciphertext", reason: "a seed beside three polynomials")
        }
        guard scale.isFinite, scale >= 1,
            log2OfScale(scale) < context.parameters.logQ(atLevel: level)
        else {
            throw .invalidScale(operation: "ciphertext", scale: scale)
        }
        for polynomial in polynomials {
            try context.requireLimbs(
                polynomial, basis: context.basis(atLevel: level), object: "ciphertext")
        }
        if let keyID, keyID != self.keyID {
            throw .keyMismatch(
                operation: "ciphertext", left: self.keyID.shortDescription,
                right: keyID.shortDescription)
        }
    }
}
