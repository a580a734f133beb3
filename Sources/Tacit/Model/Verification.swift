public import Inference
import RealModule

/// Rows run both ways in one process, and how far the answers are apart.
public struct Verification: Sendable, Codable {
    /// One stage and what it took.
    public struct Stage: Sendable, Codable {
        /// Such as `encrypt`.
        public let name: String
        /// Wall-clock time.
        public let seconds: Double
        /// Size of what it made, if it is a file.
        public let byteCount: Int?
    }

    /// One part of the difference from the exact model.
    public struct Part: Sendable, Codable {
        /// Largest magnitude.
        public let largest: Double
        /// Root of the mean square.
        public let rootMeanSquare: Double

        init(_ left: [[Double]], _ right: [[Double]]) {
            let differences = Differences(left, right)
            (largest, rootMeanSquare) = (differences.largest, differences.rootMeanSquare)
        }
    }

    /// Where the difference from the exact model comes from.
    public struct Parts: Sendable, Codable {
        /// Polynomials in the place of functions: the clear program against the exact model.
        public let approximation: Part
        /// Rounded inputs, weights and constants: the simulation against the clear program.
        public let rounding: Part
        /// Encryption: the decrypted scores against the simulation; none under Paillier.
        public let noise: Part
    }

    /// Rows compared.
    public let rowCount: Int
    /// Largest difference of a score from the exact model's.
    public let largestError: Double
    /// Mean of the differences' magnitudes.
    public let meanError: Double
    /// -log2 of the largest error.
    public var largestErrorBits: Double { -Double.log2(max(largestError, 0x1p-60)) }
    /// -log2 of the mean error.
    public var meanErrorBits: Double { -Double.log2(max(meanError, 0x1p-60)) }
    /// Bound of the encrypted computation's own error, from the card.
    public let errorBound: Double
    /// Largest difference that fitted activations make in the clear.
    public let approximationError: Double
    /// Who encrypted.
    public let encryption: EncryptionMode
    /// Root mean square of the encrypted computation's own error, approximations excluded.
    public let rootMeanSquare: Double
    /// What the certificate predicts for it.
    public let predictedRootMeanSquare: Double
    /// How many bits the measured root mean square is above the predicted one; below zero where it is smaller.
    public var bitsAbovePrediction: Double {
        Double.log2(max(rootMeanSquare, 0x1p-1000) / max(predictedRootMeanSquare, 0x1p-1000))
    }
    /// The error in its parts.
    public let parts: Parts?
    /// Every layer of the program, where that was asked for.
    public let trace: [TraceLine]?
    /// Whether activations were fitted.
    public let hasApproximations: Bool
    /// Rows whose class is the clear model's; nil for models of one score.
    public let classAgreement: Int?
    /// Rows whose two largest clear scores are more than twice the bound apart, so that the class cannot change; nil for
    /// models of one score.
    public let decidedRows: Int?
    /// How many of those have another class than the clear model's: none, if the bound holds.
    public let decidedDisagreements: Int?
    /// Largest difference as a part of the clear scores' range.
    public let relativeError: Double
    /// Time and bytes by stage.
    public let stages: [Stage]

    /// Whether the scores keep what the card promises, apart from approximations.
    public var isWithinBound: Bool { largestError <= errorBound + 1.01 * approximationError }

