import Ring

/// Automorphisms: rotations and conjugation, alone and inside weighted sums.
///
/// A Galois key switches from s to g^-1(s), so the switched polynomials are permuted.
extension ExactEvaluator {
    /// Rotates the slots left: slot i receives slot i + amount.
    ///
    /// - Throws: `CKKSError.missingGaloisKey`, `.wrongDegree`, `.keyLevelTooLow`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func rotate(_ ciphertext: ExactCiphertext, by amount: Int) throws(CKKSError)
        -> ExactCiphertext
    {
        try rotations(ciphertext, by: [amount])[0]
    }

    /// Complex conjugate of every slot.
    ///
    /// - Throws: as `rotate(_:by:)`.
    public func conjugate(_ ciphertext: ExactCiphertext) throws(CKKSError) -> ExactCiphertext {
        try check(ciphertext, "conjugate")
        try requireTwo(ciphertext, "conjugate")
        let element = GaloisElement.conjugation(degree: parameters.degree)
        let key = try checks.galoisKey(element, level: ciphertext.level, rotation: nil)
        return applied(
            element, key, ciphertext, digits(ciphertext.polynomials[1], level: ciphertext.level))
    }

    /// Several rotations of one ciphertext, sharing the decomposition into digits.
    ///
    /// - Throws: as `rotate(_:by:)`.
    public func rotations(_ ciphertext: ExactCiphertext, by amounts: [Int]) throws(CKKSError)
        -> [ExactCiphertext]
    {
        try check(ciphertext, "rotate")
        try requireTwo(ciphertext, "rotate")
        var keys: [GaloisElement: KeySwitchingKey] = [:]
        let elements = amounts.map { GaloisElement.rotation(by: $0, degree: parameters.degree) }
        for (element, amount) in zip(elements, amounts) where !element.isIdentity {
            keys[element] = try checks.galoisKey(
                element, level: ciphertext.level, rotation: amount)
        }
        var rotated: [GaloisElement: ExactCiphertext] = [.identity: ciphertext]
        if !keys.isEmpty {
            let digits = digits(ciphertext.polynomials[1], level: ciphertext.level)
            for (element, key) in keys {
                rotated[element] = applied(element, key, ciphertext, digits)
            }
        }
        return elements.compactMap { rotated[$0] }
    }

    /// g(c0 + u0), g(u1), u the switched c1.
    private func applied(
        _ element: GaloisElement, _ key: KeySwitchingKey, _ ciphertext: ExactCiphertext,
        _ digits: [ExactPolynomial]
    ) -> ExactCiphertext {
        let switched = switched(digits, key, ciphertext.level)
        let first = ciphertext.polynomials[0] + switched.0
        return result(
            [first.applying(element), switched.1.applying(element)], like: ciphertext)
    }

    /// Several sums of rotations times weights over one ciphertext: each rotation is made once,
    /// brought down from P by itself, and then weighted.
    ///
    /// - Throws: `CKKSError.operandCount`, `.plaintextNotExtended`, `.levelMismatch`,
    ///   `.scaleMismatch`, `.scaleTooLarge`, and as `rotate(_:by:)`.
    public func weightedRotationSums(
        _ ciphertext: ExactCiphertext, _ sums: [[WeightedRotation]], rescaling: Bool
    ) throws(CKKSError) -> [ExactCiphertext] {
        let operation = "weightedRotationSum"
        try check(ciphertext, operation)
        try requireTwo(ciphertext, operation)
        var amounts: [GaloisElement: Int] = [:]
        for term in sums.joined() { amounts[element(of: term)] = term.amount }
        let extends = amounts.keys.contains { !$0.isIdentity }
        for sum in sums {
            try checkSum(sum, ciphertext, extends, operation)
            guard rescaling else { continue }
            // What cannot be rescaled is refused before the work.
            _ = try rescaled(
                ciphertext.scale * sum[0].weights.scale, level: ciphertext.level, operation)
        }
        // In order, so that the first missing key is the same every time.
        let needed = amounts.sorted { $0.key < $1.key }
        let results = try rotations(ciphertext, by: needed.map(\.value))
        let rotated = Dictionary(uniqueKeysWithValues: zip(needed.map(\.key), results))
        var sumsOfProducts: [ExactCiphertext] = []
        for sum in sums {
            let pending = try weightedSum(
                sum.compactMap { rotated[element(of: $0)] }, sum.map(\.weights))
            sumsOfProducts.append(rescaling ? try rescale(pending) : pending)
        }
        return sumsOfProducts
    }

    private func element(of term: WeightedRotation) -> GaloisElement {
        .rotation(by: term.amount, degree: parameters.degree)
    }

    /// Checks one weighted sum.
    private func checkSum(
        _ sum: [WeightedRotation], _ ciphertext: ExactCiphertext, _ extends: Bool,
        _ operation: String
    ) throws(CKKSError) {
        guard let first = sum.first else {
            throw .operandCount(
                operation: operation, reason: "a sum without terms; give at least one")
        }
        for (index, term) in sum.enumerated() {
            try checks.check(term.weights, at: ciphertext.level, operation)
            try checks.checkScales(
                first.weights.scale, term.weights.scale, level: ciphertext.level, operation)
            if extends, !term.weights.isExtended {
                throw .plaintextNotExtended(operation: operation, index: index)
            }
        }
        try checks.checkRoom(
            ciphertext.scale * first.weights.scale, level: ciphertext.level, operation)
    }
}
