import CKKS

/// Turns the cuts the search found into a straight-line program with levels and scales.
struct PolynomialPlanBuilder {
    let polynomial: SlotPolynomial
    let level: Int
    let parameters: CKKSParameters
    private(set) var powers: [PolynomialPlan.Power] = []
    private var scales: [Int: Double]

    init(polynomial: SlotPolynomial, level: Int, parameters: CKKSParameters) {
        self.polynomial = polynomial
        self.level = level
        self.parameters = parameters
        scales = [1: parameters.scale(atLevel: level)]
    }

    private var basis: PolynomialBasis { polynomial.basis }

    /// The outermost sum; fills `powers`.
    ///
    /// Nil only if the depth were too small, which `depth` excludes.
    mutating func build() -> PolynomialPlan.Branch? {
        let depth = polynomial.depth - 1
        var coefficients = polynomial.coefficients
        let square = polynomial.hasFreeLeadingTerm ? takeSquare(&coefficients) : nil
        let pattern = coefficients.map { !$0.isZero }
        let search = PolynomialSearch(basis: basis, pattern: pattern, depth: depth)
        let forced = Set(square.map { [$0.power] } ?? [])
        guard let choice = search.best(forced: forced) else { return nil }
        var solver = choice.solver
        let used = usedPowers(coefficients, depth: depth, &solver).union(forced)
        for step in PowerGeneration(basis: basis, needed: used).steps { append(step) }
        let top = level - depth
        var root = branch(
            coefficients, depth: depth,
            resultScale: parameters.scale(atLevel: top - 1),
            scale: parameters.scale(atLevel: top) * parameters.scale(atLevel: top), &solver)
        root.square = square
        return root
    }

    /// Powers the program reads.
    ///
    /// Found on the values, because coefficients that cancel to zero can lead
    /// to other cuts than the pattern alone.
    private func usedPowers(
        _ coefficients: [SlotCoefficient], depth: Int, _ solver: inout PolynomialSearch.Solver
    ) -> Set<Int> {
        let pattern = coefficients.map { !$0.isZero }
        guard let m = solver.giant(of: pattern, depth: depth) else {
            return Set(pattern.indices.filter { $0 > 0 && pattern[$0] })
        }
        let (quotient, remainder) = PolynomialSplit.values(coefficients, at: m, basis: basis)
        var used = usedPowers(remainder, depth: depth, &solver).union([m])
        if quotient.count > 1 {
            used.formUnion(usedPowers(quotient, depth: depth - 1, &solver))
        }
        return used
    }

    /// Removes an integer leading term c · B_n, n a power of two, as c · x^{n/2} · x^{n/2}, or
    /// c · (2 T_{n/2}^2 - 1).
    private func takeSquare(
        _ coefficients: inout [SlotCoefficient]
    ) -> (power: Int, factor: Int)? {
        guard let factor = coefficients.last?.smallInteger else { return nil }
        let half = (coefficients.count - 1) / 2
        coefficients.removeLast()
        guard basis == .chebyshev else { return (half, factor) }
        coefficients[0] = coefficients[0] - .shared(Double(factor))
        return (half, 2 * factor)
    }

    private mutating func append(_ step: PowerGeneration.Step) {
        let depth = step.index.ceilingLog2
        let pending = level - depth + 1
        let scale = scale(of: step.left) * scale(of: step.right)
        powers.append(
            PolynomialPlan.Power(
                index: step.index, left: step.left, right: step.right, level: pending,
                scale: scale))
        scales[step.index] = rescaled(scale, at: pending)
    }

    /// Scale after a rescale at a level, on the level's scale where it is that up to rounding.
    private func rescaled(_ scale: Double, at level: Int) -> Double {
        let result = scale / parameters.groupProduct(atLevel: level)
        let target = parameters.scale(atLevel: level - 1)
        return abs(result - target) <= 0x1p-45 * target ? target : result
    }

    private func scale(of power: Int) -> Double { scales[power] ?? 1 }

    private mutating func branch(
        _ coefficients: [SlotCoefficient], depth: Int, resultScale: Double, scale: Double,
        _ solver: inout PolynomialSearch.Solver
    ) -> PolynomialPlan.Branch {
        var branch = PolynomialPlan.Branch(
            level: level - depth, scale: scale, resultScale: resultScale)
        var rest = coefficients
        while let m = solver.giant(of: rest.map { !$0.isZero }, depth: depth) {
            let (quotient, remainder) = PolynomialSplit.values(rest, at: m, basis: basis)
            rest = remainder
            if quotient.count == 1 {
                branch.terms.append(term(m, quotient[0], scale))
                continue
            }
            let factorScale = scale / self.scale(of: m)
            let factor = self.branch(
                quotient, depth: depth - 1, resultScale: factorScale,
                scale: factorScale * parameters.groupProduct(atLevel: level - depth + 1), &solver)
            branch.products.append(PolynomialPlan.Product(factor: factor, power: m))
        }
        for (i, coefficient) in rest.enumerated().dropFirst() where !coefficient.isZero {
            branch.terms.append(term(i, coefficient, scale))
        }
        if let constant = rest.first { branch.constant = constant }
        return branch
    }

    private func term(
        _ power: Int, _ coefficient: SlotCoefficient, _ scale: Double
    ) -> PolynomialPlan.Term {
        PolynomialPlan.Term(
            power: power, coefficient: coefficient, coefficientScale: scale / self.scale(of: power))
    }
}