    /// Encrypts, infers and decrypts rows with a throwaway key.
    ///
    /// - Parameters:
    ///   - model: the compiled model.
    ///   - rows: as `Client.encrypt` takes them.
    ///   - arithmetic: which engine computes.
    ///   - encryption: who encrypts the rows.
    ///   - traces: whether the first rows are followed layer by layer.
    ///   - progress: told how many groups of ciphertexts are done.
    /// - Throws: what the stages throw.
    public static func run(
        model: Model, rows: [[Double]], arithmetic: Arithmetic = .residues,
        encryption: EncryptionMode = .secretKey, traces: Bool = false,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Verification {
        var watch = Stopwatch()
        let client = try watch.time("key") { try Client(card: model.card) }
        let keys = try watch.measure("evaluation keys") { try client.evaluationKeys() }
        let encryptor =
            encryption == .publicKey
            ? try InputEncryptor(card: model.card, publicKey: client.publicKey()) : nil
        let predictor = try watch.time("load") {
            try Predictor(model: model, evaluationKeys: keys)
        }
        try model.card.check(rows)
        let simulation = try Simulation(model: model)
        var scores: [[Double]] = []
        var lines: [TraceLine]?
        // A part at a time, so that memory does not grow with the rows.
        let total = model.card.groupCount(rows: rows.count)
        for range in model.card.rounds(rowCount: rows.count) {
            let before = model.card.groupCount(rows: range.lowerBound)
            let some = Array(rows[range])
            let request = try watch.measure("encrypt") {
                try encryptor?.encrypt(some, arithmetic: arithmetic)
                    ?? client.encrypt(some, arithmetic: arithmetic)
            }
            let response = try watch.measure("infer") {
                try predictor.predict(request, arithmetic: arithmetic) { done, _ in
                    progress(before + done, total)
                }
            }
            let found = try watch.time("decrypt") {
                try client.secret.decrypt(
                    .memory(response), card: model.card, arithmetic: arithmetic,
                    firstRow: range.lowerBound, progress: { _, _ in })
            }
            scores += found
            if traces, lines == nil {
                lines = try trace(
                    model: model, rows: some, client: client, predictor: predictor,
                    request: request, scores: found, simulation: simulation,
                    encryption: encryption)
            }
        }
        // Every score, whatever the card asks to be returned.
        let prediction = try Prediction(scores: scores, tail: model.card.contents.output.tail)
        let clear = try model.clearPrediction(rows)
        return Verification(
            model: model, rows: rows, found: prediction, clear: clear,
            approximate: try model.approximateScores(rows), encryption: encryption,
            simulated: try simulation.scores(rows), trace: lines, stages: watch.stages)
    }

    private init(
        model: Model, rows: [[Double]], found: Prediction, clear: Prediction,
        approximate: [[Double]]?, encryption: EncryptionMode, simulated: [[Double]]?,
        trace: [TraceLine]?, stages: [Stage]
    ) {
        let errors = zip(found.scores.joined(), clear.scores.joined()).map { abs($0 - $1) }
        rowCount = rows.count
        largestError = errors.max() ?? 0
        meanError = errors.reduce(0, +) / Double(max(errors.count, 1))
        let output = model.card.contents.output
        self.encryption = encryption
        errorBound =
            encryption == .secretKey ? output.errorBound : output.publicKeyErrorBound
        let program = approximate ?? clear.scores
        rootMeanSquare = Differences(found.scores, program).rootMeanSquare
        predictedRootMeanSquare =
            encryption == .secretKey
            ? model.certificate.typicalError : model.certificate.publicKeyTypicalError
        parts = simulated.map {
            Parts(
                approximation: Part(program, clear.scores), rounding: Part($0, program),
                noise: Part(found.scores, $0))
        }
        self.trace = trace
        hasApproximations = approximate != nil
        approximationError =
            approximate.map {
                zip($0.joined(), clear.scores.joined()).map { abs($0 - $1) }.max() ?? 0
            } ?? 0
        classAgreement = zip(found.classes, clear.classes).reduce(into: nil) { agreeing, pair in
            guard let (first, second) = pair.0.flatMap({ a in pair.1.map { (a, $0) } }) else {
                return
            }
            agreeing = (agreeing ?? 0) + (first == second ? 1 : 0)
        }
        let bound = 2 * (errorBound + 1.01 * approximationError)
        let decided = clear.scores.indices.filter { clear.gap(ofRow: $0) ?? 0 > bound }
        let hasClasses = clear.scores.first.map { $0.count > 1 } ?? false
        decidedRows = hasClasses ? decided.count : nil
        decidedDisagreements =
            hasClasses
            ? decided.count { clear.largest(ofRow: $0) != found.largest(ofRow: $0) } : nil
        let values = clear.scores.joined()
        let range = (values.max() ?? 0) - (values.min() ?? 0)
        relativeError = range > 0 ? largestError / range : 0
        self.stages = stages
    }
}

extension Prediction {
    /// Distance of the two largest scores of a row; nil for fewer.
    fileprivate func gap(ofRow row: Int) -> Double? {
        let sorted = scores[row].sorted(by: >)
        return sorted.count > 1 ? sorted[0] - sorted[1] : nil
    }

    /// Position of the largest score of a row.
    fileprivate func largest(ofRow row: Int) -> Int? {
        scores[row].indices.max { scores[row][$0] < scores[row][$1] }
    }
}

extension Prediction {
    /// The class of each row: its label where the model has labels, else the position of the largest of
    /// several scores, else nothing.
    fileprivate var classes: [String?] {
        outputs.indices.map { row in
            for case .labels(let labels) in outputs[row] { return labels.first }
            let list = scores[row]
            guard list.count > 1 else { return nil }
            return list.indices.max { list[$0] < list[$1] }.map(String.init)
        }
    }
}

/// Times stages one after another.
private struct Stopwatch {
    var stages: [Verification.Stage] = []
    private let clock = ContinuousClock()

    mutating func time<Value>(_ name: String, _ work: () throws -> Value) rethrows -> Value {
        let start = clock.now
        let value = try work()
        add(name, clock.now - start, byteCount: nil)
        return value
    }

    mutating func measure(_ name: String, _ work: () throws -> [UInt8]) rethrows -> [UInt8] {
        let start = clock.now
        let bytes = try work()
        add(name, clock.now - start, byteCount: bytes.count)
        return bytes
    }

    /// Adds to a stage that may have run before.
    private mutating func add(_ name: String, _ duration: Duration, byteCount: Int?) {
        let seconds = duration / .seconds(1)
        guard let place = stages.firstIndex(where: { $0.name == name }) else {
            stages.append(
                Verification.Stage(name: name, seconds: seconds, byteCount: byteCount))
            return
        }
        let known = stages[place]
        stages[place] = Verification.Stage(
            name: name, seconds: known.seconds + seconds,
            byteCount: byteCount.map { $0 + (known.byteCount ?? 0) })
    }
}
