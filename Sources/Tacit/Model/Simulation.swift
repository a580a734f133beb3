import CKKS
import ComplexModule
import Inference

/// The program of a model in the clear: the same polynomials and the same fixed-point weights, no encryption and no noise.
struct Simulation {
    private let model: Model
    private let client: CKKSClient

    /// Rows whose slots are held at once.
    private static let groupsAtOnce = 16

    init(model: Model) throws {
        self.model = model
        client = try CKKSClient(card: model.card)
    }

    /// The scores of rows.
    ///
    /// - Throws: `TacitError` for rows that the card refuses; `CKKSError` when a weight does not fit.
    func scores(_ rows: [[Double]]) throws -> [[Double]] {
        try model.card.check(rows)
        switch model.compiled.program {
        case .ckks(let program):
            let prepared = try PreparedProgram(program, context: client.context)
            return try inGroups(rows) { groups, engine in
                let inputs = try inputs(groups, count: program.inputLayouts.count)
                let output = try prepared.run(inputs, engine: engine)
                return output.groups.map { slots in
                    let real = slots.map(\.real)
                    return { (row: Int) -> [Double] in
                        program.outputLayout.elements(ofRow: row, slots: real)
                    }
                }
            }
        case .columns(let program):
            let prepared = try PreparedColumns(program)
            return try inGroups(rows) { groups, engine in
                let inputs = try inputs(groups, count: program.layout.inputCount)
                let outputs = try prepared.run(inputs, engine: engine)
                return groups.indices.map { group in
                    { (row: Int) -> [Double] in
                        outputs.map { $0.groups[group][row].real / program.layout.outputFactor }
                    }
                }
            }
        case .coefficients(let program):
            return try rows.map { try scores($0, program) }
        case .paillier:
            throw TacitError(
                .wrongScheme,
                "\(model.card.contents.name) runs under paillier, which is exact: tacit predict-clear tells "
                    + "what it computes")
        }
    }

    /// Values of every step for one group of rows, by step and row.
    func trace(_ rows: [[Double]], _ program: SlotProgram) throws -> [[[Double]]] {
        let prepared = try PreparedProgram(program, context: client.context)
        var values: [[[Double]]] = []
        _ = try prepared.run(
            try inputs([rows], count: program.inputLayouts.count),
            engine: SimulatedArithmetic(context: client.context),
            inspect: { index, value in
                let layout = program.steps[index].layout
                let slots = value.groups[0].map(\.real)
                values.append(rows.indices.map { layout.elements(ofRow: $0, slots: slots) })
            })
        return values
    }

    /// Runs rows through `body` a few groups at a time; it returns what gives the scores of a row of each group.
    private func inGroups(
        _ rows: [[Double]],
        _ body: ([[[Double]]], SimulatedArithmetic) throws -> [(Int) -> [Double]]
    ) throws -> [[Double]] {
        let capacity = client.lattice.rowCapacity
        let groups = stride(from: 0, to: rows.count, by: capacity).map {
            Array(rows[$0..<min($0 + capacity, rows.count)])
        }
        let engine = SimulatedArithmetic(context: client.context)
        var scores: [[Double]] = []
        for start in stride(from: 0, to: groups.count, by: Self.groupsAtOnce) {
            let some = Array(groups[start..<min(start + Self.groupsAtOnce, groups.count)])
            for (group, read) in zip(some, try body(some, engine)) {
                scores += group.indices.map(read)
            }
        }
        return scores
    }

    /// What the client would encrypt, as the slots that decrypting it would give.
    private func inputs(_ groups: [[[Double]]], count: Int) throws
        -> [SimulatedArithmetic.Ciphertext]
    {
        let encoder = SlotEncoder(context: client.context)
        let slots = try groups.map { try client.encode($0).map { try encoder.decode($0) } }
        let level = client.lattice.inputLevel
        return (0..<count).map { index in
            SimulatedArithmetic.Ciphertext(
                groups: slots.map { $0[index] }, level: level,
                scale: client.context.parameters.scale(atLevel: level))
        }
    }

    /// Integer weights times integer inputs.
    private func scores(_ row: [Double], _ program: CoefficientProgram) throws -> [Double] {
        let (layout, matrix) = (program.layout, program.matrix)
        let scale = client.context.parameters.scale(atLevel: 0)
        let inputs = (client.lattice.normalization?.apply(to: row) ?? row).map {
            ($0 * scale).rounded(.toNearestOrEven) / scale
        }
        return (0..<matrix.rowCount).map { score in
            matrix.row(score).reduce(program.bias[score]) { sum, entry in
                sum + (entry.value * layout.weightFactor).rounded(.toNearestOrEven)
                    / layout.weightFactor * inputs[entry.column]
            }
        }
    }
}

extension Model {
    /// Runs the model's program in the clear, with its polynomials and rounded weights.
    ///
    /// - Returns: the scores, and the model's outputs computed from them.
    /// - Throws: `TacitError` for rows that the card refuses, and for models under Paillier.
    public func simulatedPrediction(_ rows: [[Double]]) throws -> Prediction {
        try Prediction(
            scores: Simulation(model: self).scores(rows), tail: card.contents.output.tail)
    }
}
