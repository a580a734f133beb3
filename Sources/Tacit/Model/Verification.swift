import Inference
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
    /// Whether activations were fitted.
    public let hasApproximations: Bool
    /// Rows whose class is the clear model's; nil for models of one score.
    public let classAgreement: Int?
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
    ///   - progress: told about finished ciphertexts.
    /// - Throws: what the stages throw.
    public static func run(
        model: Model, rows: [[Double]], arithmetic: Arithmetic = .residues,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Verification {
        var watch = Stopwatch()
        let client = try watch.time("key") { try Client(card: model.card) }
        let keys = try watch.measure("evaluation keys") { try client.evaluationKeys() }
        let request = try watch.measure("encrypt") {
            try client.encrypt(rows, arithmetic: arithmetic)
        }
        let predictor = try watch.time("load") {
            try Predictor(model: model, evaluationKeys: keys)
        }
        let response = try watch.measure("infer") {
            try predictor.predict(request, arithmetic: arithmetic, progress: progress)
        }
        let prediction = try watch.time("decrypt") {
            try client.decrypt(response, arithmetic: arithmetic)
        }
        let clear = try model.clearPrediction(rows)
        return Verification(
            model: model, rows: rows, found: prediction, clear: clear,
            approximate: try model.approximateScores(rows), stages: watch.stages)
    }

    private init(
        model: Model, rows: [[Double]], found: Prediction, clear: Prediction,
        approximate: [[Double]]?, stages: [Stage]
    ) {
        let errors = zip(found.scores.joined(), clear.scores.joined()).map { abs($0 - $1) }
        rowCount = rows.count
        largestError = errors.max() ?? 0
        meanError = errors.reduce(0, +) / Double(max(errors.count, 1))
        errorBound = model.card.contents.output.errorBound
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
        self.stages = stages
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
        stages.append(
            Verification.Stage(
                name: name, seconds: (clock.now - start) / .seconds(1), byteCount: nil))
        return value
    }

    mutating func measure(_ name: String, _ work: () throws -> [UInt8]) rethrows -> [UInt8] {
        let start = clock.now
        let bytes = try work()
        stages.append(
            Verification.Stage(
                name: name, seconds: (clock.now - start) / .seconds(1), byteCount: bytes.count))
        return bytes
    }
}
