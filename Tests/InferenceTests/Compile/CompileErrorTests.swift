import Inference
import Testing

/// What the compiler refuses, and that it says where.
struct CompileErrorTests {
    private let origin = Network.Origin(["the node"])

    private func model(_ builder: NetworkBuilder, _ output: ValueID) throws -> ImportedModel {
        let network = try builder.finish(output: output)
        let count = network.outputCount
        let tail = ClientTail(
            scoreCount: count, steps: [],
            outputs: [ClientTail.Output(name: "y", value: 0, shape: [count])])
        return ImportedModel(
            network: network, tail: tail,
            inputs: [.init(name: "x", offset: 0, shape: [network.inputCount])], opset: 17,
            producer: "")
    }

    /// The compiler's refusal.
    private func refusal(
        _ model: ImportedModel, range: ClosedRange<Double>? = -1...1,
        _ change: (inout CompileOptions) -> Void = { _ in }
    ) -> CompileError? {
        var options = CompileOptions()
        options.inputRange = range
        change(&options)
        return #expect(throws: CompileError.self) { try Compiler.compile(model, options: options) }
    }

    @Test func tooDeep() throws {
        var builder = NetworkBuilder(inputShape: [2])
        var value = builder.input
        for _ in 0..<60 {
            value = builder.activation(value, .polynomial(.power(2)), origin: origin)
        }
        let error = refusal(try model(builder, value))
        guard case .tooDeep(let depth, let levels, let node, let scaleBits, 128) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(depth >= 60 && levels < depth && scaleBits >= 22)
        // Sixty squares: the node where the levels end has so many before it.
        #expect(node.contains("the node") && node.contains("square to 2, level \(depth - levels)"))
        let text = "\(try #require(error))"
        for way in ["--precision", "--activation-tolerance", "split"] {
            #expect(text.contains(way))
        }
    }

    @Test func tooWide() throws {
        let width = (1 << 15) + 1
        var builder = NetworkBuilder(inputShape: [width])
        let sum = SparseMatrix.dense(
            rowCount: 1, columnCount: width, values: .init(repeating: 1, count: width))
        let value = builder.affine([(builder.input, sum)], shape: [1], origin: origin)
        let error = refusal(try model(builder, value)) { $0.scheme = .ckks }
        #expect(
            error == .tooWide(node: "input (input to \(width))", elements: width, limit: 1 << 15))
    }

    @Test func rangeNeeded() throws {
        var builder = NetworkBuilder(inputShape: [2])
        let value = builder.activation(builder.input, .function(.sigmoid), origin: origin)
        let error = refusal(try model(builder, value), range: nil)
        guard case .rangeNeeded("the node", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func schemeUnsuitable() throws {
        var builder = NetworkBuilder(inputShape: [2])
        let value = builder.activation(builder.input, .polynomial(.power(2)), origin: origin)
        let error = refusal(try model(builder, value)) { $0.scheme = .paillier }
        guard case .schemeUnsuitable("paillier", _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a plaintext space that the scores may leave is refused at compile time")
    func paillierOverflow() throws {
        func error(weight: Double, precision: Int = 40) throws -> CompileError? {
            var builder = NetworkBuilder(inputShape: [2])
            let value = builder.affine(
                [(builder.input, .diagonal([weight, 1]))], shape: [2], origin: origin)
            return refusal(try model(builder, value), range: -1e14...1e14) {
                $0.scheme = .paillier
                $0.paillierBits = 2048
                $0.precisionBits = precision
            }
        }
        guard case .schemeUnsuitable("paillier", _, _) = try error(weight: 1e290) else {
            Issue.record("\(String(describing: try error(weight: 1e290)))")
            return
        }
        // The score itself leaves the doubles.
        guard case .valuesTooLarge("the node", .infinity) = try error(weight: 1e300) else {
            Issue.record("\(String(describing: try error(weight: 1e300)))")
            return
        }
    }

    @Test func constantOutput() throws {
        var builder = NetworkBuilder(inputShape: [2])
        let value = builder.affine([], bias: [1, 2, 3], shape: [3], origin: origin)
        #expect(refusal(try model(builder, value)) { $0.scheme = .ckks } == .constantOutput)
    }

    @Test func valuesTooLarge() throws {
        var builder = NetworkBuilder(inputShape: [1])
        var value = builder.affine(
            [(builder.input, .diagonal([1000]))], shape: [1], origin: origin)
        for _ in 0..<4 {
            value = builder.activation(value, .polynomial(.power(2)), origin: origin)
        }
        let error = refusal(try model(builder, value))
        guard case .valuesTooLarge = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func invalidOptions() throws {
        var builder = NetworkBuilder(inputShape: [2])
        let value = builder.affine(
            [(builder.input, .diagonal([2, 1]))], shape: [2], origin: origin)
        let model = try model(builder, value)
        let changes: [(inout CompileOptions) -> Void] = [
            { $0.rows = 0 }, { $0.precisionBits = 3 }, { $0.precisionBits = 41 },
            { $0.activationTolerance = 0 }, { $0.inputRange = 1...1 },
            { $0.inputRange = -1e300...1 }, { $0.calibrationRows = [[1, 2], [1]] },
            { $0.calibrationRows = [[1, .nan]] },
        ]
        for (index, change) in changes.enumerated() {
            let error = refusal(model, change)
            guard case .invalidOption = error else {
                Issue.record("change \(index): \(String(describing: error))")
                continue
            }
        }
    }
}
