import Circuits

/// Turns a network into steps on ciphertexts: levels from the output backward, layouts from a choice.
///
/// The network holds no function without a polynomial.
struct Lowering {
    let network: Network
    /// What operations take, for the splits of rotations.
    let weights: OperationWeights
    /// Values that are sums of elements, made by rotations alone.
    private let folds: Set<ValueID>
    /// Squares that the next affine step divides.
    private let pendingSquares: Set<ValueID>
    /// Values the output depends on, in topological order.
    private let live: [ValueID]
    /// Levels each value's operation consumes.
    private let depths: [ValueID: Int]
    /// Level at which each live value is made.
    private let levels: [ValueID: Int]

    /// Takes a network apart.
    ///
    /// - Parameters:
    ///   - network: a network without functions.
    ///   - folds: its values that are sums of elements, each in one.
    ///   - weights: what operations take.
    ///   - postponesRescales: whether squares go to the next affine step without a rescale of their own, where they can.
    init(
        _ network: Network, folds: Set<ValueID> = [], weights: OperationWeights = .assumed,
        postponesRescales: Bool = false
    ) throws {
        self.network = network
        self.weights = weights
        self.folds = folds
        var reached: Set<ValueID> = [network.output]
        for id in network.valueIDs.reversed() where reached.contains(id) {
            reached.formUnion(network[id].operation.sources)
        }
        guard reached.contains(network.input) else { throw CompileError.constantOutput }
        live = network.valueIDs.filter(reached.contains)
        var depths: [ValueID: Int] = [:]
        let pending =
            postponesRescales ? Self.pendingSquares(in: network, live: live, folds: folds) : []
        pendingSquares = pending
        for id in live where pending.contains(id) { depths[id] = 0 }
        for id in live where depths[id] == nil {
            depths[id] = folds.contains(id) ? 0 : try Self.depth(of: network[id], in: network)
        }
        self.depths = depths
        levels = Self.levels(network: network, live: live, depths: depths)
    }

    /// Levels from the input to the output.
    var inputLevel: Int { levels[network.input] ?? 0 }

    /// Smallest number of positions that hold every tensor of one row.
    var widestPeriod: Int {
        live.map { network[$0].elementCount.nextPowerOfTwo }.max() ?? 1
    }

    /// The node of the widest tensor.
    var widestNode: Network.Node {
        network[live.max { network[$0].elementCount < network[$1].elementCount } ?? network.input]
    }

    /// Whether any step rotates or multiplies ciphertexts.
    var needsKeySwitching: Bool {
        live.contains { id in
            switch network[id].operation {
            case .input: return false
            case .activation, .product: return true
            case .affine where folds.contains(id): return true
            case .affine(let map):
                return (depths[id] ?? 0) > 0
                    && (network[id].elementCount > 1
                        || map.terms.contains { network[$0.source].elementCount > 1 })
            }
        }
    }

    /// Values that stand at level 0, where the modulus is smallest.
    var lowestValues: [ValueID] { live.filter { levels[$0] == 0 } }

    /// The values of the steps, in their order.
    var values: [ValueID] { live }

    /// The single affine map that reads the input, if the client may expand its input for it.
    var expandableReader: (id: ValueID, matrix: SparseMatrix)? {
        let readers = live.filter { network[$0].operation.sources.contains(network.input) }
        guard readers.count == 1, case .affine(let map) = network[readers[0]].operation,
            map.terms.count == 1, depths[readers[0]] == 1, network.output != network.input
        else { return nil }
        return (readers[0], map.terms[0].matrix)
    }

    /// Whether values follow one another without branches, so that each may stand where it likes.
    var isChain: Bool {
        var readers: [ValueID: Int] = [:]
        for id in live {
            let sources = network[id].operation.sources
            if sources.count > 1 || isSum(id) { return false }
            for source in sources { readers[source, default: 0] += 1 }
        }
        return readers.values.allSatisfy { $0 == 1 }
    }

    /// Whether positions of a value that hold no element may hold partial sums: all that follows before the next
    /// affine map is of low degree, and the client does not see it.
    func allowsPartialSums(_ id: ValueID) -> Bool {
        guard id != network.output else { return false }
        return live.allSatisfy { reader in
            guard network[reader].operation.sources.contains(id) else { return true }
            switch network[reader].operation {
            case .affine where folds.contains(reader): return allowsPartialSums(reader)
            case .affine: return !isSum(reader)
            case .activation(_, let activation):
                return (activation.polynomialDegree ?? .max) <= 2 && allowsPartialSums(reader)
            case .input, .product: return false
            }
        }
    }

    /// Whether a value is a sum without matrices, which costs no level.
    func isSum(_ id: ValueID) -> Bool {
        if case .affine = network[id].operation { return depths[id] == 0 && !folds.contains(id) }
        return false
    }

    /// The matrix of a value that is a sum of elements, made by rotations alone.
    func fold(_ id: ValueID) -> SparseMatrix? {
        guard folds.contains(id), case .affine(let map) = network[id].operation else { return nil }
        return map.terms[0].matrix
    }

