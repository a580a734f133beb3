/// The operators that are read, by name (with the domain where it is not the default one).
enum OperatorTable {
    typealias Handler =
        @Sendable (inout GraphTranslator, OperatorCall) throws(InferenceError) -> [GraphValue]

    static let handlers: [String: Handler] = arithmetic.merging(shapes) { first, _ in first }
        .merging(layers) { first, _ in first }
        .merging(functions) { first, _ in first }
        .merging(clientSteps) { first, _ in first }

    private static let arithmetic: [String: Handler] = [
        "Add": { t, c throws(InferenceError) in [try t.elementwise(.add, c)] },
        "Sub": { t, c throws(InferenceError) in [try t.elementwise(.subtract, c)] },
        "Mul": { t, c throws(InferenceError) in [try t.elementwise(.multiply, c)] },
        "Div": { t, c throws(InferenceError) in [try t.elementwise(.divide, c)] },
        "Sum": { t, c throws(InferenceError) in [try t.sum(c)] },
        "Neg": { t, c throws(InferenceError) in [try t.negate(c)] },
        "Pow": { t, c throws(InferenceError) in [try t.power(c)] },
        "ReduceProd": { t, c throws(InferenceError) in [try t.reduceProduct(c)] },
        "ReduceSum": { t, c throws(InferenceError) in [try t.reduceSum(c, mean: false)] },
        "ReduceSumSquare": { t, c throws(InferenceError) in [try t.reduceSumSquare(c)] },
        "ReduceMean": { t, c throws(InferenceError) in [try t.reduceSum(c, mean: true)] },
    ]

    private static let shapes: [String: Handler] = [
        "Identity": { t, c throws(InferenceError) in [try t.identity(c)] },
        "Dropout": { t, c throws(InferenceError) in [try t.dropout(c)] },
        "Cast": { t, c throws(InferenceError) in [try t.cast(c)] },
        "Constant": { t, c throws(InferenceError) in [try t.constant(c)] },
        "ConstantOfShape": { t, c throws(InferenceError) in [try t.constantOfShape(c)] },
        "Shape": { t, c throws(InferenceError) in [try t.shape(c)] },
        "Reshape": { t, c throws(InferenceError) in [try t.reshape(c)] },
        "Flatten": { t, c throws(InferenceError) in [try t.flatten(c)] },
        "Squeeze": { t, c throws(InferenceError) in [try t.squeeze(c)] },
        "Unsqueeze": { t, c throws(InferenceError) in [try t.unsqueeze(c)] },
        "Transpose": { t, c throws(InferenceError) in [try t.transpose(c)] },
        "Concat": { t, c throws(InferenceError) in [try t.concat(c)] },
        "Slice": { t, c throws(InferenceError) in [try t.slice(c)] },
        "Gather": { t, c throws(InferenceError) in [try t.gather(c)] },
        "Pad": { t, c throws(InferenceError) in [try t.pad(c)] },
        "Expand": { t, c throws(InferenceError) in [try t.expand(c)] },
        "Tile": { t, c throws(InferenceError) in [try t.tile(c)] },
        "Resize": { t, c throws(InferenceError) in [try t.resize(c)] },
        "Upsample": { t, c throws(InferenceError) in [try t.resize(c)] },
        "DepthToSpace": { t, c throws(InferenceError) in [try t.depthToSpace(c)] },
        "SpaceToDepth": { t, c throws(InferenceError) in [try t.spaceToDepth(c)] },
        "Split": { t, c throws(InferenceError) in try t.split(c) },
        "ai.onnx.ml.ArrayFeatureExtractor": { t, c throws(InferenceError) in
            [try t.arrayFeatureExtractor(c)]
        },
    ]

    private static let layers: [String: Handler] = [
        "Gemm": { t, c throws(InferenceError) in [try t.gemm(c)] },
        "MatMul": { t, c throws(InferenceError) in [try t.matMul(c)] },
        "Einsum": { t, c throws(InferenceError) in [try t.einsum(c)] },
        "Conv": { t, c throws(InferenceError) in [try t.conv(c)] },
        "ConvTranspose": { t, c throws(InferenceError) in [try t.convTranspose(c)] },
        "AveragePool": { t, c throws(InferenceError) in [try t.averagePool(c)] },
        "GlobalAveragePool": { t, c throws(InferenceError) in [try t.globalAveragePool(c)] },
        "BatchNormalization": { t, c throws(InferenceError) in [try t.batchNormalization(c)] },
        "ai.onnx.ml.Imputer": { t, c throws(InferenceError) in [try t.imputer(c)] },
        "ai.onnx.ml.Scaler": { t, c throws(InferenceError) in [try t.scaler(c)] },
        "ai.onnx.ml.Normalizer": { t, c throws(InferenceError) in [try t.normalizer(c)] },
        "ai.onnx.ml.LinearRegressor": { t, c throws(InferenceError) in
            [try t.linearRegressor(c)]
        },
        "ai.onnx.ml.LinearClassifier": { t, c throws(InferenceError) in
            try t.linearClassifier(c)
        },
    ]

