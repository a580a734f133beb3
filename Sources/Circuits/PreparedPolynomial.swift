public import CKKS

/// A polynomial whose per-slot coefficients are encoded, ready for ciphertexts.
///
/// Immutable and shared between threads; it serves every engine of the same parameters.
public struct PreparedPolynomial: Sendable {
    /// How it is evaluated.
    public let plan: PolynomialPlan
    let root: Node?
    let constant: Plaintext?

    /// A branch with its encoded coefficients.
    final class Node: Sendable {
        let branch: PolynomialPlan.Branch
        let factors: [Node]
        /// Encoded coefficients of the terms; nil where the coefficient is shared.
        let terms: [Plaintext?]
        let constant: Plaintext?

        init(
            branch: PolynomialPlan.Branch, factors: [Node], terms: [Plaintext?],
            constant: Plaintext?
        ) {
            self.branch = branch
            self.factors = factors
            self.terms = terms
            self.constant = constant
        }

        fileprivate convenience init(
            _ branch: PolynomialPlan.Branch, encoder: SlotEncoder
        ) throws(CKKSError) {
            var factors: [Node] = []
            for product in branch.products {
                factors.append(try Node(product.factor, encoder: encoder))
            }
            var terms: [Plaintext?] = []
            for term in branch.terms {
                terms.append(
                    try term.coefficient.encoded(
                        level: branch.level, scale: term.coefficientScale, encoder))
            }
            let constant = try branch.constant.encoded(
                level: branch.level - 1, scale: branch.resultScale, encoder)
            self.init(branch: branch, factors: factors, terms: terms, constant: constant)
        }
    }

    init(plan: PolynomialPlan, root: Node?, constant: Plaintext?) {
        self.plan = plan
        self.root = root
        self.constant = constant
    }

    /// Encodes what the plan needs encoded.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - encoder: an encoder of the plan's parameters.
    /// - Throws: `CircuitsError.scheme` when a coefficient does not fit.
    public init(_ plan: PolynomialPlan, encoder: SlotEncoder) throws(CircuitsError) {
        self.plan = plan
        do throws(CKKSError) {
            if let branch = plan.root {
                root = try Node(branch, encoder: encoder)
                constant = nil
            } else {
                root = nil
                constant = try plan.polynomial.coefficients[0].encoded(
                    level: plan.inputLevel, scale: nil, encoder)
            }
        } catch {
            throw .scheme(circuit: plan.polynomial.circuitName, error)
        }
    }
}

extension PreparedPolynomial {
    /// Evaluates the polynomial in every slot.
    ///
    /// - Parameters:
    ///   - argument: at the plan's input level and that level's scale.
    ///   - engine: the arithmetic; it needs the relinearization key where the plan has products.
    /// - Returns: a ciphertext at the plan's output level, on that level's scale.
    /// - Throws: `CircuitsError.operandMismatch`, or `.scheme` with what the engine refused.
    public func apply<Engine: SlotArithmetic>(
        to argument: Engine.Ciphertext, engine: Engine
    ) throws(CircuitsError) -> Engine.Ciphertext {
        let name = plan.polynomial.circuitName
        try engine.check([argument], count: 1, level: plan.inputLevel, name)
        do throws(CKKSError) {
            guard let root else { return try affine(argument, engine) }
            var run = Run(engine: engine, plan: plan, argument: argument)
            for power in plan.powers { try run.append(power) }
            return try run.evaluate(root)
        } catch {
            throw .scheme(circuit: name, error)
        }
    }

    /// Depth 0: an integer times the argument, or nothing, plus a constant.
    private func affine<Engine: SlotArithmetic>(
        _ argument: Engine.Ciphertext, _ engine: Engine
    ) throws(CKKSError) -> Engine.Ciphertext {
        let coefficients = plan.polynomial.coefficients
        let factor = coefficients.count > 1 ? coefficients[1].smallInteger ?? 0 : 0
        let product = try factor == 1 ? argument : engine.multiplyInteger(argument, factor)
        return try engine.add(constant: coefficients[0], constant, to: product)
    }
}

/// One evaluation: the powers so far, at every level they were needed at.
private struct Run<Engine: SlotArithmetic> {
    let engine: Engine
    let plan: PolynomialPlan
    private var powers: [Int: Engine.Ciphertext]
    private var truncated: [Place: Engine.Ciphertext] = [:]

    private struct Place: Hashable {
        let power: Int
        let level: Int
    }

    init(engine: Engine, plan: PolynomialPlan, argument: Engine.Ciphertext) {
        self.engine = engine
        self.plan = plan
        powers = [1: argument]
    }

    /// A power with the limbs of a level; its scale stays.
    mutating func power(_ index: Int, level: Int) throws(CKKSError) -> Engine.Ciphertext {
        let place = Place(power: index, level: level)
        if let known = truncated[place] { return known }
        guard let power = powers[index] else {
            throw .operandCount(operation: "polynomial", reason: "power \(index) is missing")
        }
        let result =
            try engine.level(of: power) == level
            ? power : engine.truncate(power, toLevel: level)
        truncated[place] = result
        return result
    }

