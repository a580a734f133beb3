import Foundation

/// Add, Sub, Mul, Div, Sum, Neg, Pow and products along an axis.
extension GraphTranslator {
    enum Arithmetic {
        case add
        case subtract
        case multiply
        case divide

        var step: ClientTail.Binary {
            switch self {
            case .add: .add
            case .subtract: .subtract
            case .multiply: .multiply
            case .divide: .divide
            }
        }
    }

    mutating func elementwise(
        _ operation: Arithmetic, _ call: OperatorCall
    ) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        return try elementwise(operation, call[0], call[1], call.node)
    }

    mutating func sum(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        guard let first = call.inputs.first else { throw call.node.invalid("it has no input") }
        var result = first
        for next in call.inputs.dropFirst() {
            result = try elementwise(.add, result, next, call.node)
        }
        return result
    }

    mutating func elementwise(
        _ operation: Arithmetic, _ left: GraphValue, _ right: GraphValue, _ node: GraphNode
    ) throws(InferenceError) -> GraphValue {
        guard let shape = Shape.broadcast(left.shape, right.shape) else {
            throw node.invalid("shapes \(left.shape) and \(right.shape) do not fit together")
        }
        try checkSize(shape, of: [left, right], node)
        let rows = try commonRows([left, right], shape: shape, node)
        switch (left, right) {
        case (.absent, _), (_, .absent): throw node.invalid("an input is missing")
        case (.constant(let a), .constant(let b)):
            return .constant(try fold(operation, a, b, shape: shape, node))
        case (.tail, _), (_, .tail):
            return try clientArithmetic(
                operation, left, right, shape: shape, rowsAxis: rows, node)
        case (.encrypted(let a), .constant(let b)):
            let id = try encryptedWithConstant(
                operation, a, b, constantFirst: false, shape: shape, node)
            return .encrypted(EncryptedTensor(id: id, shape: shape, rowsAxis: rows))
        case (.constant(let a), .encrypted(let b)):
            let id = try encryptedWithConstant(
                operation, b, a, constantFirst: true, shape: shape, node)
            return .encrypted(EncryptedTensor(id: id, shape: shape, rowsAxis: rows))
        case (.encrypted(let a), .encrypted(let b)):
            let id = try encryptedPair(operation, real(a, node), real(b, node), shape: shape, node)
            return .encrypted(EncryptedTensor(id: id, shape: shape, rowsAxis: rows))
        }
    }

    private mutating func encryptedWithConstant(
        _ operation: Arithmetic, _ tensor: EncryptedTensor, _ constant: ConstantTensor,
        constantFirst: Bool, shape: [Int], _ node: GraphNode
    ) throws(InferenceError) -> ValueID {
        let tensor = try real(tensor, node)
        guard let values = constant.reals, !constant.dependsOnRows else {
            throw node.unsupported(
                "it computes with the number of rows or with text", "use numeric constants")
        }
        let indices = Shape.broadcastIndices(from: constant.shape, to: shape)
        var constants = indices.map { values[$0] }
        try charge([constants.count], node)
        var matrix = broadcastMatrix(tensor, to: shape)
        switch operation {
        case .add: break
        case .subtract:
            if constantFirst {
                matrix = matrix.scaled(by: -1)
            } else {
                constants = constants.map { -$0 }
            }
        case .multiply:
            matrix = matrix.scalingRows(by: constants)
            constants = [Double](repeating: 0, count: constants.count)
        case .divide:
            if constantFirst {
                throw node.unsupported(
                    "it divides by an encrypted value", "divide by constants only")
            }
            if let index = constants.firstIndex(of: 0) {
                throw node.invalid("it divides element \(index) by zero")
            }
            matrix = matrix.scalingRows(by: constants.map { 1 / $0 })
            constants = [Double](repeating: 0, count: constants.count)
        }
        return builder.affine(
            [(tensor.id, matrix)], bias: constants, shape: shape, origin: node.origin)
    }

    private mutating func encryptedPair(
        _ operation: Arithmetic, _ left: EncryptedTensor, _ right: EncryptedTensor, shape: [Int],
        _ node: GraphNode
    ) throws(InferenceError) -> ValueID {
        try charge([2, shape.reduce(1, *)], node)
        let a = broadcastMatrix(left, to: shape)
        let b = broadcastMatrix(right, to: shape)
        switch operation {
        case .add, .subtract:
            return builder.affine(
                [(left.id, a), (right.id, operation == .add ? b : b.scaled(by: -1))],
                shape: shape, origin: node.origin)
        case .multiply:
            let first = builder.affine([(left.id, a)], shape: shape, origin: node.origin)
            let second =
                left.id == right.id && a == b
                ? first : builder.affine([(right.id, b)], shape: shape, origin: node.origin)
            return builder.product(first, second, shape: shape, origin: node.origin)
        case .divide:
            throw node.unsupported(
                "it divides by an encrypted value", "divide by constants only")
        }
    }

    private func fold(
        _ operation: Arithmetic, _ left: ConstantTensor, _ right: ConstantTensor, shape: [Int],
        _ node: GraphNode
    ) throws(InferenceError) -> ConstantTensor {
        let first = Shape.broadcastIndices(from: left.shape, to: shape)
        let second = Shape.broadcastIndices(from: right.shape, to: shape)
        let dependsOnRows = left.dependsOnRows || right.dependsOnRows
        if let a = left.integers, let b = right.integers {
            var results: [Int64] = []
            for (i, j) in zip(first, second) {
                let (value, overflow) =
                    switch operation {
                    case .add: a[i].addingReportingOverflow(b[j])
                    case .subtract: a[i].subtractingReportingOverflow(b[j])
                    case .multiply: a[i].multipliedReportingOverflow(by: b[j])
                    case .divide: a[i].dividedReportingOverflow(by: b[j])
                    }
                guard !overflow else {
                    throw node.invalid("the integer arithmetic of its constants overflows")
                }
                results.append(value)
            }
            return ConstantTensor(shape: shape, .integer(results), dependsOnRows: dependsOnRows)
        }
        guard let a = left.reals, let b = right.reals else {
            throw node.invalid("it computes with text")
        }
        let results = zip(first, second).map { operation.step(a[$0], b[$1]) }
        guard results.allSatisfy(\.isFinite) else { throw .overflow(node: node.label) }
        return ConstantTensor(shape: shape, .real(results), dependsOnRows: dependsOnRows)
    }

    mutating func negate(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(1...1)
        switch call[0] {
        case .tail(let tensor):
            let step = tail.add(.unary(.negate), [tensor.value])
            return .tail(TailTensor(value: step, shape: tensor.shape, rowsAxis: tensor.rowsAxis))
        case .constant(let tensor) where tensor.integers != nil:
            let zero = ConstantTensor(shape: [], .integer([0]))
            return try elementwise(.subtract, .constant(zero), call[0], call.node)
        default:
            let minusOne = ConstantTensor(shape: [], .real([-1]))
            return try elementwise(.multiply, call[0], .constant(minusOne), call.node)
        }
    }

    mutating func power(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        try call.expectInputs(2...2)
        let node = call.node
        let exponents = try call.weights(1, "exponent").reals ?? []
        guard let exponent = exponents.first, exponents.allSatisfy({ $0 == exponent }) else {
            throw node.unsupported(
                "its exponents differ between elements", "use one exponent for all elements")
        }
        if case .constant(let base) = call[0], let values = base.reals {
            let results = values.map { pow($0, exponent) }
            guard results.allSatisfy(\.isFinite) else { throw .overflow(node: node.label) }
            return .constant(ConstantTensor(shape: base.shape, .real(results)))
        }
        guard case .encrypted(let tensor) = call[0] else {
            throw node.unsupported("it is applied to a client value", "end the model before it")
        }
        let base = try real(tensor, node)
        let shape = Shape.broadcast(base.shape, call[1].shape)
        guard shape == base.shape else {
            throw node.unsupported(
                "its exponent has more dimensions than its base", "use a scalar exponent")
        }
        guard exponent >= 1, exponent <= Double(limits.exponent), exponent == exponent.rounded()
        else {
            throw node.unsupported(
                "exponent \(exponent) gives no polynomial",
                "use a whole exponent from 1 to \(limits.exponent)")
        }
        let id = builder.activation(
            base.id, .polynomial(.power(Int(exponent))), origin: node.origin)
        return .encrypted(EncryptedTensor(id: id, shape: base.shape, rowsAxis: base.rowsAxis))
    }
}
