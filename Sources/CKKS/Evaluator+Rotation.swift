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
        try check(ciphertext, "rotate")
        try checkLinear(ciphertext, "rotate")
        let (element, key) = try rotationKey(amount, level: ciphertext.level)
        guard let key else { return ciphertext }
        return try switched(ciphertext, key, applying: element)
    }

    /// Complex conjugate of every slot.
    ///
    /// - Throws: as `rotate(_:by:)`.
    public func conjugate(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        try check(ciphertext, "conjugate")
        try checkLinear(ciphertext, "conjugate")
        let element = GaloisElement.conjugation(degree: parameters.degree)
        let key = try galoisKey(element, level: ciphertext.level, rotation: nil)
        return try switched(ciphertext, key, applying: element)
    }

    /// A key switch of a ciphertext of two polynomials and an automorphism of the result.
    private func switched(
        _ ciphertext: Ciphertext, _ key: KeySwitchingKey, applying element: GaloisElement
    ) throws(CKKSError) -> Ciphertext {
        Ciphertext(
            polynomials: try context.switched(
                ciphertext.polynomials[1], key, level: ciphertext.level,
                adding: (ciphertext.polynomials[0], nil), applying: element),
            level: ciphertext.level, scale: ciphertext.scale, keyID: ciphertext.keyID)
    }

    /// Several rotations of one ciphertext, sharing the decomposition into digits.
    ///
    /// - Throws: as `rotate(_:by:)`.
    public func rotations(_ ciphertext: Ciphertext, by amounts: [Int]) throws(CKKSError)
        -> [Ciphertext]
    {
        try check(ciphertext, "rotate")
        try checkLinear(ciphertext, "rotate")
        // Keys are looked up again and again rather than listed: lists come from the heap.
        let level = ciphertext.level
        var count = 0
        for amount in amounts where try rotationKey(amount, level: level).key != nil { count += 1 }
        guard count > 0 else { return amounts.map { _ in ciphertext } }
        return try context.withSwitchedSums(count: count, level: level) {
            sums throws(CKKSError) in
            let digits = context.cut(ciphertext.polynomials[1], for: sums, level: level)
            var place = 0
            for amount in amounts {
                let (element, key) = try rotationKey(amount, level: level)
                guard let key else { continue }
                sums.add(digits, key.rows, toSum: place)
                sums.finish(place, adding: ciphertext.polynomials[0], nil, applying: element)
                place += 1
            }
            sums.evaluate(team: context.team)
            place = 0
            return amounts.map { amount in
                let element = GaloisElement.rotation(by: amount, degree: parameters.degree)
                if element.isIdentity { return ciphertext }
                defer { place += 1 }
                return Ciphertext(
                    polynomials: sums.result(place), level: level, scale: ciphertext.scale,
                    keyID: ciphertext.keyID)
            }
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
        let terms = usesByElement(sums)
        let extends = terms.contains { !$0.element.isIdentity }
        for sum in sums { try checkSum(sum, ciphertext, extends, operation) }
        guard extends else { return try plainSums(ciphertext, sums, rescaling: rescaling) }
        let labels = try sums.map { sum throws(CKKSError) in
            try label(ciphertext, weightScale: sum[0].weights.scale, rescaling: rescaling)
        }
        let level = ciphertext.level
        return try context.withSwitchedSums(
            count: sums.count, level: level, rescaling: rescaling
        ) { switched throws(CKKSError) in
            let digits = context.cut(ciphertext.polynomials[1], for: switched, level: level)
            for term in terms {
                if term.element.isIdentity {
                    switched.add(
                        ciphertext.polynomials[0], ciphertext.polynomials[1], to: term.uses)
                } else {
                    let key = try galoisKey(term.element, level: level, rotation: term.amount)
                    switched.add(
                        digits, key.rows, body: ciphertext.polynomials[0], applying: term.element,
                        to: term.uses)
                }
            }
            switched.evaluate(team: context.team)
            return labels.enumerated().map { index, label in
                Ciphertext(
                    polynomials: switched.result(index), level: label.level, scale: label.scale,
                    keyID: ciphertext.keyID)
            }
        }
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
        let level = model.level
        return try context.withSwitchedSums(count: 1, level: level) {
            switched throws(CKKSError) in
            var plain: Ciphertext?
            var isSwitched = false
            for (ciphertext, amount) in terms {
                try checkPair(model, ciphertext, operation)
                try checkLinear(ciphertext, operation)
                try checkScales(model.scale, ciphertext.scale, level: level, operation)
                let (element, key) = try rotationKey(amount, level: level)
                if let key {
                    isSwitched = true
                    switched.add(
                        context.cut(ciphertext.polynomials[1], for: switched, level: level),
                        key.rows, body: ciphertext.polynomials[0], applying: element, toSum: 0)
                } else if let sum = plain {
                    plain = try add(sum, ciphertext)
                } else {
                    plain = ciphertext
                }
            }
            guard isSwitched else { return plain ?? model }
            switched.finish(0, adding: plain?.polynomials[0], plain?.polynomials[1])
            switched.evaluate(team: context.team)
            return Ciphertext(
                polynomials: switched.result(0), level: level, scale: model.scale,
                keyID: model.keyID)
        }
    }
}

/// One rotation of weighted sums, and where it goes.
private struct SharedRotation {
    let element: GaloisElement
    let amount: Int
    var uses: [SwitchedSums.Use]
}

extension Evaluator {
    /// The terms of all sums by rotation, in rising order of elements, so that results do not depend
    /// on how a dictionary is ordered.
    private func usesByElement(_ sums: [[WeightedRotation]]) -> [SharedRotation] {
        var rotations: [GaloisElement: SharedRotation] = [:]
        for (index, sum) in sums.enumerated() {
            for term in sum {
                let element = GaloisElement.rotation(by: term.amount, degree: parameters.degree)
                rotations[
                    element,
                    default: SharedRotation(element: element, amount: term.amount, uses: [])
                ].uses.append(SwitchedSums.Use(sum: index, weights: term.weights.polynomial))
            }
        }
        return rotations.values.sorted { $0.element < $1.element }
    }

    /// Weighted sums in which nothing rotates.
    private func plainSums(
        _ ciphertext: Ciphertext, _ sums: [[WeightedRotation]], rescaling: Bool
    ) throws(CKKSError) -> [Ciphertext] {
        try sums.map { sum throws(CKKSError) in
            let pending = try weightedSum(
                sum.map { _ in ciphertext }, sum.map(\.weights))
            return rescaling ? try rescale(pending) : pending
        }
    }

    /// Level and scale of a weighted sum.
    private func label(_ ciphertext: Ciphertext, weightScale: Double, rescaling: Bool)
        throws(CKKSError) -> (level: Int, scale: Double)
    {
        let pending = Ciphertext(
            polynomials: [], level: ciphertext.level, scale: ciphertext.scale * weightScale,
            keyID: ciphertext.keyID)
        return rescaling
            ? try rescaled(pending, "weightedRotationSum") : (pending.level, pending.scale)
    }

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
}