    /// The sums that a value goes into, by pointwise functions only.
    func nextFold(after id: ValueID) -> SparseMatrix? {
        for reader in live where network[reader].operation.sources.contains(id) {
            if let matrix = fold(reader) { return matrix }
            if case .activation = network[reader].operation { return nextFold(after: reader) }
        }
        return nil
    }

    /// Levels that a value's operation takes.
    func depth(of id: ValueID) -> Int { depths[id] ?? 0 }

    /// Level to which the operands of a value are brought.
    func operandLevel(of id: ValueID) -> Int { (levels[id] ?? 0) + (depths[id] ?? 0) }

    /// The program with every value in its place.
    func program(_ placement: Placement) -> SlotProgram {
        let inputs = placement.expansion?.layouts ?? [placement.plain(network.inputCount)]
        var steps = inputs.map { layout in
            SlotProgram.Step(
                operation: .input, operandLevel: inputLevel, level: inputLevel, layout: layout,
                origin: network[network.input].origin)
        }
        var index: [ValueID: Int] = [network.input: 0]
        for id in live.dropFirst() {
            let node = network[id]
            index[id] = steps.count
            steps.append(
                SlotProgram.Step(
                    operation: operation(of: id, index: index, placement),
                    operandLevel: operandLevel(of: id), level: levels[id] ?? 0,
                    layout: placement.layouts[id] ?? placement.plain(node.elementCount),
                    origin: node.origin))
        }
        return SlotProgram(
            steps: steps, output: index[network.output] ?? 0, weights: weights)
    }

    private func operation(
        of id: ValueID, index: [ValueID: Int], _ placement: Placement
    ) -> SlotProgram.Operation {
        func step(_ id: ValueID) -> Int { index[id] ?? 0 }
        let node = network[id]
        switch node.operation {
        case .input:
            return .input
        case .affine(let map) where isSum(id):
            return .sum(map.terms.map { step($0.source) }, bias: map.bias)
        case .affine(let map) where folds.contains(id):
            return .fold(source: step(map.terms[0].source), map.terms[0].matrix)
        case .affine(let map):
            guard let chosen = placement.affine[id] else { return .input }
            let terms =
                placement.expansion != nil && map.terms[0].source == network.input
                ? (placement.expansion?.matrices ?? []).enumerated().map { ($0.offset, $0.element) }
                : map.terms.map { (step($0.source), $0.matrix) }
            return .affine(
                terms: zip(terms, chosen.amounts).map {
                    SlotProgram.Term(source: $0.0, matrix: $0.1, amounts: $1)
                }, bias: map.bias, gathering: chosen.gathering,
                rescalesLast: placement.rescalesLast && id != network.output)
        case .activation(let source, _) where pendingSquares.contains(id):
            return .pendingSquare(source: step(source))
        case .activation(let source, let activation):
            return .polynomial(source: step(source), activation.slotPolynomial(node.elementCount))
        case .product(let left, let right):
            return .product(step(left), step(right))
        }
    }

    private static func depth(of node: Network.Node, in network: Network) throws -> Int {
        switch node.operation {
        case .input: return 0
        case .affine(let map):
            let isSum = map.terms.allSatisfy { $0.matrix.isIdentity }
            return isSum ? 0 : 1
        case .product: return 1
        case .activation(_, let activation):
            if case .function(let function) = activation {
                throw InferenceError.functionNotApproximated(
                    node: node.origin.description, function: "\(function)")
            }
            return try activation.slotPolynomial(node.elementCount).depth
        }
    }

    /// As low as the consumers allow: nothing is computed with more limbs than needed.
    private static func levels(
        network: Network, live: [ValueID], depths: [ValueID: Int]
    ) -> [ValueID: Int] {
        var levels: [ValueID: Int] = [network.output: 0]
        for id in live.reversed() {
            let operandLevel = (levels[id] ?? 0) + (depths[id] ?? 0)
            for source in network[id].operation.sources {
                levels[source] = max(levels[source] ?? 0, operandLevel)
            }
        }
        return levels
    }
}

extension Activation {
    /// The polynomial as the circuits evaluate it; a fitted one expects its input in [-1, 1].
    fileprivate func slotPolynomial(_ elementCount: Int) -> SlotProgram.Polynomial {
        switch self {
        case .fitted(let fit):
            return .chebyshev(fit.series.coefficients)
        case .function:
            return .power([0])
        case .polynomial(let polynomial):
            if let shared = polynomial.sharedCoefficients { return .power(shared) }
            return .perElement(
                polynomial.coefficients.map { coefficient in
                    (0..<elementCount).map { coefficient[$0] }
                })
        }
    }
}

extension SlotProgram.Polynomial {
    /// Levels an evaluation consumes.
    var depth: Int {
        get throws {
            // Coefficients per element are never free of an encoded leading coefficient.
            guard case .perElement(let list) = self else {
                let anywhere = SlotLayout.plain(elementCount: 1, slotCount: 1, rowCapacity: 1)
                return try onSlots(anywhere).depth
            }
            return Int.bitWidth - (list.count - 1).leadingZeroBitCount
        }
    }
}
