import Ring

/// Automorphisms: rotations and conjugation, alone, hoisted, and inside weighted sums.
///
/// A Galois key switches from s to g^-1(s), so the switched polynomials are permuted, not the
/// digits.
extension Evaluator {
    /// Rotates the slots left: slot i receives slot i + amount.
    ///
    /// - Throws: `CKKSError.missingGaloisKey`, `.wrongDegree`, `.keyLevelTooLow`, `.keyMismatch`,
    ///   `.ringMismatch`.
    public func rotate(_ ciphertext: Ciphertext, by amount: Int) throws(CKKSError) -> Ciphertext {
        try rotations(ciphertext, by: [amount])[0]
    }

    /// Complex conjugate of every slot.
    ///
    /// - Throws: as `rotate(_:by:)`.
    public func conjugate(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        try check(ciphertext, "conjugate")
        try checkLinear(ciphertext, "conjugate")
        let element = GaloisElement.conjugation(degree: parameters.degree)
        let key = try galoisKey(element, level: ciphertext.level, rotation: nil)
        return applied(
            element, key, ciphertext,
            context.raisedDigits(ciphertext.polynomials[1], level: ciphertext.level))
    }

    /// Several rotations of one ciphertext, sharing the decomposition into digits.
    ///
    /// - Throws: as `rotate(_:by:)`.
    public func rotations(_ ciphertext: Ciphertext, by amounts: [Int]) throws(CKKSError)
        -> [Ciphertext]
    {
        try check(ciphertext, "rotate")
        try checkLinear(ciphertext, "rotate")
        var keys: [(element: GaloisElement, key: KeySwitchingKey?)] = []
        for amount in amounts {
            keys.append(try rotationKey(amount, level: ciphertext.level))
        }
        guard keys.contains(where: { $0.key != nil }) else {
            return amounts.map { _ in ciphertext }
        }
        let raised = context.raisedDigits(ciphertext.polynomials[1], level: ciphertext.level)
        return keys.map { element, key in
            guard let key else { return ciphertext }
            return applied(element, key, ciphertext, raised)
        }
    }

    /// Element and key of a rotation; no key for the identity.
    private func rotationKey(_ amount: Int, level: Int) throws(CKKSError) -> (
        element: GaloisElement, key: KeySwitchingKey?
    ) {
        let element = GaloisElement.rotation(by: amount, degree: parameters.degree)
        if element.isIdentity { return (element, nil) }
        return (element, try galoisKey(element, level: level, rotation: amount))
    }

    /// g(c0 + u0), g(u1), u the switched c1.
    private func applied(
        _ element: GaloisElement, _ key: KeySwitchingKey, _ ciphertext: Ciphertext,
        _ raised: RaisedDigits
    ) -> Ciphertext {
        let (first, second) = context.switched(raised, key)
        let sum = context.modDown(first, level: ciphertext.level) + ciphertext.polynomials[0]
        let rest = context.modDown(second, level: ciphertext.level)
        return Ciphertext(
            polynomials: [sum.applying(element), rest.applying(element)], level: ciphertext.level,
            scale: ciphertext.scale, keyID: ciphertext.keyID)
    }

    /// Several sums of rotations times weights over one ciphertext: it is decomposed once, each
    /// rotation's inner product is shared by all sums, and every sum is brought down from P once.
    ///
    /// - Parameters:
    ///   - ciphertext: two polynomials.
    ///   - sums: each a list of rotations; all weights of a sum at one scale, encoded at the
    ///     ciphertext's level, with
    ///     `extended: true` when any of the sums rotates.
    ///   - rescaling: whether to rescale too, in the same division.
    /// - Throws: `CKKSError.operandCount`, `.plaintextNotExtended`, `.levelMismatch`,
    ///   `.scaleMismatch`,
    ///   `.scaleTooLarge`, and as `rotate(_:by:)`.
    public func weightedRotationSums(
        _ ciphertext: Ciphertext, _ sums: [[WeightedRotation]], rescaling: Bool
    ) throws(CKKSError) -> [Ciphertext] {
        let operation = "weightedRotationSum"
        try check(ciphertext, operation)
        try checkLinear(ciphertext, operation)
        var amounts: [GaloisElement: Int] = [:]
        for term in sums.joined() {
            amounts[.rotation(by: term.amount, degree: parameters.degree)] = term.amount
        }
        amounts[.identity] = nil
        let extends = !amounts.isEmpty
        for sum in sums { try checkSum(sum, ciphertext, extends, operation) }
        var accumulators = [Accumulator](repeating: Accumulator(), count: sums.count)
        accumulate(identityPart(ciphertext, extended: extends), .identity, sums, &accumulators)
        if extends {
            let raised = context.raisedDigits(ciphertext.polynomials[1], level: ciphertext.level)
            let scaled = context.timesSpecial(ciphertext.polynomials[0], level: ciphertext.level)
            for (element, amount) in amounts.sorted(by: { $0.key < $1.key }) {
                let key = try galoisKey(element, level: ciphertext.level, rotation: amount)
                var (first, second) = context.switched(raised, key)
                first += scaled
                accumulate(
                    (first.applying(element), second.applying(element)), element, sums,
                    &accumulators)
            }
        }
        var results: [Ciphertext] = []
        for (sum, accumulator) in zip(sums, accumulators) {
            results.append(
                try finished(
                    accumulator, ciphertext, weightScale: sum[0].weights.scale,
                    rescaling: rescaling))
        }
        return results
    }

