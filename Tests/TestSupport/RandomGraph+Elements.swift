import Foundation

/// Arithmetic, polynomials and functions, element by element.
extension RandomGraph {
    mutating func withConstant(_ name: String, _ x: PlainTensor) {
        var shape = x.shape.map { integer(0, 1) == 0 ? $0 : 1 }
        shape[0] = 1
        let other = real(Array(shape.suffix(integer(0, shape.count))))
        let first = integer(0, 1) == 0
        let kinds: [(String, (Double, Double) -> Double)] = [
            ("Add", { $0 + $1 }), ("Sub", { $0 - $1 }), ("Mul", { $0 * $1 }),
        ]
        if integer(0, 3) == 0 {
            let divisor = other.map { abs($0) < 0.3 ? 0.75 : $0 }
            node(
                "Div", [name, constant(divisor)], [:],
                PlainTensor(x.shape) { x[$0] / divisor.broadcast($0) })
            return
        }
        let (kind, body) = pick(kinds)
        let known = constant(other)
        node(
            kind, first ? [known, name] : [name, known], [:],
            PlainTensor(x.shape) {
                first ? body(other.broadcast($0), x[$0]) : body(x[$0], other.broadcast($0))
            })
    }

    mutating func pair(_ name: String, _ x: PlainTensor) {
        let other = pick(names(of: x.shape))
        let y = tensor(other)
        switch integer(0, 3) {
        case 0: node("Add", [name, other], [:], PlainTensor(x.shape) { x[$0] + y[$0] })
        case 1: node("Sub", [name, other], [:], PlainTensor(x.shape) { x[$0] - y[$0] })
        case 2: node("Mul", [name, other], [:], PlainTensor(x.shape) { x[$0] * y[$0] })
        default:
            node(
                "Sum", [name, other, name], [:], PlainTensor(x.shape) { 2 * x[$0] + y[$0] })
        }
    }

    mutating func polynomial(_ name: String, _ x: PlainTensor) {
        if integer(0, 1) == 0 {
            let power = integer(1, 3)
            node(
                "Pow", [name, constant(PlainTensor([], [Double(power)]))], [:],
                x.map { pow($0, Double(power)) })
            return
        }
        // x (a x + b), constants per channel.
        var channels = x.shape.map { _ in 1 }
        channels[1] = x.shape[1]
        let (a, b) = (real(channels), real(channels))
        let scaled = PlainTensor(x.shape) { x[$0] * a.broadcast($0) }
        let inner = PlainTensor(x.shape) { scaled[$0] + b.broadcast($0) }
        let result = PlainTensor(x.shape) { x[$0] * inner[$0] }
        guard result.values.allSatisfy({ abs($0) < 900 }) else { return }
        node("Mul", [name, constant(a)], [:], scaled)
        node("Add", [newest, constant(b)], [:], inner)
        node("Mul", [newest, name], [:], result)
    }

    private var newest: String { outputName }

    mutating func function(_ name: String, _ x: PlainTensor) {
        let sigmoid: (Double) -> Double = { 1 / (1 + exp(-$0)) }
        let softplus: (Double) -> Double = { log(1 + exp($0)) }
        let elu: (Double) -> Double = { $0 > 0 ? $0 : exp($0) - 1 }
        let seluFactor = 1.05070102214813232421875
        let seluAlpha = 1.67326319217681884765625
        let kinds: [(String, [String: GraphWriter.Attribute], (Double) -> Double)] = [
            ("Relu", [:], { max($0, 0) }), ("Sigmoid", [:], sigmoid), ("Tanh", [:], { tanh($0) }),
            ("Softplus", [:], softplus), ("Mish", [:], { $0 * tanh(softplus($0)) }),
            ("Elu", [:], elu), ("LeakyRelu", ["alpha": .float(0.25)], { $0 > 0 ? $0 : 0.25 * $0 }),
            ("HardSwish", [:], { $0 * max(0, min(1, $0 / 6 + 0.5)) }),
            (
                "HardSigmoid", ["alpha": .float(0.25), "beta": .float(0.5)],
                { max(0, min(1, 0.25 * $0 + 0.5)) }
            ),
            ("Selu", [:], { seluFactor * ($0 > 0 ? $0 : seluAlpha * (exp($0) - 1)) }),
            ("Celu", ["alpha": .float(0.5)], { $0 > 0 ? $0 : 0.5 * (exp($0 / 0.5) - 1) }),
            ("Softsign", [:], { $0 / (1 + abs($0)) }), ("Erf", [:], { erf($0) }),
            ("Neg", [:], { -$0 }), ("Identity", [:], { $0 }), ("Dropout", [:], { $0 }),
        ]
        switch integer(0, 9) {
        case 0:
            node("Sigmoid", [name], [:], x.map(sigmoid))
            let y = tensor(newest)
            node("Mul", [name, newest], [:], PlainTensor(x.shape) { x[$0] * y[$0] })
        case 1:
            let slopes = real([x.shape[x.shape.count - 1]])
            node(
                "PRelu", [name, constant(slopes)], [:],
                PlainTensor(x.shape) { x[$0] > 0 ? x[$0] : slopes.broadcast($0) * x[$0] })
        default:
            let (kind, attributes, body) = pick(kinds)
            node(kind, [name], attributes, x.map(body))
        }
    }
}
