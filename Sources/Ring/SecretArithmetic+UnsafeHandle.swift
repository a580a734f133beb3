import RingKernels
package import Secrets

// Arithmetic with secret polynomials. Their limbs exist in the workspace's locked memory only; what
// reaches a Polynomial is masked by an error or is a decrypted phase. Nothing branches on secrets.

extension Polynomial where Form == Evaluation {
    /// e - a·s (+ m): a fresh sample of the ring-LWE distribution, computed limb by limb in locked
    /// memory.
    ///
    /// - Parameters:
    ///   - uniform: The public half a.
    ///   - secret: s, N signed bytes.
    ///   - error: e, N signed bytes.
    ///   - message: What the sample hides; joins it.
    ///   - integers: Coefficients that join it too; they share the error's transform.
    ///   - values: Those of s, which may be kept between calls.
    ///   - workspace: Locked scratch of the same ring.
    package static func masked(
        uniform: Polynomial, secret: borrowing SecretBytes, error: borrowing SecretBytes,
        message: Polynomial? = nil, integers: IntegerVector? = nil, values: SecretValues? = nil,
        workspace: inout SecretWorkspace
    ) -> Polynomial {
        precondition(
            integers.map { $0.context === uniform.context } ?? true, "integers of another ring")
        let (context, basis, degree) = (uniform.context, uniform.basis, uniform.context.degree)
        workspace.requireRing(context, secret, error)
        let result = Polynomial(uninitialized: context, basis: basis)
        secret.withSignedBytes { secret in
            error.withSignedBytes { error in
                workspace.withLimbs { x, y in
                    context.forEachLimb(of: basis) { kernels, position, modulus in
                        let index = basis.indices[position]
                        let plan = context.tables[index].plan
                        let out = result.storage.limb(position)
                        kernels.reduce_i8(y, error, degree, modulus)
                        if let integers {
                            integers.reduce(to: x, modulus)
                            kernels.add(y, y, x, degree, modulus)
                        }
                        kernels.forward_ntt(y, plan)
                        if let message {
                            kernels.add(
                                y, y, result.matchingLimb(of: message, at: position), degree,
                                modulus)
                        }
                        let values = transformed(
                            secret, values, index: index, context: context, scratch: x)
                        kernels.multiply(x, values, uniform.limb(position), degree, modulus)
                        kernels.subtract(out, y, x, degree, modulus)
                    }
                }
            }
        }
        return result
    }

    /// (b·u + e0, a·u + e1) over some limbs of b and a: an encryption of zero under a public key.
    ///
    /// - Parameters:
    ///   - pair: b and a, over (at least) the basis.
    ///   - basis: The limbs wanted.
    ///   - secret: u, N signed bytes.
    ///   - errors: e0 and e1, N signed bytes each.
    ///   - workspace: Locked scratch of the same ring.
    package static func maskedPair(
        _ pair: (Polynomial, Polynomial), over basis: Basis, secret: borrowing SecretBytes,
        errors first: borrowing SecretBytes, _ second: borrowing SecretBytes,
        workspace: inout SecretWorkspace
    ) -> (Polynomial, Polynomial) {
        let (context, degree) = (pair.0.context, pair.0.context.degree)
        workspace.requireRing(context, secret, first)
        workspace.requireRing(context, secret, second)
        pair.0.requireSameRing(pair.1)
        let results = (
            Polynomial(uninitialized: context, basis: basis),
            Polynomial(uninitialized: context, basis: basis)
        )
        secret.withSignedBytes { secret in
            first.withSignedBytes { first in
                second.withSignedBytes { second in
                    workspace.withLimbs { x, y in
                        context.forEachLimb(of: basis) { kernels, position, modulus in
                            let plan = context.tables[basis.indices[position]].plan
                            kernels.reduce_i8(x, secret, degree, modulus)
                            kernels.forward_ntt(x, plan)
                            for (error, factor, result) in [
                                (first, pair.0, results.0), (second, pair.1, results.1),
                            ] {
                                kernels.reduce_i8(y, error, degree, modulus)
                                kernels.forward_ntt(y, plan)
                                kernels.multiply_accumulate(
                                    y, x, result.matchingLimb(of: factor, at: position), degree,
                                    modulus)
                                result.storage.limb(position).update(from: y, count: degree)
                            }
                        }
                    }
                }
            }
        }
        return results
    }

    /// self += scalars · s, one residue per limb: puts a small secret polynomial under the mask that
    /// self already holds.
    package mutating func addSecret(
        _ secret: borrowing SecretBytes, byScalars scalars: [UInt64],
        workspace: inout SecretWorkspace
    ) {
        addTransformed(secret, byScalars: scalars, workspace: &workspace) { _, _, _, _ in }
    }

