/// Where something stands in a network, for messages.
struct NetworkPlace: Sendable, Hashable, CustomStringConvertible {
    /// The model's nodes.
    let node: String
    /// What is computed.
    let operation: String
    /// Shape of the result.
    let shape: [Int]
    /// Level at which the result stands; nil before levels are known.
    let level: Int?

    /// For example `/fc1/Gemm (affine map to 1 x 32, level 3)`.
    var description: String {
        let size = shape.isEmpty ? "a number" : shape.map(String.init).joined(separator: " x ")
        return "\(node) (\(operation) to \(size)\(level.map { ", level \($0)" } ?? ""))"
    }
}

extension Network.Node {
    /// Where this is, for messages.
    func place(level: Int? = nil) -> NetworkPlace {
        let kind =
            switch self.operation {
            case .input: "input"
            case .affine: "affine map"
            case .product: "product"
            case .activation(_, .function(let function)): "\(function)"
            case .activation(_, .fitted(let fit)):
                "\(fit.function) by a polynomial of degree \(fit.series.degree)"
            case .activation(_, .polynomial(let polynomial)):
                polynomial.isSquare ? "square" : "polynomial of degree \(polynomial.degree)"
            }
        return NetworkPlace(
            node: origin.description, operation: kind, shape: shape, level: level)
    }
}

extension Lowering {
    /// Where a value is, for messages.
    func place(of id: ValueID) -> NetworkPlace {
        network[id].place(level: operandLevel(of: id))
    }

    /// The first value whose operation needs more levels than there are, counted from the input.
    func end(ofLevels levels: Int) -> NetworkPlace {
        let id =
            values.first { inputLevel - (operandLevel(of: $0) - depth(of: $0)) > levels }
            ?? network.output
        return place(of: id)
    }

    /// What keeps a network from being a chain of affine maps and squares; nil where nothing does.
    var firstThatIsNeither: NetworkPlace? {
        let id = values.dropFirst().first { id in
            switch network[id].operation {
            case .input: return false
            case .affine(let map): return map.terms.count != 1 || isSum(id)
            case .product: return true
            case .activation(_, .polynomial(let polynomial)): return !polynomial.isSquare
            case .activation: return true
            }
        }
        return id.map(place(of:))
    }
}
