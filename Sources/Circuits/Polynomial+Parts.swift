package import CKKS

/// Most levels of sums within sums: far more than any polynomial of the highest degree has.
private let deepestBranch = 64

extension SlotCoefficient {
    /// Takes a coefficient apart; one per slot is only told to be that, for it is encoded elsewhere.
    func append(to parts: inout PreparedParts) {
        switch self {
        case .shared(let value):
            parts.append(true)
            parts.append(value)
        case .perSlot: parts.append(false)
        }
    }

    /// Puts a coefficient together; per slot, it holds no numbers.
    init(_ reader: inout PreparedPartsReader) throws(PreparedPartsError) {
        self = try reader.flag() ? .shared(reader.double()) : .perSlot([])
    }
}

extension SlotPolynomial {
    func append(to parts: inout PreparedParts) {
        parts.append(basis == .chebyshev)
        parts.append(coefficients) { $1.append(to: &$0) }
    }

    init(_ reader: inout PreparedPartsReader) throws(PreparedPartsError) {
        basis = try reader.flag() ? .chebyshev : .power
        coefficients = try reader.list { (reader) throws(PreparedPartsError) in
            try SlotCoefficient(&reader)
        }
        slotCount = nil
        guard !coefficients.isEmpty else { throw PreparedPartsError("a polynomial is empty") }
    }
}

extension PreparedPolynomial {
    /// Takes the polynomial apart.
    package func append(to parts: inout PreparedParts) {
        plan.polynomial.append(to: &parts)
        for number in [plan.inputLevel, plan.depth] { parts.append(number) }
        parts.append(plan.order == .beforeRescale)
        parts.append(plan.powers) { parts, power in
            for number in [power.index, power.left, power.right, power.level] {
                parts.append(number)
            }
            parts.append(power.scale)
        }
        parts.append(root != nil)
        root?.append(to: &parts)
        parts.append(constant)
    }

    /// Puts a polynomial together.
    package init(
        _ reader: inout PreparedPartsReader, parameters: CKKSParameters
    ) throws(PreparedPartsError) {
        let polynomial = try SlotPolynomial(&reader)
        let inputLevel = try reader.int(in: 0...parameters.maxLevel)
        let depth = try reader.int(in: 0...inputLevel)
        let order: RelinearizationOrder = try reader.flag() ? .beforeRescale : .afterRescale
        let powers = try reader.list { (reader) throws(PreparedPartsError) in
            PolynomialPlan.Power(
                index: try reader.int(in: 0...1024), left: try reader.int(in: 0...1024),
                right: try reader.int(in: 0...1024),
                level: try reader.int(in: 0...parameters.maxLevel), scale: try reader.double())
        }
        let root =
            try reader.flag()
            ? try Node(&reader, parameters: parameters, depthLeft: deepestBranch) : nil
        self.init(
            plan: PolynomialPlan(
                polynomial, inputLevel: inputLevel, depth: depth, order: order, powers: powers,
                root: root?.branch), root: root, constant: try reader.plaintext())
    }
}

extension PreparedPolynomial.Node {
    fileprivate func append(to parts: inout PreparedParts) {
        parts.append(branch.level)
        parts.append(branch.scale)
        parts.append(branch.resultScale)
        parts.append(branch.square != nil)
        if let square = branch.square {
            parts.append(square.power)
            parts.append(square.factor < 0)
            parts.append(abs(square.factor))
        }
        parts.append(factors.count)
        for (factor, product) in zip(factors, branch.products) {
            parts.append(product.power)
            factor.append(to: &parts)
        }
        parts.append(terms.count)
        for (plaintext, term) in zip(terms, branch.terms) {
            parts.append(term.power)
            parts.append(term.coefficientScale)
            term.coefficient.append(to: &parts)
            parts.append(plaintext)
        }
        branch.constant.append(to: &parts)
        parts.append(constant)
    }

    fileprivate convenience init(
        _ reader: inout PreparedPartsReader, parameters: CKKSParameters, depthLeft: Int
    ) throws(PreparedPartsError) {
        guard depthLeft > 0 else { throw PreparedPartsError("a polynomial is too deep") }
        let powers = 0...1024
        let level = try reader.int(in: 0...parameters.maxLevel)
        var branch = PolynomialPlan.Branch(
            level: level, scale: try reader.double(), resultScale: try reader.double())
        if try reader.flag() {
            let power = try reader.int(in: powers)
            let isNegative = try reader.flag()
            let factor = try reader.int(in: 0...(1 << 40))
            branch.square = (power, isNegative ? -factor : factor)
        }
        var factors: [PreparedPolynomial.Node] = []
        for _ in 0..<(try reader.int(in: powers)) {
            let power = try reader.int(in: powers)
            let factor = try PreparedPolynomial.Node(
                &reader, parameters: parameters, depthLeft: depthLeft - 1)
            branch.products.append(PolynomialPlan.Product(factor: factor.branch, power: power))
            factors.append(factor)
        }
        var terms: [Plaintext?] = []
        for _ in 0..<(try reader.int(in: powers)) {
            let power = try reader.int(in: powers)
            let scale = try reader.double()
            let coefficient = try SlotCoefficient(&reader)
            let plaintext = try reader.plaintext(level: level)
            try Self.check(coefficient, plaintext)
            branch.terms.append(
                PolynomialPlan.Term(
                    power: power, coefficient: coefficient, coefficientScale: scale))
            terms.append(plaintext)
        }
        branch.constant = try SlotCoefficient(&reader)
        let constant = try reader.plaintext(level: level - 1)
        try Self.check(branch.constant, constant)
        self.init(branch: branch, factors: factors, terms: terms, constant: constant)
    }

    /// A coefficient is shared, or encoded.
    private static func check(
        _ coefficient: SlotCoefficient, _ plaintext: Plaintext?
    ) throws(PreparedPartsError) {
        if case .perSlot = coefficient, plaintext == nil {
            throw PreparedPartsError("a coefficient is missing")
        }
    }
}
