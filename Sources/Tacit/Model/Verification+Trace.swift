import CKKS
import Inference
import RealModule
import Secrets

extension Verification {
    /// What became of one layer of the program, over all rows that were traced.
    public struct TraceLine: Sendable, Codable {
        /// The model's nodes behind the layer.
        public let name: String
        /// What is computed.
        public let operation: String
        /// Level of the result.
        public let level: Int
        /// Largest magnitude of the layer's values.
        public let magnitude: Double
        /// Root mean square of the difference that polynomials in the place of functions make, here and in the layers
        /// before; nil where a function became several layers, so that none of them has its value.
        public let approximation: Double?
        /// Root mean square of the difference that rounded weights and inputs make.
        public let rounding: Double
        /// Root mean square of the difference that encryption makes; zero under Paillier, which computes exactly.
        public let noise: Double
        /// Predicted root mean square of rounding and noise together.
        public let predicted: Double
    }

    /// Values of one layer: by row, three ways, and the exact ones where they are known.
    struct LayerValues {
        let found: [[Double]]
        let simulated: [[Double]]
        let program: [[Double]]
        let exact: [[Double]]?
    }

    /// Follows a group of rows layer by layer: encrypted, simulated, in the clear, and in the clear without approximations.
    ///
    /// - Parameters:
    ///   - scores: what was decrypted of the rows of the request.
    ///   - request: of which the first group is followed.
    static func trace(
        model: Model, rows: [[Double]], client: Client, predictor: Predictor, request: [UInt8],
        scores: [[Double]], simulation: Simulation, encryption: EncryptionMode
    ) throws -> [TraceLine] {
        let group = Array(rows.prefix(model.card.groupCapacity))
        let layers = model.certificate.layers
        switch model.compiled.program {
        case .ckks(let program):
            let values = try slotLayers(
                model, program, group,
                found: client.secret.elements(
                    of: predictor.trace(request), rowCount: group.count, card: model.card
                ) { step, slots in
                    let layout = program.steps[step].layout
                    return { layout.elements(ofRow: $0, slots: slots[0]) }
                }, simulated: simulation.trace(group))
            // What the client repeats has no elements of its own.
            return program.steps.indices.filter { !program.steps[$0].operation.isInput }.map {
                line(
                    layers.indices.contains($0) ? layers[$0] : nil, values[$0],
                    level: program.steps[$0].level, encryption)
            }
        case .columns(let program):
            let factors = program.valueFactors
            let found = try client.secret.elements(
                of: predictor.trace(request), rowCount: group.count, card: model.card
            ) { step, columns in
                { row in columns.map { $0[row] / factors[step] } }
            }
            let simulated = try simulation.trace(group)
            let inputs = try normalized(group, model.card)
            let clear = inputs.map(program.clearTrace)
            return program.steps.indices.map { step in
                let exact = clear.map { $0[step] }
                let layer = layers.indices.contains(step) ? layers[step] : nil
                return line(
                    layer,
                    LayerValues(
                        found: found[step], simulated: simulated[step], program: exact,
                        exact: exact), level: layer?.level ?? program.steps[step].level, encryption)
            }
        case .coefficients, .paillier:
            // One affine map: what comes out of it are the scores.
            let clear = try model.clearPrediction(rows).scores
            return [
                line(
                    layers.first,
                    LayerValues(
                        found: scores, simulated: try simulation.scores(rows), program: clear,
                        exact: clear), level: 0, encryption)
            ]
        }
    }

    private static func normalized(_ rows: [[Double]], _ card: Card) throws -> [[Double]] {
        let normalization = try card.lattice().card.normalization
        return rows.map { normalization?.apply(to: $0) ?? $0 }
    }

    private static func slotLayers(
        _ model: Model, _ program: SlotProgram, _ rows: [[Double]], found: [[[Double]]],
        simulated: [[[Double]]]
    ) throws -> [LayerValues] {
        let inputs = try normalized(rows, model.card)
        let clear = inputs.map { program.clearTrace($0) }
        let exact = model.compiled.fittedFunctions.map { functions in
            functions.isEmpty
                ? clear : inputs.map { program.clearTrace($0, functions: functions) }
        }
        return program.steps.indices.map { step in
            LayerValues(
                found: found[step], simulated: simulated[step], program: clear.map { $0[step] },
                exact: exact?.map { $0[step] })
        }
    }

    private static func line(
        _ layer: Certificate.Layer?, _ values: LayerValues, level: Int,
        _ encryption: EncryptionMode
    ) -> TraceLine {
        TraceLine(
            name: layer?.name ?? "", operation: layer?.operation ?? "", level: level,
            magnitude: values.program.joined().map(abs).max() ?? 0,
            approximation: values.exact.map {
                Differences(values.program, $0).rootMeanSquare
            },
            rounding: Differences(values.simulated, values.program).rootMeanSquare,
            noise: Differences(values.found, values.simulated).rootMeanSquare,
            predicted: layer.map {
                Double.exp2(-(encryption == .secretKey ? $0.errorBits : $0.publicKeyErrorBits))
            } ?? 0)
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
    /// The elements of every step's results, by step and row.
    ///
    /// - Parameters:
    ///   - values: the ciphertexts of each step.
    ///   - rowCount: rows that they hold.
    ///   - card: of the model.
    ///   - reader: makes of a step's decrypted slots what gives the elements of a row.
    func elements(
        of values: [[Ciphertext]], rowCount: Int, card: Card,
        reader: (_ step: Int, _ slots: [[Double]]) -> (Int) -> [Double]
    ) throws -> [[[Double]]] {
        switch self {
        case .paillier: return []
        case .ckks(let key):
            let client = try CKKSClient(card: card)
            let decryptor = Decryptor(context: client.context)
            return try values.enumerated().map { step, ciphertexts in
                let slots = try ciphertexts.map { try decryptor.decryptReal($0, secretKey: key) }
                return (0..<rowCount).map(reader(step, slots))
            }
        }
    }
}
