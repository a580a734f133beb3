import CKKS
import Circuits

/// Chooses how many rows share a ciphertext and where every tensor stands, by counting operations.
///
/// Values are placed in order; a few cheapest placements of what came before are kept at every step, since where a
/// result stands decides what the next map costs.
struct LayoutSearch {
    let lowering: Lowering
    let parameters: CKKSParameters
    /// Rows of one request.
    let rows: Int
    /// Whether maps inside the network add up before they rescale.
    let rescalesLast: Bool
    /// What earlier searches of the same network found out.
    let memory: PlacementMemory

    /// Whether values may stand on grids.
    var usesGrids = true

    /// Placements kept from one value to the next.
    private static let beamWidth = 8

    /// A choice and what it costs for all rows.
    struct Result {
        var placement: Placement
        /// Cost of all ciphertexts of the request, in transforms of one limb.
        let cost: Double
    }

    /// The cheapest choice; among equals the one with fewer ciphertexts.
    func best() throws -> Result {
        var best: Result?
        for capacity in rowCapacities {
            var start = Placement(slotCount: parameters.slotCount, rowCapacity: capacity)
            start.rescalesLast = rescalesLast
            guard let found = try self.best(from: start) ?? withoutGrids.best(from: start) else {
                continue
            }
            let groups = (rows + capacity - 1) / capacity
            let cost = Double(groups) * found.cost
            if cost < best?.cost ?? .infinity {
                best = Result(placement: found.placement, cost: cost)
            }
        }
        guard let best else {
            let node = lowering.widestNode
            throw CompileError.tooWide(
                node: node.place().description, elements: node.elementCount,
                limit: parameters.slotCount)
        }
        return best
    }

    /// Largest first, so that equal costs prefer fewer ciphertexts.
    private var rowCapacities: [Int] {
        let room = parameters.slotCount / lowering.widestPeriod
        guard room >= 1 else { return [] }
        let most = min(room, rows.nextPowerOfTwo)
        return (0...most.trailingZeroBitCount).reversed().map { 1 << $0 }
    }

    /// For networks whose branches find no common grid where they meet.
    private var withoutGrids: LayoutSearch {
        var search = self
        search.usesGrids = false
        return search
    }

    private func best(from start: Placement) throws -> Result? {
        var beam = inputs(start)
        for id in lowering.values.dropFirst() {
            var next: [Result] = []
            for state in beam { next += try extended(state, by: id) }
            beam = Array(next.sorted { $0.cost < $1.cost }.prefix(Self.beamWidth))
        }
        return beam.first
    }

    /// The input plain, or expanded for the one map that reads it.
    private func inputs(_ start: Placement) -> [Result] {
        var plain = start
        plain.layouts[lowering.network.input] = start.plain(lowering.network.inputCount)
        var list = [Result(placement: plain, cost: 0)]
        guard let reader = lowering.expandableReader else { return list }
        let sums = lowering.nextFold(after: reader.id)
        guard
            let result = sums.map({ start.unfolded($0) }) ?? start.plain(reader.matrix.rowCount)
        else { return [] }
        let expansions = memory.expansions(result: result) {
            InputExpansions(matrix: reader.matrix, placement: start, result: result).all()
        }
        for expansion in expansions {
            var placement = start
            placement.expansion = expansion
            placement.affine[reader.id] = expansion.placement
            // What the client pays for further ciphertexts.
            let extra = Self.clientCost(
                ciphertexts: expansion.layouts.count, parameters: parameters,
                level: lowering.inputLevel)
            list.append(Result(placement: placement, cost: extra))
        }
        return list
    }

    /// What the client pays for the ciphertexts of a group after the first, in transforms.
    static func clientCost(ciphertexts: Int, parameters: CKKSParameters, level: Int) -> Double {
        Double(ciphertexts - 1) * 16 * Double(parameters.limbCount(atLevel: level))
    }

