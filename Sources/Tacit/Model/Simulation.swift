import BigNum
import CKKS
import ComplexModule
import Inference
import Paillier

/// The program of a model in the clear: the same polynomials and the same fixed-point weights, no encryption and no noise.
struct Simulation {
    private let card: Card
    private let form: Form

    /// What runs, its weights rounded.
    private enum Form {
        case slots(SlotProgram, PreparedProgram, CKKSClient)
        case columns(ColumnProgram, PreparedColumns, CKKSClient)
        case coefficients(CoefficientProgram, CKKSClient)
        case paillier(PaillierAffine, FixedPointCodec)
    }

    /// Rounds the weights.
    ///
    /// - Throws: `CKKSError` or `PaillierError` when one does not fit.
    init(model: Model) throws {
        card = model.card
        switch model.compiled.program {
        case .ckks(let program):
            let client = try CKKSClient(card: model.card)
            form = .slots(
                program, try PreparedProgram(program, context: client.context), client)
        case .columns(let program):
            form = .columns(
                program, try PreparedColumns(program), try CKKSClient(card: model.card))
        case .coefficients(let program):
            form = .coefficients(program, try CKKSClient(card: model.card))
        case .paillier(let program):
            form = .paillier(
                try program.affine(model.card), try PaillierFiles.inputCodec(model.card))
        }
    }

    /// The scores of rows.
    ///
    /// - Throws: `TacitError` for rows that the card refuses.
    func scores(_ rows: [[Double]]) throws -> [[Double]] {
        try card.check(rows)
        switch form {
        case .slots(let program, let prepared, let client):
            return try inGroups(rows, client) { groups, engine in
                let output = try prepared.run(Self.inputs(groups, client), engine: engine)
                return output.groups.map { slots in
                    let real = slots.map { $0.real }
                    return { program.outputLayout.elements(ofRow: $0, slots: real) }
                }
            }
        case .columns(let program, let prepared, let client):
            return try inGroups(rows, client) { groups, engine in
                let outputs = try prepared.run(Self.inputs(groups, client), engine: engine)
                return groups.indices.map { group in
                    { row in
                        outputs.map { $0.groups[group][row].real / program.layout.outputFactor }
                    }
                }
            }
        case .coefficients(let program, let client):
            return rows.map { Self.scores($0, program, client) }
        case .paillier(let map, let codec):
            return try rows.map { try Self.scores($0, map, codec) }
        }
    }

    /// Values of every step for one group of rows, by step and row; none for programs of a single step.
    func trace(_ rows: [[Double]]) throws -> [[[Double]]] {
        var values: [[[Double]]] = []
        switch form {
        case .slots(let program, let prepared, let client):
            _ = try prepared.run(
                Self.inputs([rows], client), engine: SimulatedArithmetic(context: client.context),
                inspect: { index, value in
                    let layout = program.steps[index].layout
                    let slots = value.groups[0].map { $0.real }
                    values.append(rows.indices.map { layout.elements(ofRow: $0, slots: slots) })
                })
        case .columns(let program, let prepared, let client):
            let factors = program.valueFactors
            _ = try prepared.run(
                Self.inputs([rows], client), engine: SimulatedArithmetic(context: client.context),
                inspect: { index, columns in
                    values.append(
                        rows.indices.map { row in
                            columns.map { $0.groups[0][row].real / factors[index] }
                        })
                })
        case .coefficients, .paillier: break
        }
        return values
    }

    /// Runs rows through `body` a few groups at a time; it returns what gives the scores of a row of each group.
    private func inGroups(
        _ rows: [[Double]], _ client: CKKSClient,
        _ body: ([[[Double]]], SimulatedArithmetic) throws -> [(Int) -> [Double]]
    ) throws -> [[Double]] {
        let capacity = client.lattice.rowCapacity
        // Every plaintext is decoded once for all groups that are held at once.
        let atOnce = max(1, min(16, 64 / client.lattice.layout.inputCiphertextCount))
        let groups = stride(from: 0, to: rows.count, by: capacity).map {
            Array(rows[$0..<min($0 + capacity, rows.count)])
        }
        let engine = SimulatedArithmetic(context: client.context)
        var scores: [[Double]] = []
        for start in stride(from: 0, to: groups.count, by: atOnce) {
            let some = Array(groups[start..<min(start + atOnce, groups.count)])
            for (group, read) in zip(some, try body(some, engine)) {
                scores += group.indices.map(read)
            }
        }
        return scores
    }

    /// What the client would encrypt, as the slots that decrypting it would give.
    private static func inputs(
        _ groups: [[[Double]]], _ client: CKKSClient
    ) throws -> [SimulatedArithmetic.Ciphertext] {
        let encoder = SlotEncoder(context: client.context)
        let slots = try groups.map { try client.encode($0).map { try encoder.decode($0) } }
        let level = client.lattice.inputLevel
        return (0..<client.lattice.layout.inputCiphertextCount).map { index in
            SimulatedArithmetic.Ciphertext(
                groups: slots.map { $0[index] }, level: level,
                scale: client.context.parameters.scale(atLevel: level))
        }
    }

    /// Integer weights times integer inputs.
    private static func scores(
        _ row: [Double], _ program: CoefficientProgram, _ client: CKKSClient
    ) -> [Double] {
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

    /// The integers that ciphertexts hold, computed as integers.
    private static func scores(
        _ row: [Double], _ map: PaillierAffine, _ codec: FixedPointCodec
    ) throws -> [Double] {
        let inputs = try codec.encode(row)
        return zip(map.weights, map.bias).map { weights, bias in
            FixedPointCodec.decode(
                BigInt.sum(zip(weights, inputs).map { $0 * $1 }) + bias,
                fractionBits: codec.fractionBits + map.fractionBits)
        }
    }
}

extension Model {
    /// Runs the model's program in the clear, with its polynomials and rounded weights.
    ///
    /// - Returns: the scores, and the model's outputs computed from them.
    /// - Throws: `TacitError` for rows that the card refuses.
    public func simulatedPrediction(_ rows: [[Double]]) throws -> Prediction {
        try Prediction(
            scores: Simulation(model: self).scores(rows), tail: card.contents.output.tail)
    }
}
