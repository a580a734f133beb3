import CKKS
import Inference
import RealModule
import Secrets

extension Verification {
    /// What became of one step of the program, over all rows that were traced.
    public struct TraceLine: Sendable, Codable {
        /// The model's nodes behind the step.
        public let name: String
        /// What is computed.
        public let operation: String
        /// Level of the result.
        public let level: Int
        /// Largest magnitude of the step's values.
        public let magnitude: Double
        /// Root mean square of the difference that rounded weights and inputs make.
        public let rounding: Double
        /// Root mean square of the difference that encryption makes.
        public let noise: Double
        /// Predicted root mean square of both together.
        public let predicted: Double
    }

    /// Runs the first group of rows step by step: encrypted, simulated, and in the clear.
    ///
    /// Steps that are inputs are left out: what the client repeats has no elements of its own.
    ///
    /// - Returns: nothing for layouts without steps in slots.
    static func trace(
        model: Model, rows: [[Double]], client: Client, predictor: Predictor, request: [UInt8],
        encryption: EncryptionMode
    ) throws -> [TraceLine] {
        guard case .ckks(let program) = model.compiled.program else { return [] }
        let lattice = try model.card.lattice().card
        let group = Array(rows.prefix(lattice.rowCapacity))
        let simulated = try Simulation(model: model).trace(group, program)
        let encrypted = try client.secret.elements(
            of: predictor.trace(request), program, rowCount: group.count, card: model.card)
        let clear = group.map { row in
            program.clearTrace(lattice.normalization?.apply(to: row) ?? row)
        }
        return program.steps.indices.filter { !program.steps[$0].operation.isInput }.map { step in
            let layer =
                model.certificate.layers.indices.contains(step)
                ? model.certificate.layers[step] : nil
            let exact = clear.map { $0[step] }
            return TraceLine(
                name: layer?.name ?? "", operation: layer?.operation ?? "",
                level: program.steps[step].level,
                magnitude: exact.joined().map(abs).max() ?? 0,
                rounding: Differences(simulated[step], exact).rootMeanSquare,
                noise: Differences(encrypted[step], simulated[step]).rootMeanSquare,
                predicted: layer.map {
                    Double.exp2(
                        -(encryption == .secretKey ? $0.errorBits : $0.publicKeyErrorBits))
                } ?? 0)
        }
    }
}

/// How far two lists of rows are apart.
struct Differences {
    let largest: Double
    let rootMeanSquare: Double

    init(_ left: [[Double]], _ right: [[Double]]) {
        let differences = zip(left.joined(), right.joined()).map { abs($0 - $1) }
        largest = differences.max() ?? 0
        rootMeanSquare =
            (differences.reduce(0) { $0 + $1 * $1 } / Double(max(differences.count, 1)))
            .squareRoot()
    }
}

extension ClientSecret {
    /// The elements of every step's result, by step and row.
    func elements(
        of values: [Ciphertext], _ program: SlotProgram, rowCount: Int, card: Card
    ) throws -> [[[Double]]] {
        switch self {
        case .paillier: return []
        case .ckks(let key):
            let client = try CKKSClient(card: card)
            let decryptor = Decryptor(context: client.context)
            return try values.enumerated().map { index, value in
                let slots = try decryptor.decryptReal(value, secretKey: key)
                let layout = program.steps[index].layout
                return (0..<rowCount).map { layout.elements(ofRow: $0, slots: slots) }
            }
        }
    }
}
