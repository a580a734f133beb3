import Ring
public import Secrets

/// A secret key: a uniform ternary polynomial, N signed bytes in locked memory.
///
/// It cannot be copied by accident. It depends on the degree alone, so it serves every modulus
/// chain of that degree. Invariant: every byte is -1, 0 or 1.
public struct SecretKey: ~Copyable, Sendable {
    /// The key's public name.
    public let keyID: KeyID
    /// Ring degree N.
    public let degree: Int
    /// N signed bytes.
    package let coefficients: SecretBytes
    /// Their values, kept between encryptions and decryptions.
    let values = SecretValues()

    /// Takes over the coefficients of a key, for instance from a vault.
    ///
    /// - Parameters:
    ///   - coefficients: N signed bytes.
    ///   - keyID: the key's name.
    /// - Throws: `CKKSError.malformed` unless N is a power of two in range and every byte is -1, 0
    ///   or 1 (decided in
    ///   constant time).
    public init(coefficients: consuming SecretBytes, keyID: KeyID) throws(CKKSError) {
        let count = coefficients.count
        guard (16...65536).contains(count), count & (count - 1) == 0 else {
            throw .malformed(object: "secret key", reason: "\(count) coefficients")
        }
        guard coefficients.isTernary else {
            throw .malformed(object: "secret key", reason: "a coefficient is not -1, 0 or 1")
        }
        self.keyID = keyID
        self.degree = count
        self.coefficients = coefficients
    }

    /// A second owner of the coefficients, to be sealed in a vault.
    ///
    /// - Throws: `CKKSError.noSecretMemory`.
    public borrowing func duplicateCoefficients() throws(CKKSError) -> SecretBytes {
        do {
            return try coefficients.duplicate()
        } catch {
            throw .noSecretMemory(bytes: degree)
        }
    }

    /// Throws unless the key has a context's degree.
    borrowing func requireDegree(of context: CKKSContext, _ operation: String) throws(CKKSError) {
        guard degree == context.parameters.degree else {
            throw .ringMismatch(
                operation: operation, left: "of degree \(degree)",
                right: "of degree \(context.parameters.degree)")
        }
    }
}
