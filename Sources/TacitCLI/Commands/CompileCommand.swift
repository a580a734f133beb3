public import ArgumentParser
import Foundation
public import Tacit

/// `tacit compile`: from an ONNX model to a program, with the plan printed.
struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Turn an ONNX model into a program for encrypted rows.",
        discussion: """
            Writes the compiled model, which stays with the server, and the card, which clients need. Ranges \
            come from --calibrate (a few rows of real inputs, CSV or npy), else from --range; rows outside \
            the widened range are refused at encryption. Parameters follow from the model, the precision and \
            the security. The encoded weights go into the cache besides (hundreds of megabytes for a large network), so \
            that tacit infer starts at once here: see tacit cache; --no-cache does without.
            """)

    @Argument(help: "The ONNX model.")
    var model: String
    @Option(name: .shortAndLong, help: "Where to write the compiled model.")
    var output: String
    @Option(help: "Where to write the card; default: beside the model, with the extension .card.")
    var card: String?
    @Option(help: "Rows expected in one request; decides how many share a ciphertext.")
    var rows = 1
    @Option(
        help: ArgumentHelp("Rows of real inputs from which ranges are taken.", valueName: "rows"))
    var calibrate: String?
    @OptionGroup var reading: RowsOptions
    @Option(help: "Precision: errors stay below 2^-bits of the output range.")
    var precision = CompileOptions.defaultPrecisionBits
    @Option(help: "Security in bits: 128, 192 or 256.")
    var security = 128
    @Option(help: "Scheme: auto, ckks or paillier.")
    var scheme = CompileOptions.Scheme.auto
    @Option(help: "How rows stand in ciphertexts: auto, slots, coefficients or columns.")
    var layout = CompileOptions.Layout.auto
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Range of every input, as LOW..HIGH.", valueName: "low..high"))
    var range: InputRangeArgument?
    @Option(help: "Largest error of a fitted activation, as a part of the function's range.")
    var activationTolerance = CompileOptions().activationTolerance
    @Option(help: "Paillier modulus in bits: 2048 (112-bit security), 3072 or 4096.")
    var paillierBits = 3072
    @Option(
        help: ArgumentHelp(
            "Room for noise that the server adds to responses: statistical bits, and for how many rows "
                + "together (default 1).", valueName: "bits[,rows]"))
    var flood: HidingArgument?
    @Option(
        help: ArgumentHelp(
            "Room for noise that a client adds to results it hands on (decrypt --share): bits, and for how many "
                + "results of a key together (default 1).", valueName: "bits[,results]"))
    var share: HidingArgument?
    @Option(
        help: ArgumentHelp(
            "Have clients return numbers with so many decimals only.", valueName: "digits"))
    var round: Int?
    @Flag(
        help:
            "Have clients return labels only: the model's own, else the number of the largest score."
    )
    var labelOnly = false
    @Option(
        help: ArgumentHelp(
            "Costs that tacit bench --calibrate measured; default: those in the cache folder, if any.",
            valueName: "file"))
    var costs: String?
    @Flag(help: "Print the plan as JSON.")
    var json = false
    @OptionGroup var caching: CacheOptions

    func validate() throws {
        guard SecurityLevel(rawValue: security) != nil else {
            throw ValidationError("--security is \(security); expected 128, 192 or 256")
        }
        guard output != "-" else {
            throw ValidationError(
                "--output is -, but two files are written, the model and its card; give a path")
        }
        guard URL(filePath: cardPath).path != URL(filePath: output).path else {
            throw ValidationError("the model and its card would both be written to \(output)")
        }
        guard [2048, 3072, 4096].contains(paillierBits) else {
            throw ValidationError("--paillier-bits is \(paillierBits); expected 2048, 3072 or 4096")
        }
    }

    func run() throws {
        let bytes = try WholeFile.read(
            path: model, maximumByteCount: ImportLimits().fileBytes)
        let file = URL(filePath: model)
        let imported = try ONNXImporter().read(
            Data(bytes), folder: file.deletingLastPathComponent())
        var options = CompileOptions()
        options.modelName = file.deletingPathExtension().lastPathComponent
        options.rows = rows
        options.precisionBits = precision
        options.security = SecurityLevel(rawValue: security) ?? .bits128
        options.scheme = scheme
        options.layout = layout
        options.inputRange = range?.value
        options.activationTolerance = activationTolerance
        options.paillierBits = paillierBits
        if let measured = try Calibration.read(path: costs) { options.costs = measured }
        options.flooding = flood?.value
        options.sharing = share?.value
        options.disclosure = Disclosure(decimals: round, labelsOnly: labelOnly)
        if let calibrate {
            options.calibrationRows = try Files.rows(
                calibrate, count: imported.network.inputCount, reading)
        }
        let compiled = try Model(compiling: imported, options: options)
        let program = try compiled.bytes()
        try WholeFile.write([
            (path: cardPath, bytes: compiled.card.bytes), (path: output, bytes: program),
        ])
        let weights = try cacheWeights(compiled)
        let report = PlanReport(model: compiled, modelByteCount: program.count)
        if json { try Console.json(report) } else { try Console.show(report.text) }
        if compiled.certificate.rangeSource == "assumed" {
            Console.note(
                "tacit: note: nothing is known about the inputs, so "
                    + "\(CompileOptions.assumedInputRange.lowerBound)..."
                    + "\(CompileOptions.assumedInputRange.upperBound) is assumed; --calibrate with a few "
                    + "rows gives smaller, faster parameters")
        }
        if let weights { Console.note("tacit: \(weights)") }
    }

    /// Writes the encoded weights into the cache and says how much that is.
    private func cacheWeights(_ model: Model) throws -> String? {
        guard let cache = caching.open(), let written = try? model.sealed(by: output) else {
            return nil
        }
        Console.status("encoding the weights for the cache")
        _ = try PreparedModel(written, cache: cache)
        Console.status("writing the encoded weights into \(cache.folder.path)")
        cache.finishWriting()
        Console.status("")
        guard cache.writtenByteCount > 0 else { return nil }
        return "\(Console.bytes(cache.writtenByteCount)) of encoded weights are in "
            + "\(cache.folder.path), so that tacit infer starts at once (--no-cache: none)"
    }

    private var cardPath: String {
        card ?? URL(filePath: output).deletingPathExtension().appendingPathExtension("card").path
    }
}

extension CompileOptions.Scheme: ExpressibleByArgument {}
extension CompileOptions.Layout: ExpressibleByArgument {}

/// `BITS` or `BITS,USES`.
struct HidingArgument: ExpressibleByArgument {
    let value: HidingGoal

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, (1...2).contains(parts.count) else { return nil }
        value = HidingGoal(bits: numbers[0], uses: numbers.count == 2 ? numbers[1] : 1)
    }
}

/// `LOW..HIGH`.
struct InputRangeArgument: ExpressibleByArgument {
    let value: ClosedRange<Double>

    init?(argument: String) {
        guard let dots = argument.firstRange(of: ".."),
            let low = Double(argument[..<dots.lowerBound]),
            let high = Double(argument[dots.upperBound...]),
            low.isFinite, high.isFinite, low < high
        else { return nil }
        value = low...high
    }
}