    private func extended(_ state: Result, by id: ValueID) throws -> [Result] {
        let node = lowering.network[id]
        let level = lowering.operandLevel(of: id)
        let costs = OperationCosts(
            parameters: parameters, level: max(1, level),
            rescalesLast: rescalesLast && id != lowering.network.output,
            weights: lowering.weights)
        let switching = OperationCosts(
            parameters: parameters, level: level, rescalesLast: true, weights: lowering.weights
        ).fullRotation
        func with(_ layout: SlotLayout?, _ cost: Double) -> [Result] {
            var placement = state.placement
            placement.layouts[id] = layout
            return [Result(placement: placement, cost: state.cost + cost)]
        }
        /// Where its sources stand, if that is one place.
        func together(_ sources: [ValueID], _ cost: Double) -> [Result] {
            let layouts = Set(sources.map { state.placement.layouts[$0] })
            guard layouts.count == 1 else { return [] }
            var next = with(state.placement.layouts[sources[0]], cost)
            next[0].placement.grids[id] = state.placement.grids[sources[0]]
            return next
        }
        switch node.operation {
        case .input:
            return [state]
        case .product(let left, let right):
            return together([left, right], switching)
        case .activation(let source, let activation):
            let degree = activation.polynomialDegree ?? 2
            let products = degree == 2 ? 1 : Double(degree).squareRoot() * 2
            return together([source], products * switching)
        case .affine(let map) where lowering.isSum(id):
            return together(map.terms.map(\.source), 0)
        case .affine(let map) where lowering.fold(id) != nil:
            let matrix = map.terms[0].matrix
            guard let source = state.placement.layouts[map.terms[0].source],
                let layout = state.placement.folded(matrix, from: source)
            else { return [] }
            let sums = Double((source.period / layout.period).trailingZeroBitCount)
            return with(layout, sums * switching)
        case .affine(let map):
            let list =
                state.placement.affine[id].map { [$0] }
                ?? candidates(of: id, map, state.placement)
            return try list.map { candidate in
                var placement = state.placement
                placement.affine[id] = candidate
                placement.layouts[id] = candidate.layout
                placement.grids[id] = candidate.grid
                let cost = try self.cost(candidate, map, in: placement, level: level, costs)
                return Result(placement: placement, cost: state.cost + cost)
            }
        }
    }

    private func candidates(
        of id: ValueID, _ map: Network.AffineMap, _ placement: Placement
    ) -> [AffinePlacement] {
        let sources = map.terms.compactMap { placement.layouts[$0.source] }
        return memory.candidates(of: id, sources: sources) {
            placement.candidates(
                map, count: lowering.network[id].elementCount, isFree: lowering.isChain,
                allowsPartialSums: lowering.allowsPartialSums(id),
                sums: lowering.nextFold(after: id), grids: grids(for: id, map, placement))
        }.filter { usesGrids || $0.grid == nil }
    }

    /// The grids on which the result of a map may stand, from where its source stands.
    private func grids(
        for id: ValueID, _ map: Network.AffineMap, _ placement: Placement
    ) -> [TensorGrid] {
        guard lowering.nextFold(after: id) == nil, map.terms.count == 1,
            let source = placement.layouts[map.terms[0].source]
        else { return [] }
        let network = lowering.network
        let plain =
            source.plainStride == 1 ? TensorGrid.plain(network[map.terms[0].source].shape) : []
        let grids = placement.grids[map.terms[0].source].map { [$0] } ?? plain
        return grids.compactMap { $0.shrunk(to: network[id].shape) }
    }

    private func cost(
        _ candidate: AffinePlacement, _ map: Network.AffineMap, in placement: Placement, level: Int,
        _ costs: OperationCosts
    ) throws -> Double {
        let isExpanded =
            map.terms[0].source == lowering.network.input && placement.expansion != nil
        let sources =
            isExpanded
            ? placement.expansion?.layouts ?? []
            : map.terms.compactMap { placement.layouts[$0.source] }
        let matrix = SlotMatrix(
            sources.map { SlotMatrix.Term(map.terms[0].matrix, source: $0, amounts: []) },
            result: candidate.layout, gathering: candidate.gathering)
        let plan = PlacementMemory.Plan(
            amounts: candidate.amounts.map { $0.map { $0 * placement.rowCapacity } },
            folds: matrix.folds, takesRealPart: matrix.takesRealPart,
            slotCount: placement.slotCount, costs: costs)
        return try memory.cost(of: plan) {
            try LinearTransformPlan(
                amounts: [plan.amounts], folds: plan.folds, takesRealPart: plan.takesRealPart,
                slotCount: plan.slotCount, level: level, costs: costs
            ).cost
        }
    }
}