    /// self += scalars · s², one residue per limb.
    package mutating func addSecretSquare(
        _ secret: borrowing SecretBytes, byScalars scalars: [UInt64],
        workspace: inout SecretWorkspace
    ) {
        addTransformed(secret, byScalars: scalars, workspace: &workspace) {
            kernels, x, degree, modulus in kernels.multiply(x, x, x, degree, modulus)
        }
    }

    private mutating func addTransformed(
        _ secret: borrowing SecretBytes, byScalars scalars: [UInt64],
        workspace: inout SecretWorkspace,
        _ change: (rk_table, UnsafeMutablePointer<UInt64>, Int, ModulusPointer) -> Void
    ) {
        precondition(scalars.count == basis.count, "one scalar per limb")
        workspace.requireRing(context, secret, secret)
        let storage = uniqueStorage()
        let (context, basis, degree) = (self.context, self.basis, self.context.degree)
        secret.withSignedBytes { secret in
            workspace.withLimbs { x, _ in
                context.forEachLimb(of: basis) { kernels, position, modulus in
                    let index = basis.indices[position]
                    let q = context.moduli[index]
                    let scalar = q.reduce(scalars[position])
                    if scalar == 0 { return }
                    kernels.reduce_i8(x, secret, degree, modulus)
                    kernels.forward_ntt(x, context.tables[index].plan)
                    change(kernels, x, degree, modulus)
                    kernels.multiply_scalar_accumulate(
                        storage.limb(position), x, scalar, q.shoupFactor(scalar), degree, modulus)
                }
            }
        }
    }

    /// self + a·s (+ b·s²) over some limbs: the phase of a ciphertext of two or three parts.
    ///
    /// The memory of the result is wiped when it is released. `values` are those of s, which may be
    /// kept between calls.
    package func phase(
        _ a: Polynomial, _ b: Polynomial? = nil, over basis: Basis? = nil,
        secret: borrowing SecretBytes, values: SecretValues? = nil,
        workspace: inout SecretWorkspace
    ) -> Polynomial {
        workspace.requireRing(context, secret, secret)
        let (context, degree) = (self.context, self.context.degree)
        let basis = basis ?? self.basis
        let result = Polynomial(uninitialized: context, basis: basis, isSecret: true)
        secret.withSignedBytes { secret in
            workspace.withLimbs { x, y in
                context.forEachLimb(of: basis) { kernels, position, modulus in
                    let values = Self.transformed(
                        secret, values, index: basis.indices[position], context: context,
                        scratch: x)
                    let out = result.storage.limb(position)
                    out.update(from: result.matchingLimb(of: self, at: position), count: degree)
                    let linear = result.matchingLimb(of: a, at: position)
                    guard let b else {
                        kernels.multiply_accumulate(out, values, linear, degree, modulus)
                        return
                    }
                    y.update(from: linear, count: degree)
                    kernels.multiply_accumulate(
                        y, values, result.matchingLimb(of: b, at: position), degree, modulus)
                    kernels.multiply_accumulate(out, values, y, degree, modulus)
                }
            }
        }
        return result
    }

    /// The values of s at a limb: those that are kept, or in scratch.
    private static func transformed(
        _ secret: UnsafePointer<Int8>, _ values: SecretValues?, index: Int, context: RingContext,
        scratch: UnsafeMutablePointer<UInt64>
    ) -> UnsafePointer<UInt64> {
        if let kept = values?.limb(index, of: secret, in: context) { return kept }
        let table = context.tables[index]
        context.kernels.reduce_i8(scratch, secret, context.degree, table.modulus)
        context.kernels.forward_ntt(scratch, table.plan)
        return UnsafePointer(scratch)
    }
}

extension SecretWorkspace {
    func requireRing(
        _ other: RingContext, _ a: borrowing SecretBytes, _ b: borrowing SecretBytes
    ) {
        precondition(
            context === other && a.count == other.degree && b.count == other.degree,
            "workspace or secret of another ring")
    }
}

extension SecretBytes {
    /// The bytes as signed numbers.
    borrowing func withSignedBytes(_ body: (UnsafePointer<Int8>) -> Void) {
        withUnsafeBytes { bytes in
            if let base = bytes.assumingMemoryBound(to: Int8.self).baseAddress { body(base) }
        }
    }

    /// The signed coefficients of p(X^g), given those of p.
    package borrowing func applying(
        _ element: GaloisElement, context: RingContext
    ) throws(SecretsError) -> SecretBytes {
        var result = try SecretBytes(count: count)
        precondition(count == context.degree, "secret of another ring")
        let table = context.permutation(element, isEvaluation: false).index
        result.withUnsafeMutableBytes { out in
            withUnsafeBytes { bytes in
                for (place, entry) in table.enumerated() {
                    let value = Int8(bitPattern: bytes[Int(entry & 0x7fff_ffff)])
                    // 0 or -1; x ^ -1 - -1 is -x.
                    let sign = Int8(truncatingIfNeeded: -Int32(entry >> 31))
                    out[place] = UInt8(bitPattern: (value ^ sign) &- sign)
                }
            }
        }
        return result
    }
}