    mutating func append(_ step: PolynomialPlan.Power) throws(CKKSError) {
        let left = try power(step.left, level: step.level)
        var product =
            try step.left == step.right
            ? engine.square(left)
            : engine.multiply(left, power(step.right, level: step.level))
        guard plan.polynomial.basis == .chebyshev else {
            powers[step.index] = try finish(product)
            return
        }
        product = try engine.multiplyInteger(product, 2)
        let rest = abs(step.left - step.right)
        if rest > 0 {
            let correction = try engine.multiplyScalar(
                power(rest, level: step.level), -1, resultScale: step.scale)
            product = try engine.add(product, correction)
        }
        let result = try finish(product)
        powers[step.index] = try rest > 0 ? result : engine.addScalar(result, -1)
    }

    /// Rescales and relinearizes in the plan's order.
    func finish(_ pending: Engine.Ciphertext) throws(CKKSError) -> Engine.Ciphertext {
        switch plan.order {
        case .afterRescale: try engine.relinearize(engine.rescale(pending))
        case .beforeRescale: try engine.relinearizeAndRescale(pending)
        }
    }

    mutating func evaluate(_ node: PreparedPolynomial.Node) throws(CKKSError)
        -> Engine.Ciphertext
    {
        let branch = node.branch
        var sum = try terms(node)
        if let products = try products(node) {
            sum = try sum.map { sum throws(CKKSError) in try engine.add(sum, products) } ?? products
        }
        if let square = branch.square {
            var product = try engine.square(power(square.power, level: branch.level))
            if square.factor != 1 {
                product = try engine.multiplyInteger(product, square.factor)
            }
            sum = try sum.map { sum throws(CKKSError) in try engine.add(sum, product) } ?? product
        }
        guard let sum else {
            throw .operandCount(operation: "polynomial", reason: "a branch has no terms")
        }
        let isProduct = branch.square != nil || !branch.products.isEmpty
        let result = try isProduct ? finish(sum) : engine.rescale(sum)
        return try engine.add(constant: branch.constant, node.constant, to: result)
    }

    /// Sum of coefficients times powers, pending; nil without terms.
    private mutating func terms(_ node: PreparedPolynomial.Node) throws(CKKSError)
        -> Engine.Ciphertext?
    {
        let branch = node.branch
        var shared: [Engine.Ciphertext] = []
        var factors: [Double] = []
        var sum: Engine.Ciphertext?
        for (term, encoded) in zip(branch.terms, node.terms) {
            let operand = try power(term.power, level: branch.level)
            if let encoded {
                let product = try engine.multiplyPlain(operand, encoded)
                sum =
                    try sum.map { sum throws(CKKSError) in try engine.add(sum, product) } ?? product
            } else {
                shared.append(operand)
                factors.append(term.coefficient[0])
            }
        }
        guard !shared.isEmpty else { return sum }
        let combined = try engine.weightedSum(shared, factors, resultScale: branch.scale)
        return try sum.map { sum throws(CKKSError) in try engine.add(combined, sum) } ?? combined
    }

    /// Sum of factors times powers, pending; nil without products.
    private mutating func products(_ node: PreparedPolynomial.Node) throws(CKKSError)
        -> Engine.Ciphertext?
    {
        guard !node.factors.isEmpty else { return nil }
        var left: [Engine.Ciphertext] = []
        var right: [Engine.Ciphertext] = []
        for (factor, product) in zip(node.factors, node.branch.products) {
            left.append(try evaluate(factor))
            right.append(try power(product.power, level: node.branch.level))
        }
        return try engine.sumOfProducts(left, right)
    }
}

extension SlotArithmetic {
    /// Adds a constant, encoded where it differs between slots.
    fileprivate func add(
        constant: SlotCoefficient, _ encoded: Plaintext?, to ciphertext: Ciphertext
    ) throws(CKKSError) -> Ciphertext {
        if let encoded { return try addPlain(ciphertext, encoded) }
        return constant.isZero ? ciphertext : try addScalar(ciphertext, constant[0])
    }
}

extension SlotCoefficient {
    /// The plaintext of a per-slot coefficient; nil for a shared one.
    fileprivate func encoded(
        level: Int, scale: Double?, _ encoder: SlotEncoder
    ) throws(CKKSError) -> Plaintext? {
        guard case .perSlot(let values) = self else { return nil }
        return try encoder.encode(values, level: level, scale: scale)
    }
}

extension PolynomialPlan {
    /// Encodes the plan's per-slot coefficients.
    ///
    /// - Throws: as `PreparedPolynomial.init`.
    public func prepare(encoder: SlotEncoder) throws(CircuitsError) -> PreparedPolynomial {
        try PreparedPolynomial(self, encoder: encoder)
    }
}
