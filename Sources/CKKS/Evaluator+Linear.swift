import Ring

/// Sums, and products with plaintexts and numbers.
extension Evaluator {
    /// Sum of two ciphertexts of one level and scale; of two or three polynomials each.
    ///
    /// - Throws: `CKKSError.levelMismatch`, `.scaleMismatch`, `.keyMismatch`, `.ringMismatch`.
    public func add(_ left: Ciphertext, _ right: Ciphertext) throws(CKKSError) -> Ciphertext {
        try checkPair(left, right, "add")
        try checkScales(left.scale, right.scale, level: left.level, "add")
        var sum = left
        sum.seed = nil
        for (index, polynomial) in right.polynomials.enumerated() {
            if index < sum.polynomials.count {
                sum.polynomials[index] += polynomial
            } else {
                sum.polynomials.append(polynomial)
            }
        }
        return sum
    }

    /// Difference of two ciphertexts of one level and scale.
    ///
    /// - Throws: as `add(_:_:)`.
    public func subtract(_ left: Ciphertext, _ right: Ciphertext) throws(CKKSError) -> Ciphertext {
        try checkPair(left, right, "subtract")
        try checkScales(left.scale, right.scale, level: left.level, "subtract")
        var difference = left
        difference.seed = nil
        for (index, polynomial) in right.polynomials.enumerated() {
            if index < difference.polynomials.count {
                difference.polynomials[index] -= polynomial
            } else {
                difference.polynomials.append(-polynomial)
            }
        }
        return difference
    }

    /// Negative of a ciphertext.
    ///
    /// - Throws: `CKKSError.keyMismatch`, `.ringMismatch`.
    public func negate(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        try check(ciphertext, "negate")
        return mapping(ciphertext) { $0.negate() }
    }

    /// Sum of a ciphertext and a plaintext of its level and scale.
    ///
    /// - Throws: `CKKSError.levelMismatch`, `.scaleMismatch`, `.keyMismatch`, `.ringMismatch`.
    public func addPlain(_ ciphertext: Ciphertext, _ plaintext: Plaintext) throws(CKKSError)
        -> Ciphertext
    {
        try check(ciphertext, "addPlain")
        try check(plaintext, at: ciphertext.level, "addPlain")
        try checkScales(
            ciphertext.scale, plaintext.scale, level: ciphertext.level, "addPlain")
        var sum = ciphertext
        sum.seed = nil
        sum.polynomials[0] += plaintext.polynomial
        return sum
    }

    /// Product with a plaintext of the same level; the scales multiply.
    ///
    /// - Throws: `CKKSError.levelMismatch`, `.scaleTooLarge`, `.keyMismatch`, `.ringMismatch`.
    public func multiplyPlain(_ ciphertext: Ciphertext, _ plaintext: Plaintext) throws(CKKSError)
        -> Ciphertext
    {
        try check(ciphertext, "multiplyPlain")
        try check(plaintext, at: ciphertext.level, "multiplyPlain")
        let scale = ciphertext.scale * plaintext.scale
        try checkRoom(scale, level: ciphertext.level, "multiplyPlain")
        return mapping(ciphertext, scale: scale) { $0 *= plaintext.polynomial }
    }

    /// Product with an integer; neither level nor scale change, the values do.
    ///
    /// - Throws: `CKKSError.keyMismatch`, `.ringMismatch`.
    public func multiplyInteger(_ ciphertext: Ciphertext, _ factor: Int) throws(CKKSError)
        -> Ciphertext
    {
        try check(ciphertext, "multiplyInteger")
        return mapping(ciphertext) { $0.multiply(by: Int64(factor)) }
    }

    /// Product with a real number in every slot, so that the result stands at a scale of the
    /// caller's choice: the factor becomes the integer round(factor·resultScale/scale).
    ///
    /// - Throws: `CKKSError.notFinite`, `.valueTooLarge`, `.scaleTooLarge`, `.invalidScale`,
    ///   `.keyMismatch`.
    public func multiplyScalar(_ ciphertext: Ciphertext, _ factor: Double, resultScale: Double)
        throws(CKKSError) -> Ciphertext
    {
        try check(ciphertext, "multiplyScalar")
        try checkRoom(resultScale, level: ciphertext.level, "multiplyScalar")
        let residues = try scalarResidues(factor, of: ciphertext, resultScale: resultScale)
        return mapping(ciphertext, scale: resultScale) { $0.multiply(byScalars: residues) }
    }

