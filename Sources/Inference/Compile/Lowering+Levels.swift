/// What a level of a chain of affine maps and squares is spent on.
enum LevelUse: Hashable {
    /// An affine map of values on their level's scale.
    case affine
    /// An affine map of squares that were not rescaled.
    case affineOfSquares
    /// A square.
    case square
}

extension Lowering {
    /// What every level from 1 up is spent on; nil unless the network is a chain of affine maps and squares.
    var levelUses: [LevelUse]? {
        guard isChain, inputLevel > 0 else { return nil }
        var uses = [LevelUse?](repeating: nil, count: inputLevel)
        var isPending = false
        for id in values.dropFirst() {
            switch network[id].operation {
            case .input, .product:
                return nil
            case .affine where fold(id) != nil:
                continue
            case .affine:
                uses[operandLevel(of: id) - 1] = isPending ? .affineOfSquares : .affine
                isPending = false
            case .activation(_, .polynomial(let polynomial)) where polynomial.isSquare:
                if depth(of: id) == 0 {
                    isPending = true
                } else {
                    uses[operandLevel(of: id) - 1] = .square
                }
            case .activation:
                return nil
            }
        }
        let whole = uses.compactMap(\.self)
        return whole.count == uses.count ? whole : nil
    }

    /// Squares that only affine maps with matrices read, sums by rotations between them allowed, in chains.
    static func pendingSquares(
        in network: Network, live: [ValueID], folds: Set<ValueID>
    ) -> Set<ValueID> {
        var readers: [ValueID: [ValueID]] = [:]
        for id in live {
            for source in network[id].operation.sources { readers[source, default: []].append(id) }
        }
        guard readers.values.allSatisfy({ $0.count == 1 }) else { return [] }
        func endsInMatrix(_ id: ValueID) -> Bool {
            guard let reader = readers[id]?.first,
                case .affine(let map) = network[reader].operation, map.terms.count == 1
            else { return false }
            if folds.contains(reader) { return endsInMatrix(reader) }
            return !map.terms[0].matrix.isIdentity
        }
        return Set(
            live.filter { id in
                guard case .activation(_, .polynomial(let polynomial)) = network[id].operation
                else {
                    return false
                }
                return polynomial.isSquare && endsInMatrix(id)
            })
    }
}
