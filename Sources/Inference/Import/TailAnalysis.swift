/// Finds the nodes that the client can take over: those after which nothing comes that needs ciphertexts.
///
/// A final sigmoid is exact and free on the client, so it is left there; the same sigmoid between two layers must
/// run encrypted. A node can be left to the client when its operator is one of the client's, all its readers can
/// be left too, and it brings no weights with it (the card is public): constants beside it hold one number only.
struct TailAnalysis {
    let canBeTail: [Bool]

    /// Operators that begin a tail when they read an encrypted value.
    static let starters: Set<String> = [
        "Softmax", "LogSoftmax", "ArgMax", "Exp", "Abs", "Reciprocal", "Sigmoid", "Tanh",
        "Softplus", "LpNormalization", "ai.onnx.ml.Normalizer", "ai.onnx.ml.ZipMap",
        "ai.onnx.ml.LinearClassifier",
    ]

    init(_ graph: CheckedGraph, constants: [String: ConstantTensor]) {
        var plainConstants: [String: Bool] = [:]
        for (name, tensor) in constants {
            plainConstants[name] = TailAnalysis.isUniform(tensor)
        }
        var allowed = graph.nodes.map {
            OperatorTable.tailOperators.contains($0.operatorName)
                || TailAnalysis.linearModels.contains($0.operatorName)
        }
        var started: [Bool] = []
        for (index, node) in graph.nodes.enumerated() {
            if node.inputs.allSatisfy({ plainConstants[$0] != nil }), !node.inputs.isEmpty {
                // Folded; shapes and labels made this way are never weights of the tail's arithmetic.
                for name in node.outputs { plainConstants[name] = false }
            } else if node.operatorName == "Constant" || node.operatorName == "ConstantOfShape" {
                for name in node.outputs { plainConstants[name] = true }
            } else if TailAnalysis.arithmetic.contains(node.operatorName) {
                allowed[index] =
                    allowed[index] && node.inputs.allSatisfy { plainConstants[$0] ?? true }
            }
            started.append(false)
        }
        var makers: [String: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            for name in node.outputs { makers[name] = index }
        }
        while true {
            let before = allowed
            for index in graph.nodes.indices.reversed() where allowed[index] {
                let readers = graph.nodes[index].outputs.flatMap { graph.readers[$0] ?? [] }
                allowed[index] = readers.allSatisfy { allowed[$0] }
            }
            for (index, node) in graph.nodes.enumerated() {
                let inherits = node.inputs.contains { makers[$0].map { started[$0] } ?? false }
                started[index] =
                    allowed[index]
                    && (inherits || TailAnalysis.starters.contains(node.operatorName))
                    || node.operatorName == "ai.onnx.ml.LinearClassifier"
                // An encrypted value joining a client value would be revealed on its own: not allowed.
                if inherits, TailAnalysis.arithmetic.contains(node.operatorName),
                    node.inputs.contains(where: {
                        plainConstants[$0] == nil && !(makers[$0].map { started[$0] } ?? false)
                    })
                {
                    allowed[index] = false
                }
            }
            if allowed == before { break }
        }
        canBeTail = allowed
    }

    /// Encrypted themselves, they may end in a transform that the client applies.
    private static let linearModels: Set<String> = [
        "ai.onnx.ml.LinearClassifier", "ai.onnx.ml.LinearRegressor",
    ]

    private static let arithmetic: Set<String> = ["Add", "Sub", "Mul", "Div", "Concat"]

    /// Whether a tensor holds one number only.
    static func isUniform(_ tensor: ConstantTensor) -> Bool {
        guard let values = tensor.reals, let first = values.first else { return false }
        return values.allSatisfy { $0 == first }
    }
}
