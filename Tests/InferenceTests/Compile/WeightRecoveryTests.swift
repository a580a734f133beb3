import CKKS
import Inference
import Ring
import TestSupport
import Testing

/// What a curious client makes of a linear layer's answers beyond their scores.
@Suite struct WeightRecoveryTests {
    private static let width = 8

    /// One linear layer, its server and its client.
    private final class Layer {
        let card: CKKSCard
        let program: CoefficientProgram
        let context: CKKSContext
        let evaluator: Evaluator
        let prepared: PreparedCoefficients
        private let secret: SecretKey
        private let encryptor: Encryptor

        init(seed: UInt64, flooding: HidingGoal?) throws {
            var random = TestGenerator(seed: seed)
            var builder = NetworkBuilder(inputShape: [width])
            let matrix = SparseMatrix.dense(
                rowCount: 1, columnCount: width,
                values: (0..<width).map { _ in random.real(in: -1...1) })
            let output = builder.affine(
                [(builder.input, matrix)], bias: [0.5], shape: [1], origin: .init(["map"]))
            let tail = ClientTail(
                scoreCount: 1, steps: [],
                outputs: [ClientTail.Output(name: "y", value: 0, shape: [1])])
            let model = ImportedModel(
                network: try builder.finish(output: output), tail: tail,
                inputs: [.init(name: "x", offset: 0, shape: [width])], opset: 17, producer: "")
            var options = CompileOptions()
            options.inputRange = -2...2
            options.flooding = flooding
            let compiled = try Compiler.compile(model, options: options)
            guard case .ckks(let card) = compiled.card.scheme,
                case .coefficients(let program) = compiled.program
            else { throw CompileError.constantOutput }
            (self.card, self.program) = (card, program)
            let parameters = try #require(try compiled.card.validate())
            let context = try CKKSContext(parameters)
            let source = SeededRandomSource(seed: seed)
            let generator = KeyGenerator(context: context, source: source)
            let secret = try generator.secretKey()
            let keys = try generator.evaluationKeys(for: secret, publicKeyLevel: 0)
            evaluator = try Evaluator(context: context, keys: keys, source: source)
            prepared = try PreparedCoefficients(program, context: context, source: source)
            encryptor = Encryptor(context: context, source: source)
            self.context = context
            self.secret = secret
        }

        /// The center of every input's range, so that the scores are those of no input at all.
        func request() throws -> Ciphertext {
            let plaintext = try CoefficientEncoder(context: context).encode(
                [], factor: context.parameters.scale(atLevel: 0), level: 0)
            return try encryptor.encrypt(plaintext, secretKey: secret)
        }

        /// What a server answers; protected, or as the bare circuit gives it.
        func answer(_ request: Ciphertext, isProtected: Bool) throws -> Ciphertext {
            guard isProtected else {
                return try prepared.run(request, engine: evaluator, rowCount: 1)
            }
            return try prepared.answer(
                request, evaluator: evaluator, rowCount: 1, placeRowCount: 1,
                flood: card.flooding.map { hiding throws(CKKSError) in
                    try NoiseFlood(deviation: hiding.deviation)
                }
            ).ciphertext(places: program.layout.places(ofRows: 1), context: context)
        }

        /// The phase in integers.
        func phase(_ ciphertext: Ciphertext) throws -> [Double] {
            try Decryptor(context: context).phase(ciphertext, secretKey: secret).polynomial
                .toCoefficient().centeredDoubles()
        }

        /// The integer weights, as the server's plaintext holds them.
        var weights: [Double] {
            program.layout.weights(program.matrix).map {
                ($0 * program.layout.weightFactor).rounded()
            }
        }
    }

    /// c1 of the answer is c1 of the request times the weights' polynomial.
    private func divided(_ layer: Layer, isProtected: Bool) throws -> [Double] {
        let request = try layer.request()
        let answer = try layer.answer(request, isProtected: isProtected)
        let basis = layer.context.basis(atLevel: 0)
        let (above, below) = (
            answer.polynomials[1].residues(), request.polynomials[1].residues()
        )
        let quotient = above.indices.map { limb in
            let modulus = request.polynomials[1].modulus(limb)
            return zip(above[limb], below[limb]).map {
                modulus.multiply($0, modulus.inverse(max($1, 1)))
            }
        }
        return try Polynomial<Evaluation>(
            residues: quotient, context: layer.context.ring, basis: basis
        ).toCoefficient().centeredDoubles()
    }

    @Test("dividing an answer by its request gives the weights, unless the answer is re-randomized")
    func division() throws {
        for seed in 0..<3 {
            let layer = try Layer(seed: UInt64(seed), flooding: nil)
            #expect(try divided(layer, isProtected: false) == layer.weights)
            let found = try divided(layer, isProtected: true)
            let equal = zip(found, layer.weights).count { $0 == $1 }
            #expect(equal < 5)
        }
    }

    /// Weights by least squares from the noise of answers, all of the same score, against the noise of the requests; the
    /// distance from the true ones as a part of their length.
    private func regressionError(_ layer: Layer, queries: Int) throws -> Double {
        let width = WeightRecoveryTests.width
        let place = layer.program.layout.place(row: 0, score: 0)
        let factor = layer.program.layout.weightFactor * layer.context.parameters.scale(atLevel: 0)
        let bias = layer.program.bias[0] * factor
        var normal = [[Double]](
            repeating: [Double](repeating: 0, count: width + 1), count: width)
        for _ in 0..<queries {
            let request = try layer.request()
            let known = try layer.phase(request)
            let seen = try layer.phase(layer.answer(request, isProtected: true))[place] - bias
            for row in 0..<width {
                for column in 0..<width { normal[row][column] += known[row] * known[column] }
                normal[row][width] += known[row] * seen
            }
        }
        let found = solve(normal)
        // Weight j stands at d - 1 - j, so that element j meets it at the place of the score.
        let weights = (0..<width).map { layer.weights[width - 1 - $0] }
        let distance = zip(found, weights).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (distance / weights.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    /// Gaussian elimination with pivots.
    private func solve(_ system: [[Double]]) -> [Double] {
        var rows = system
        let count = rows.count
        for pivot in 0..<count {
            let best = (pivot..<count).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
            rows.swapAt(pivot, best)
            for row in 0..<count where row != pivot {
                let factor = rows[row][pivot] / rows[pivot][pivot]
                for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }

    @Test("the noise of answers gives the weights by regression, unless it is flooded")
    func regression() throws {
        for seed in 0..<2 {
            let open = try Layer(seed: UInt64(seed), flooding: nil)
            #expect(try regressionError(open, queries: 200) < 0.1)
            let flooded = try Layer(seed: UInt64(seed), flooding: HidingGoal(bits: 40, uses: 200))
            #expect(try regressionError(flooded, queries: 200) > 1e6)
        }
    }
}
