import Foundation

extension ClientTail {
    /// The values of one output for one row.
    public enum Result: Sendable, Hashable {
        /// Numbers.
        case numbers([Double])
        /// Class labels, as text.
        case labels([String])
    }

    /// Applies the tail to one decrypted row.
    /// - Returns: one result per output, in the order of `outputs`.
    /// - Throws: `InferenceError.invalidTail` where the tail contradicts itself, and
    ///   `InferenceError.wrongElementCount` where the row is not `scoreCount` long.
    public func run(_ scores: [Double], rowIndex: Int = 0) throws(InferenceError) -> [Result] {
        try validate()
        guard scores.count == scoreCount else {
            throw .wrongElementCount(row: rowIndex, count: scores.count, expected: scoreCount)
        }
        var values = [scores]
        for step in steps {
            values.append(step.operation.apply(step.inputs.map { values[$0] }))
        }
        return outputs.map { output in
            guard let labels = output.labels else { return .numbers(values[output.value]) }
            return .labels(
                values[output.value].map { position in
                    labels.text(at: max(0, min(labels.count - 1, Int(position))))
                })
        }
    }

    /// Checks that every step reads values before it, of fitting lengths, within sane bounds.
    /// - Throws: `InferenceError.invalidTail`.
    public func validate() throws(InferenceError) {
        let limit = 1 << 24
        guard scoreCount > 0, scoreCount <= limit, steps.count <= 4096, outputs.count <= 4096 else {
            throw .invalidTail(reason: "its counts are out of bounds")
        }
        var counts = [scoreCount]
        var positionBound: [Int?] = [nil]
        for (index, step) in steps.enumerated() {
            guard step.inputs.allSatisfy({ $0 >= 0 && $0 < counts.count }) else {
                throw .invalidTail(reason: "step \(index) reads a later value")
            }
            guard let count = step.operation.resultCount(step.inputs.map { counts[$0] }),
                count > 0, count <= limit
            else { throw .invalidTail(reason: "step \(index) does not fit the values it reads") }
            counts.append(count)
            positionBound.append(
                step.operation.positionBound(step.inputs.map { positionBound[$0] }))
        }
        guard !outputs.isEmpty else { throw .invalidTail(reason: "it has no output") }
        for output in outputs {
            guard output.value >= 0, output.value < counts.count,
                Shape.count(output.shape) == counts[output.value]
            else { throw .invalidTail(reason: "output '\(output.name)' does not fit its value") }
            if let labels = output.labels {
                guard let bound = positionBound[output.value], bound <= labels.count else {
                    throw .invalidTail(
                        reason: "output '\(output.name)' has too few labels for its positions")
                }
            }
        }
    }
}

extension ClientTail.Axis {
    /// The number of elements of a tensor with this axis, nil where it overflows or a part is not positive.
    var elementCount: Int? { Shape.count([outer, count, inner]) }

    /// Replaces each line along the axis by what `body` makes of it.
    func mapLines(_ vector: [Double], _ body: ([Double]) -> [Double]) -> [Double] {
        var lines: [[Double]] = []
        for i in 0..<outer {
            for k in 0..<inner {
                lines.append(body((0..<count).map { vector[(i * count + $0) * inner + k] }))
            }
        }
        let length = lines[0].count
        var result = [Double](repeating: 0, count: outer * length * inner)
        for i in 0..<outer {
            for k in 0..<inner {
                for j in 0..<length {
                    result[(i * length + j) * inner + k] = lines[i * inner + k][j]
                }
            }
        }
        return result
    }
}

extension ClientTail.Operation {
    /// The length of the result, nil where the inputs do not fit.
    func resultCount(_ counts: [Int]) -> Int? {
        switch self {
        case .softmax(let axis), .logSoftmax(let axis), .normalize(_, let axis):
            return counts.count == 1 && axis.elementCount == counts[0] ? counts[0] : nil
        case .sum(let axis), .argMax(let axis, _):
            return counts.count == 1 && axis.elementCount == counts[0]
                ? axis.outer * axis.inner : nil
        case .unary: return counts.count == 1 ? counts[0] : nil
        case .binary: return counts.count == 2 && counts[0] == counts[1] ? counts[0] : nil
        case .gather(let indices):
            return counts.count == 1 && indices.allSatisfy { $0 >= 0 && $0 < counts[0] }
                ? indices.count : nil
        case .concatenate:
            return counts.isEmpty || counts.count > 4096 ? nil : counts.reduce(0, +)
        case .constant(let value, let count):
            return counts.isEmpty && value.isFinite ? count : nil
        }
    }

    /// Where the result holds positions along an axis: their number; nil for other numbers.
    func positionBound(_ bounds: [Int?]) -> Int? {
        switch self {
        case .argMax(let axis, _): axis.count
        case .gather, .unary(.truncate): bounds.first ?? nil
        default: nil
        }
    }

    /// The result; the inputs must have passed `resultCount`.
    func apply(_ inputs: [[Double]]) -> [Double] {
        switch self {
        case .softmax(let axis): return axis.mapLines(inputs[0], Self.softmax)
        case .logSoftmax(let axis):
            return axis.mapLines(inputs[0]) { line in
                let top = line.max() ?? 0
                let total = log(line.reduce(0) { $0 + exp($1 - top) })
                return line.map { $0 - top - total }
            }
        case .normalize(let norm, let axis):
            return axis.mapLines(inputs[0]) { line in
                let length = max(norm.length(line), 1e-30)
                return line.map { $0 / length }
            }
        case .sum(let axis): return axis.mapLines(inputs[0]) { [$0.reduce(0, +)] }
        case .argMax(let axis, let last):
            return axis.mapLines(inputs[0]) { line in
                var best = 0
                for (index, value) in line.enumerated().dropFirst()
                where value > line[best] || (last && value == line[best]) { best = index }
                return [Double(best)]
            }
        case .unary(let function): return inputs[0].map { function($0) }
        case .binary(let function): return zip(inputs[0], inputs[1]).map { function($0, $1) }
        case .gather(let indices): return indices.map { inputs[0][$0] }
        case .concatenate: return inputs.flatMap { $0 }
        case .constant(let value, let count): return [Double](repeating: value, count: count)
        }
    }

    private static func softmax(_ line: [Double]) -> [Double] {
        let top = line.max() ?? 0
        let powers = line.map { exp($0 - top) }
        let total = powers.reduce(0, +)
        return powers.map { $0 / total }
    }
}

extension ClientTail.Norm {
    func length(_ line: [Double]) -> Double {
        switch self {
        case .max: line.reduce(0) { Swift.max($0, abs($1)) }
        case .l1: line.reduce(0) { $0 + abs($1) }
        case .l2: line.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
    }
}

extension ClientTail.Unary {
    func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .logistic: ActivationFunction.sigmoidValue(x)
        case .tanh: Foundation.tanh(x)
        case .exponential: exp(x)
        case .softplus: max(x, 0) + log1p(exp(-abs(x)))
        case .negate: -x
        case .magnitude: abs(x)
        case .reciprocal: 1 / x
        case .truncate: x.rounded(.towardZero)
        case .isNonzero: x != 0 ? 1 : 0
        case .logicalNot: x == 0 ? 1 : 0
        }
    }
}

extension ClientTail.Binary {
    func callAsFunction(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        }
    }
}
