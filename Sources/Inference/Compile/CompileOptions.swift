public import CKKS

/// What a user asks of the compiler; all else follows from the model.
public struct CompileOptions: Sendable {
    /// Which scheme runs the model.
    public enum Scheme: String, Sendable, CaseIterable {
        /// The compiler chooses.
        case auto
        /// The lattice scheme; any affine-and-polynomial network.
        case ckks
        /// Paillier; affine models.
        case paillier
    }

    /// How rows stand in ciphertexts.
    public enum Layout: String, Sendable, CaseIterable {
        /// The compiler chooses.
        case auto
        /// Slots; any network.
        case slots
        /// Coefficients; single affine maps.
        case coefficients
        /// One ciphertext per feature; affine maps and squares, many rows.
        case columns
    }

    /// How rows stand in ciphertexts.
    public var layout = Layout.auto
    /// Rows expected in one request, at least 1; decides how many share a ciphertext.
    public var rows = 1
    /// A few rows of real inputs, from which ranges are taken; empty for none.
    public var calibrationRows: [[Double]] = []
    /// Declared range of every input; without it, calibration rows tell.
    public var inputRange: ClosedRange<Double>?
    /// Asked precision: the error of an output stays below `2^-precisionBits` of the output range.
    public var precisionBits = CompileOptions.defaultPrecisionBits
    /// Security in bits.
    public var security = SecurityLevel.bits128
    /// Which scheme runs the model.
    public var scheme = Scheme.auto
    /// Largest error of a fitted activation, as a part of the function's range.
    public var activationTolerance = 0.01
    /// Paillier modulus size in bits: 2048 (112-bit security), 3072 or 4096.
    public var paillierBits = 3072
    /// Room for noise that the server adds to responses, so that they tell nothing of the weights but the scores.
    public var flooding: HidingGoal?
    /// Room for noise that the client adds to results it hands on, so that they tell nothing of its key.
    public var sharing: HidingGoal?
    /// What operations take, for predicted times and the choice between layouts.
    public var costs = CostConstants.assumed
    /// What clients are asked to return of results; everything unless said otherwise.
    public var disclosure = Disclosure()
    /// Name shown by tools; usually the model file's.
    public var modelName = "model"

    /// The error bound is a sixteen-thousandth of the output magnitude; typical errors are a hundred times smaller.
    public static let defaultPrecisionBits = 14
    /// Fewest bits that make a result fit to be shared.
    static let leastSharingBits = 30
    /// Values assumed for every input when nothing is known about them.
    public static let assumedInputRange = -8192.0...8192.0
    /// Margin by which calibrated ranges are widened at each end, as a part of their length: fresh rows always
    /// leave the calibration rows' range a little.
    ///
    /// Networks with fitted functions take `innerMargin` instead: their polynomials explode outside their intervals.
    public static let inputMargin = 1.0
    /// Margin of the values inside the network, over which activations are fitted; at least calibration rows that
    /// are stretched to the accepted ranges fit in.
    public static let innerMargin = 0.25

    /// The defaults.
    public init() {}

    /// Refuses options outside their ranges.
    ///
    /// - Throws: `CompileError.invalidOption`.
    func validate(inputCount: Int) throws {
        func check(_ holds: Bool, _ name: String, _ value: Any, _ expected: String) throws {
            if !holds {
                throw CompileError.invalidOption(
                    name: name, value: "\(value)", expected: expected)
            }
        }
        try check((1...1_000_000).contains(rows), "--rows", rows, "1 to 1000000")
        try check((4...40).contains(precisionBits), "--precision", precisionBits, "4 to 40 bits")
        try check(
            activationTolerance > 0 && activationTolerance < 1, "the activation tolerance",
            activationTolerance, "a number between 0 and 1")
        for (name, goal) in [("--flood", flooding), ("--share", sharing)] {
            guard let goal else { continue }
            try check(
                goal.isAcceptable && (name == "--flood" || goal.bits >= Self.leastSharingBits),
                name,
                "\(goal.bits),\(goal.uses)",
                "\(name == "--flood" ? HidingGoal.acceptedBits.lowerBound : Self.leastSharingBits) to "
                    + "\(HidingGoal.acceptedBits.upperBound) bits, for 1 to 2^40 uses")
            try check(
                scheme != .paillier, name, "asked of a paillier model",
                "no such option: paillier's answers are re-randomized in full")
        }
        try check(
            disclosure.isWellFormed, "--round", disclosure.decimals ?? 0,
            "\(Disclosure.acceptedDecimals.lowerBound) to \(Disclosure.acceptedDecimals.upperBound) decimals"
        )
        try check(costs.isWellFormed, "--costs", costs.source, "positive nanoseconds")
        if let range = inputRange {
            try check(
                range.lowerBound.isFinite && range.upperBound.isFinite
                    && range.lowerBound < range.upperBound && abs(range.lowerBound) < 1e15
                    && abs(range.upperBound) < 1e15,
                "--range", "\(range.lowerBound)..\(range.upperBound)",
                "two finite numbers, LOW < HIGH")
        }
        for (index, row) in calibrationRows.enumerated() {
            try check(
                row.count == inputCount, "calibration row \(index + 1)", "\(row.count) values",
                "\(inputCount) values, as the model takes")
            try check(
                row.allSatisfy(\.isFinite), "calibration row \(index + 1)", "not finite",
                "finite numbers")
        }
    }
}
