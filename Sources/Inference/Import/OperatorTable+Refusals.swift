extension OperatorTable {
    /// Why an operator without a handler is refused, and what would be accepted.
    static func refusal(of node: GraphNode) -> InferenceError {
        let (reason, accepted) =
            refusals[node.operatorName] ?? ("the operator is unknown to Tacit", operatorList)
        return .unsupportedOperator(node: node.label, reason: reason, accepted: accepted)
    }

    private static let operatorList = handlers.keys.sorted().joined(separator: ", ")

    /// Reason and alternative for operators that users may well bring.
    private static let refusals: [String: (reason: String, accepted: String)] = {
        var table: [String: (reason: String, accepted: String)] = [:]
        for (names, reason, accepted) in families {
            for name in names { table[name] = (reason, accepted) }
        }
        return table
    }()

    private static let comparison = "is a comparison, which ciphertexts do not offer"
    private static let deviation = "it divides by a deviation computed from the row"

    private static let families: [(names: [String], reason: String, accepted: String)] = [
        (
            ["Clip", "ThresholdedRelu", "Shrink"],
            "clipping jumps or bends where no good polynomial follows",
            "Relu, HardSigmoid, HardSwish, Tanh or Sigmoid, or train without the clip"
        ),
        (
            ["MaxPool", "MaxRoiPool", "MaxUnpool"], "a maximum \(comparison)",
            "AveragePool in place of MaxPool, retrained"
        ),
        (
            ["GlobalMaxPool", "ReduceMax", "ReduceMin"], "a maximum \(comparison)",
            "GlobalAveragePool or ReduceMean in its place, retrained"
        ),
        (
            ["LpPool", "GlobalLpPool", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp"],
            "a root or logarithm of encrypted values has no good polynomial",
            "AveragePool, ReduceMean or ReduceSumSquare"
        ),
        (["Max"], "a maximum \(comparison)", "Relu, Softplus, or a sum in place of the maximum"),
        (["Min"], "a minimum \(comparison)", "Relu, Softplus, or a sum in place of the minimum"),
        (
            [
                "LayerNormalization", "InstanceNormalization", "GroupNormalization",
                "RMSNormalization", "SimplifiedLayerNormalization",
                "MeanVarianceNormalization", "LRN",
            ], deviation, "BatchNormalization, which is affine"
        ),
        (
            ["Floor", "Ceil", "Round", "Sign", "Mod", "BitShift", "IsNaN", "IsInf"],
            "a step function has no good polynomial", "the model without the step, or Tanh"
        ),
        (
            [
                "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "And", "Or", "Xor",
                "Where", "TopK", "NonZero", "Hardmax", "NonMaxSuppression", "Unique",
            ], "its result \(comparison)", "the scores themselves, compared after decryption"
        ),
        (
            ["Log"], "it is not a polynomial of bounded degree", "LogSoftmax as the last step"
        ),
        (
            [
                "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh",
                "Atanh",
            ],
            "this function is not fitted", "Tanh, Sigmoid, Erf, Silu or a polynomial"
        ),
        (
            ["LSTM", "GRU", "RNN", "Scan", "Loop", "If"],
            "loops and recurrences are not unrolled",
            "the model exported with its steps unrolled, or causal convolutions"
        ),
        (
            ["Attention", "MultiHeadAttention"],
            "it divides by sums that are computed from the row",
            "MatMul of values and of weights, without the softmax between them"
        ),
        (
            [
                "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv",
                "QLinearMatMul", "ConvInteger", "MatMulInteger",
            ], "quantized models round encrypted values",
            "the model in float32, before quantization"
        ),
        (
            ["GatherElements", "GatherND", "ScatterElements", "ScatterND", "Scatter"],
            "its indices run over rows", "Gather, Slice, Split and Concat with constant indices"
        ),
        (
            [
                "ai.onnx.ml.TreeEnsembleClassifier", "ai.onnx.ml.TreeEnsembleRegressor",
                "ai.onnx.ml.TreeEnsemble",
            ],
            "every branch of a tree \(comparison)",
            "a linear model or a small network trained on the trees' answers"
        ),
        (
            ["ai.onnx.ml.SVMClassifier", "ai.onnx.ml.SVMRegressor"],
            "kernels over support vectors are not read", "a linear SVM (LinearSVC, LinearSVR)"
        ),
    ]
}
