public import CKKS

/// A column program with its matrices rounded and packed; made once, used for every request.
public struct PreparedColumns: Sendable {
    /// The program.
    public let program: ColumnProgram
    private let steps: [PreparedStep]

    private enum PreparedStep: Sendable {
        case affine(IntegerMatrix, bias: [Double])
        case square
    }

    /// Rounds the weights.
    ///
    /// - Throws: `CKKSError.operandCount` when a weight is too large.
    public init(_ program: ColumnProgram) throws(CKKSError) {
        self.program = program
        var steps: [PreparedStep] = []
        for step in program.steps {
            switch step.operation {
            case .affine(let matrix, let bias, let factor, let valueFactor):
                let entries = matrix.dense().map {
                    Int32(clamping: Int(($0 * factor).rounded().clamped(to: -0x1p30...0x1p30)))
                }
                steps.append(
                    .affine(
                        try IntegerMatrix(
                            rowCount: matrix.rowCount, columnCount: matrix.columnCount,
                            entries: entries), bias: bias.map { $0 * valueFactor }))
            case .square: steps.append(.square)
            }
        }
        self.steps = steps
    }

    /// Evaluates the program on one group of rows: one ciphertext per feature in, one per score out.
    ///
    /// - Parameters:
    ///   - inputs: one for every feature.
    ///   - engine: the arithmetic, with a relinearization key where there are squares.
    ///   - inspect: called after every step with its index and its results.
    /// - Throws: `RunError` naming the step.
    public func run<Engine: SlotArithmetic>(
        _ inputs: [Engine.Ciphertext], engine: Engine,
        inspect: (Int, [Engine.Ciphertext]) -> Void = { _, _ in }
    ) throws(RunError) -> [Engine.Ciphertext] {
        var values = inputs
        for (index, step) in steps.enumerated() {
            do throws(CKKSError) {
                values = try evaluate(step, values, engine)
            } catch {
                throw RunError(
                    step: index, origin: program.steps[index].origin.description,
                    reason: "\(error)")
            }
            inspect(index, values)
        }
        return values
    }

    private func evaluate<Engine: SlotArithmetic>(
        _ step: PreparedStep, _ values: [Engine.Ciphertext], _ engine: Engine
    ) throws(CKKSError) -> [Engine.Ciphertext] {
        var results: [Engine.Ciphertext] = []
        switch step {
        case .affine(let matrix, let bias):
            let products = try engine.multiply(matrix, values)
            for (product, summand) in zip(products, bias) {
                results.append(summand == 0 ? product : try engine.addScalar(product, summand))
            }
        case .square:
            for value in values {
                results.append(try engine.relinearizeAndRescale(engine.square(value)))
            }
        }
        return results
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
