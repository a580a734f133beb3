package import CKKS

extension LinearTransformPlan {
    /// Takes the plan apart.
    func append(to parts: inout PreparedParts) {
        for number in [slotCount, inputLevel, sourceCount, babyStep] { parts.append(number) }
        parts.append(outputs) { parts, groups in
            parts.append(groups) { parts, group in
                parts.append(group.giant)
                parts.append(group.terms) { parts, term in
                    for number in [term.source, term.baby, term.amount] { parts.append(number) }
                }
            }
        }
        parts.append(babies) { $0.append($1) { $0.append($1) } }
        parts.append(folds) { $0.append($1) }
        parts.append(takesRealPart)
        parts.append(rescalesLast)
        parts.append(cost)
    }

    /// Puts a plan together.
    init(
        _ reader: inout PreparedPartsReader, parameters: CKKSParameters
    ) throws(PreparedPartsError) {
        let slots = parameters.slotCount
        slotCount = try reader.int(in: slots...slots)
        inputLevel = try reader.int(in: 1...max(1, parameters.maxLevel))
        let sources = try reader.int(in: 1...(1 << 16))
        sourceCount = sources
        babyStep = try reader.int(in: 1...slots)
        outputs = try reader.list { (reader) throws(PreparedPartsError) in
            try reader.list { (reader) throws(PreparedPartsError) in
                let giant = try reader.int(in: 0...(slots - 1))
                return Group(
                    giant: giant,
                    terms: try reader.list { (reader) throws(PreparedPartsError) in
                        Term(
                            source: try reader.int(in: 0...(sources - 1)),
                            baby: try reader.int(in: 0...(slots - 1)),
                            amount: try reader.int(in: 0...(slots - 1)))
                    })
            }
        }
        babies = try reader.list { (reader) throws(PreparedPartsError) in
            try reader.list { (reader) throws(PreparedPartsError) in
                try reader.int(in: 0...(slots - 1))
            }
        }
        folds = try reader.list { (reader) throws(PreparedPartsError) in
            try reader.int(in: 0...(slots - 1))
        }
        takesRealPart = try reader.flag()
        rescalesLast = try reader.flag()
        cost = try reader.double()
        guard babies.count == sources, outputs.joined().allSatisfy({ !$0.terms.isEmpty }) else {
            throw PreparedPartsError("a plan contradicts itself")
        }
    }
}

extension PreparedLinearTransform {
    /// Takes the transform apart.
    package func append(to parts: inout PreparedParts) {
        plan.append(to: &parts)
        for plaintext in weights.joined().joined() { parts.append(plaintext) }
        for bias in biases { parts.append(bias) }
        parts.append(sourceScale ?? 0)
        parts.append(pendingScale)
    }

    /// Puts a transform together.
    package init(
        _ reader: inout PreparedPartsReader, parameters: CKKSParameters
    ) throws(PreparedPartsError) {
        let plan = try LinearTransformPlan(&reader, parameters: parameters)
        var weights: [[[Plaintext]]] = []
        for groups in plan.outputs {
            var row: [[Plaintext]] = []
            for group in groups {
                var encoded: [Plaintext] = []
                for _ in group.terms {
                    guard let plaintext = try reader.plaintext(level: plan.inputLevel),
                        plaintext.isExtended == plan.postponesModDown
                    else { throw PreparedPartsError("a diagonal is missing") }
                    encoded.append(plaintext)
                }
                row.append(encoded)
            }
            weights.append(row)
        }
        var biases: [Plaintext?] = []
        for _ in plan.outputs { biases.append(try reader.plaintext(level: plan.outputLevel)) }
        let (given, pending) = (try reader.double(), try reader.double())
        let source = given == 0 ? parameters.scale(atLevel: plan.inputLevel) : given
        guard source >= 1, weights.joined().joined().allSatisfy({ $0.scale * source == pending })
        else { throw PreparedPartsError("diagonals stand at another scale") }
        self.init(
            plan: plan, weights: weights, biases: biases, sourceScale: given == 0 ? nil : given,
            pendingScale: pending)
    }
}