    /// Sum of rotations of several ciphertexts of one level and scale, brought down from P once.
    ///
    /// - Throws: `CKKSError.operandCount`, `.levelMismatch`, `.scaleMismatch`, and as
    ///   `rotate(_:by:)`.
    public func rotatedSum(_ terms: [(ciphertext: Ciphertext, amount: Int)]) throws(CKKSError)
        -> Ciphertext
    {
        let operation = "rotatedSum"
        guard let model = terms.first?.ciphertext else {
            throw .operandCount(operation: operation, reason: "no terms; give at least one")
        }
        var plain: Ciphertext?
        var switched = Accumulator()
        for (ciphertext, amount) in terms {
            try checkPair(model, ciphertext, operation)
            try checkLinear(ciphertext, operation)
            try checkScales(model.scale, ciphertext.scale, level: model.level, operation)
            let (element, key) = try rotationKey(amount, level: model.level)
            guard let key else {
                if let sum = plain {
                    plain = try add(sum, ciphertext)
                } else {
                    plain = ciphertext
                }
                continue
            }
            let raised = context.raisedDigits(ciphertext.polynomials[1], level: model.level)
            var (first, second) = context.switched(raised, key)
            first += context.timesSpecial(ciphertext.polynomials[0], level: model.level)
            switched.add(first.applying(element), second.applying(element))
        }
        guard let pair = switched.pair else { return plain ?? model }
        let sum = Ciphertext(
            polynomials: [pair.0, pair.1].map { context.modDown($0, level: model.level) },
            level: model.level, scale: model.scale, keyID: model.keyID)
        guard let plain else { return sum }
        return try add(sum, plain)
    }
}

/// A pair of polynomials that sums collect in, or nothing yet.
private struct Accumulator {
    var pair: (Polynomial<Evaluation>, Polynomial<Evaluation>)?

    mutating func add(_ first: Polynomial<Evaluation>, _ second: Polynomial<Evaluation>) {
        if pair == nil {
            pair = (first, second)
        } else {
            pair?.0 += first
            pair?.1 += second
        }
    }

    mutating func add(
        _ parts: (Polynomial<Evaluation>, Polynomial<Evaluation>),
        times weights: Polynomial<Evaluation>
    ) {
        if pair == nil {
            pair = (parts.0 * weights, parts.1 * weights)
        } else {
            pair?.0.multiplyAccumulate(parts.0, weights)
            pair?.1.multiplyAccumulate(parts.1, weights)
        }
    }
}

extension Evaluator {
    /// Checks one weighted sum.
    private func checkSum(
        _ sum: [WeightedRotation], _ ciphertext: Ciphertext, _ extends: Bool, _ operation: String
    ) throws(CKKSError) {
        guard let first = sum.first else {
            throw .operandCount(
                operation: operation, reason: "a sum without terms; give at least one")
        }
        for (index, term) in sum.enumerated() {
            try check(term.weights, at: ciphertext.level, operation)
            try checkScales(
                first.weights.scale, term.weights.scale, level: ciphertext.level, operation)
            if extends, !term.weights.isExtended {
                throw .plaintextNotExtended(operation: operation, index: index)
            }
        }
        try checkRoom(
            ciphertext.scale * first.weights.scale, level: ciphertext.level, operation)
    }

    /// The ciphertext's own polynomials, over the basis that sums are collected in.
    private func identityPart(_ ciphertext: Ciphertext, extended: Bool) -> (
        Polynomial<Evaluation>, Polynomial<Evaluation>
    ) {
        let (first, second) = (ciphertext.polynomials[0], ciphertext.polynomials[1])
        guard extended else { return (first, second) }
        return (
            context.timesSpecial(first, level: ciphertext.level),
            context.timesSpecial(second, level: ciphertext.level)
        )
    }

    /// Adds a rotated pair, times its weights, to every sum that has this rotation.
    private func accumulate(
        _ pair: (Polynomial<Evaluation>, Polynomial<Evaluation>), _ element: GaloisElement,
        _ sums: [[WeightedRotation]], _ accumulators: inout [Accumulator]
    ) {
        for (index, sum) in sums.enumerated() {
            for term in sum
            where GaloisElement.rotation(by: term.amount, degree: parameters.degree) == element {
                accumulators[index].add(pair, times: term.weights.polynomial)
            }
        }
    }

    /// Brings a sum down from P, and rescales it in the same division if asked.
    private func finished(
        _ accumulator: Accumulator, _ ciphertext: Ciphertext, weightScale: Double, rescaling: Bool
    ) throws(CKKSError) -> Ciphertext {
        guard let pair = accumulator.pair else {
            throw .operandCount(operation: "weightedRotationSum", reason: "a sum without terms")
        }
        var result = Ciphertext(
            polynomials: [], level: ciphertext.level, scale: ciphertext.scale * weightScale,
            keyID: ciphertext.keyID)
        if rescaling {
            let (level, scale) = try rescaled(result, "weightedRotationSum")
            result.level = level
            result.scale = scale
        }
        result.polynomials = [pair.0, pair.1].map { polynomial in
            polynomial.limbCount == parameters.limbCount(atLevel: result.level)
                ? polynomial
                : context.modDown(polynomial, level: ciphertext.level, rescaling: rescaling)
        }
        return result
    }
}
