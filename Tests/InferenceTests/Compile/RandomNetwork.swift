import Inference
import TestSupport

/// Makes small random networks of everything a program can hold.
struct RandomNetwork {
    private var random: TestGenerator
    private var builder: NetworkBuilder
    /// Values made so far, with their sizes.
    private var values: [(id: ValueID, count: Int)]

    /// A network of `layers` random operations whose values stay within a few units for inputs in [-1, 1].
    static func make(seed: UInt64, layers: Int, widest: Int = 12) throws -> ImportedModel {
        var maker = RandomNetwork(seed: seed, widest: widest)
        maker.appendAffine(widest: widest)
        for _ in 0..<layers { maker.appendLayer(widest: widest) }
        maker.appendAffine(widest: 5)
        let network = try maker.builder.finish(output: maker.values[maker.values.count - 1].id)
        let count = network.outputCount
        let output = ClientTail.Output(name: "y", value: 0, shape: [count])
        let tail = ClientTail(scoreCount: count, steps: [], outputs: [output])
        let input = ImportedModel.Input(name: "x", offset: 0, shape: [network.inputCount])
        return ImportedModel(
            network: try network.simplified(), tail: tail, inputs: [input], opset: 17, producer: "")
    }

    private init(seed: UInt64, widest: Int) {
        random = TestGenerator(seed: seed)
        let count = random.integer(in: 1...widest)
        builder = NetworkBuilder(inputShape: [count])
        values = [(builder.input, count)]
    }

    private var last: (id: ValueID, count: Int) { values[values.count - 1] }

    private func origin(_ kind: String) -> Network.Origin {
        Network.Origin(["\(kind) \(values.count)"])
    }

    private mutating func vector(_ count: Int, _ bound: Double = 0.5) -> [Double] {
        (0..<count).map { _ in random.real(in: -bound...bound) }
    }

    /// Rows of absolute sum at most one, some entries zero.
    private mutating func matrix(_ rows: Int, _ columns: Int) -> SparseMatrix {
        let density = random.real(in: 0.4...1.5)
        let values = (0..<(rows * columns)).map { _ in
            random.real(in: 0...1) < density
                ? random.real(in: -1...1) / Double(columns) : 0
        }
        return .dense(rowCount: rows, columnCount: columns, values: values)
    }

    private mutating func appendAffine(widest: Int) {
        let count = random.integer(in: 1...widest)
        let weights = matrix(count, last.count)
        let id = builder.affine(
            [(last.id, weights)], bias: random.integer(in: 0...2) == 0 ? nil : vector(count),
            shape: [count], origin: origin("affine"))
        values.append((id, count))
    }

    private mutating func appendLayer(widest: Int) {
        switch random.integer(in: 0...6) {
        case 0: appendAffine(widest: widest)
        case 1: appendActivation(.polynomial(.power(2)))
        case 2:
            appendActivation(
                .polynomial(PowerPolynomial(shared: vector(random.integer(in: 3...5)))))
        case 3:
            let count = last.count
            let coefficients = (0..<3).map { _ in
                PowerPolynomial.Coefficient.perElement(vector(count))
            }
            appendActivation(.polynomial(PowerPolynomial(coefficients)))
        case 4: appendProduct()
        case 5: appendResidual()
        default: appendSum()
        }
    }

    private mutating func appendActivation(_ activation: Activation) {
        let id = builder.activation(last.id, activation, origin: origin("activation"))
        values.append((id, last.count))
    }

    /// Two maps of an earlier value and the last one, multiplied.
    private mutating func appendProduct() {
        let earlier = values[random.integer(in: 0...(values.count - 1))]
        let count = last.count
        let other = builder.affine(
            [(earlier.id, matrix(count, earlier.count))], bias: vector(count), shape: [count],
            origin: origin("factor"))
        let id = builder.product(last.id, other, shape: [count], origin: origin("product"))
        values.append((id, count))
    }

    /// `x + W y` for an earlier value `y`, halved.
    private mutating func appendResidual() {
        let earlier = values[random.integer(in: 0...(values.count - 1))]
        let count = last.count
        let identity = SparseMatrix.identity(count)
        let id = builder.affine(
            [(last.id, identity), (earlier.id, matrix(count, earlier.count))], bias: nil,
            shape: [count], origin: origin("residual"))
        values.append((id, count))
    }

    /// The sum of the last value and an earlier one of its size, with a bias.
    private mutating func appendSum() {
        let count = last.count
        let same = values.filter { $0.count == count }
        let earlier = same[random.integer(in: 0...(same.count - 1))]
        let id = builder.affine(
            [(last.id, .identity(count)), (earlier.id, .identity(count))], bias: vector(count),
            shape: [count], origin: origin("sum"))
        values.append((id, count))
    }
}