    /// round(factor·resultScale/scale) modulo each prime.
    private func scalarResidues(
        _ factor: Double, of ciphertext: Ciphertext, resultScale: Double
    ) throws(CKKSError) -> [UInt64] {
        try encoder.residues(
            ofConstant: factor, level: ciphertext.level, scale: resultScale / ciphertext.scale,
            basis: context.basis(atLevel: ciphertext.level))
    }

    /// Sum with a real number in every slot, encoded at the ciphertext's scale.
    ///
    /// - Throws: `CKKSError.notFinite`, `.valueTooLarge`, `.keyMismatch`, `.ringMismatch`.
    public func addScalar(_ ciphertext: Ciphertext, _ summand: Double) throws(CKKSError)
        -> Ciphertext
    {
        try check(ciphertext, "addScalar")
        let residues = try encoder.residues(
            ofConstant: summand, level: ciphertext.level, scale: ciphertext.scale,
            basis: context.basis(atLevel: ciphertext.level))
        var sum = ciphertext
        sum.seed = nil
        sum.polynomials[0].addConstant(residues)
        return sum
    }

    /// Sum of ciphertexts times plaintexts, all at one level, each product at one scale.
    ///
    /// - Throws: `CKKSError.operandCount`, and as `multiplyPlain(_:_:)` and `add(_:_:)`.
    public func weightedSum(_ ciphertexts: [Ciphertext], _ weights: [Plaintext]) throws(CKKSError)
        -> Ciphertext
    {
        try checkCounts("weightedSum", ciphertexts.count, weights.count)
        var sum = try multiplyPlain(ciphertexts[0], weights[0])
        for (ciphertext, weight) in zip(ciphertexts, weights).dropFirst() {
            try checkPair(sum, ciphertext, "weightedSum")
            try check(weight, at: sum.level, "weightedSum")
            try checkScales(
                sum.scale, ciphertext.scale * weight.scale, level: sum.level, "weightedSum")
            sum.matchCount(of: ciphertext)
            for (index, polynomial) in ciphertext.polynomials.enumerated() {
                sum.polynomials[index].multiplyAccumulate(polynomial, weight.polynomial)
            }
        }
        return sum
    }

    /// Sum of ciphertexts times real numbers, all at one level; the ciphertexts' scales may differ.
    ///
    /// - Throws: `CKKSError.operandCount`, and as `multiplyScalar(_:_:resultScale:)`.
    public func weightedSum(
        _ ciphertexts: [Ciphertext], _ weights: [Double], resultScale: Double
    ) throws(CKKSError) -> Ciphertext {
        try checkCounts("weightedSum", ciphertexts.count, weights.count)
        var sum = try multiplyScalar(ciphertexts[0], weights[0], resultScale: resultScale)
        for (ciphertext, weight) in zip(ciphertexts, weights).dropFirst() {
            try checkPair(sum, ciphertext, "weightedSum")
            let residues = try scalarResidues(weight, of: ciphertext, resultScale: resultScale)
            sum.matchCount(of: ciphertext)
            for (index, polynomial) in ciphertext.polynomials.enumerated() {
                sum.polynomials[index].multiplyAccumulate(polynomial, byScalars: residues)
            }
        }
        return sum
    }

    /// Changes every polynomial of a ciphertext, which then is no fresh encryption any more.
    private func mapping(
        _ ciphertext: Ciphertext, scale: Double? = nil,
        _ change: (inout Polynomial<Evaluation>) -> Void
    ) -> Ciphertext {
        var result = ciphertext
        result.seed = nil
        result.scale = scale ?? ciphertext.scale
        for index in result.polynomials.indices { change(&result.polynomials[index]) }
        return result
    }
}

extension Ciphertext {
    /// Appends zero polynomials until there are as many as another ciphertext has.
    mutating func matchCount(of other: Ciphertext) {
        while polynomials.count < other.polynomials.count {
            polynomials.append(
                Polynomial(zero: polynomials[0].context, basis: polynomials[0].basis))
        }
    }
}