    private static let functions: [String: Handler] = [
        "Relu": { t, c throws(InferenceError) in [try t.function(.relu, c)] },
        "LeakyRelu": { t, c throws(InferenceError) in
            [try t.function(.leakyRelu(slope: c.node.float("alpha", 0.01)), c)]
        },
        "Sigmoid": { t, c throws(InferenceError) in [try t.function(.sigmoid, c)] },
        "Tanh": { t, c throws(InferenceError) in [try t.function(.tanh, c)] },
        "Softplus": { t, c throws(InferenceError) in [try t.function(.softplus, c)] },
        "Gelu": { t, c throws(InferenceError) in [try t.gelu(c)] },
        "HardSigmoid": { t, c throws(InferenceError) in
            [
                try t.function(
                    .hardSigmoid(
                        alpha: c.node.float("alpha", 0.2), beta: c.node.float("beta", 0.5)), c)
            ]
        },
        "Elu": { t, c throws(InferenceError) in
            [try t.function(.elu(alpha: c.node.float("alpha", 1)), c)]
        },
        "Selu": { t, c throws(InferenceError) in [try t.selu(c)] },
        "Celu": { t, c throws(InferenceError) in [try t.celu(c)] },
        "PRelu": { t, c throws(InferenceError) in [try t.parametricRelu(c)] },
        "Softsign": { t, c throws(InferenceError) in [try t.function(.softsign, c)] },
        "Mish": { t, c throws(InferenceError) in [try t.function(.mish, c)] },
        "HardSwish": { t, c throws(InferenceError) in [try t.function(.hardSwish, c)] },
        "Swish": { t, c throws(InferenceError) in [try t.swish(c)] },
        "Erf": { t, c throws(InferenceError) in [try t.function(.erf, c)] },
    ]

    private static let clientSteps: [String: Handler] = [
        "Softmax": { t, c throws(InferenceError) in [try t.softmax(c, logarithm: false)] },
        "LogSoftmax": { t, c throws(InferenceError) in [try t.softmax(c, logarithm: true)] },
        "ArgMax": { t, c throws(InferenceError) in [try t.argMax(c)] },
        "Exp": { t, c throws(InferenceError) in [try t.clientFunction(.exponential, c)] },
        "Abs": { t, c throws(InferenceError) in [try t.clientFunction(.magnitude, c)] },
        "Reciprocal": { t, c throws(InferenceError) in [try t.clientFunction(.reciprocal, c)] },
        "Not": { t, c throws(InferenceError) in [try t.clientFunction(.logicalNot, c)] },
        "Sqrt": { t, c throws(InferenceError) in [try t.squareRoot(c)] },
        "LpNormalization": { t, c throws(InferenceError) in [try t.lpNormalization(c)] },
        "ai.onnx.ml.ZipMap": { t, c throws(InferenceError) in [try t.zipMap(c)] },
    ]

    /// Operators that the client applies to decrypted values.
    static let tailOperators: Set<String> = [
        "Identity", "Dropout", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose",
        "Slice", "Gather", "Concat", "Add", "Sub", "Mul", "Div", "Neg", "ReduceSum", "Softmax",
        "LogSoftmax", "LpNormalization", "ArgMax", "Exp", "Abs", "Reciprocal", "Not", "Sigmoid",
        "Tanh", "Softplus",
        "Shape", "ai.onnx.ml.ZipMap", "ai.onnx.ml.Normalizer", "ai.onnx.ml.LinearClassifier",
        "ai.onnx.ml.LinearRegressor",
        "ai.onnx.ml.ArrayFeatureExtractor",
    ]

    /// Operators that may read class labels.
    static let labelOperators: Set<String> = [
        "Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze",
    ]
}
