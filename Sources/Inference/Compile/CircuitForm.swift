/// Rewrites a network so that ciphertexts spend as few levels as possible; the function it computes stays.
///
/// - The client's input is normalized to [-1, 1] where the first operations are affine maps anyway.
/// - A fitted activation gets the normalization of its interval as an affine map in front.
/// - A quadratic becomes a square between two affine maps, which merge with the model's own.
struct CircuitForm {
    /// Farthest a square may be shifted, in radii of the values, before rounding would count.
    private static let largestShift = 64.0

    private let source: Network
    private let ranges: NetworkRanges
    private var builder: NetworkBuilder
    private var renamed: [ValueID] = []

    /// The rewritten network.
    ///
    /// - Parameters:
    ///   - network: without functions that have no polynomial.
    ///   - ranges: of its values.
    ///   - normalization: center and radius of every input element, or nil to leave the input as it is.
    static func rewrite(
        _ network: Network, ranges: NetworkRanges, normalization: InputNormalization?
    ) throws -> Network {
        var form = CircuitForm(source: network, ranges: ranges)
        form.appendInput(normalization)
        for id in network.valueIDs.dropFirst() { form.append(network[id], id) }
        return try form.builder.finish(output: form.renamed[network.output.index]).simplified()
    }

    private init(source: Network, ranges: NetworkRanges) {
        self.source = source
        self.ranges = ranges
        builder = NetworkBuilder(inputShape: source[source.input].shape)
    }

    private mutating func appendInput(_ normalization: InputNormalization?) {
        guard let normalization else {
            renamed = [builder.input]
            return
        }
        let node = source[source.input]
        let value = builder.affine(
            [(builder.input, .diagonal(normalization.radii))], bias: normalization.centers,
            shape: node.shape, origin: node.origin)
        renamed = [value]
    }

    private mutating func append(_ node: Network.Node, _ id: ValueID) {
        switch node.operation {
        case .activation(let value, .fitted(let fit)):
            renamed.append(appendFitted(fit, to: value, node: node))
        case .activation(let value, .polynomial(let polynomial)):
            renamed.append(appendPolynomial(polynomial, to: value, node: node))
        case .affine(let map):
            let terms = map.terms.map { (renamed[$0.source.index], $0.matrix) }
            renamed.append(
                builder.affine(terms, bias: map.bias, shape: node.shape, origin: node.origin))
        case .product(let left, let right):
            renamed.append(
                builder.product(
                    renamed[left.index], renamed[right.index], shape: node.shape,
                    origin: node.origin))
        case .input, .activation(_, .function):
            renamed.append(builder.append(node.operation, shape: node.shape, origin: node.origin))
        }
    }

    private mutating func appendFitted(
        _ fit: FittedActivation, to value: ValueID, node: Network.Node
    ) -> ValueID {
        let interval = fit.series.interval
        let count = node.elementCount
        let unit = builder.affine(
            [
                (
                    renamed[value.index],
                    .diagonal(.init(repeating: 1 / interval.radius, count: count))
                )
            ],
            bias: .init(repeating: -interval.center / interval.radius, count: count),
            shape: node.shape, origin: node.origin)
        let series = ChebyshevSeries(
            interval: Interval(-1, 1), coefficients: fit.series.coefficients)
        let normalized = FittedActivation(
            function: fit.function, series: series, maximumError: fit.maximumError)
        return builder.activation(unit, .fitted(normalized), origin: node.origin)
    }

    private mutating func appendPolynomial(
        _ polynomial: PowerPolynomial, to value: ValueID, node: Network.Node
    ) -> ValueID {
        let input = renamed[value.index]
        guard polynomial.degree == 2, !polynomial.isSquare,
            let square = CompletedSquare(polynomial, count: node.elementCount),
            square.largestShift <= Self.largestShift * max(1, ranges[value].magnitude)
        else {
            return builder.activation(input, .polynomial(polynomial), origin: node.origin)
        }
        let shifted = builder.affine(
            [(input, .identity(node.elementCount))], bias: square.shifts, shape: node.shape,
            origin: node.origin)
        let squared = builder.activation(
            shifted, .polynomial(.power(2)), origin: node.origin)
        return builder.affine(
            [(squared, .diagonal(square.factors))], bias: square.constants, shape: node.shape,
            origin: node.origin)
    }
}

/// Center and radius that bring every input element to [-1, 1]; public, part of the card.
public struct InputNormalization: Sendable, Hashable, Codable {
    /// Middle of each element's range.
    public let centers: [Double]
    /// Half of each range's length; positive.
    public let radii: [Double]

    /// Makes a normalization from the elements' ranges; single points get radius 1.
    init(ranges: [Interval]) {
        centers = ranges.map(\.center)
        radii = ranges.map { $0.radius > 0 ? $0.radius : 1 }
    }
}

/// `a x^2 + b x + c = factor (x + shift)^2 + constant`, element by element.
private struct CompletedSquare {
    let factors: [Double]
    let shifts: [Double]
    let constants: [Double]

    /// Nil where a leading coefficient is zero.
    init?(_ polynomial: PowerPolynomial, count: Int) {
        let coefficients = polynomial.coefficients
        let elements = 0..<count
        factors = elements.map { coefficients[2][$0] }
        guard factors.allSatisfy({ $0 != 0 }) else { return nil }
        shifts = elements.map { coefficients[1][$0] / (2 * coefficients[2][$0]) }
        constants = elements.map {
            let linear = coefficients[1][$0]
            return coefficients[0][$0] - linear * linear / (4 * coefficients[2][$0])
        }
        guard (shifts + constants).allSatisfy(\.isFinite) else { return nil }
    }

    var largestShift: Double { shifts.map(abs).max() ?? 0 }
}
