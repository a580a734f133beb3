import CKKS
import Circuits

/// Chooses how many rows share a ciphertext and how far the client expands its input, by counting operations.
struct LayoutSearch {
    let lowering: Lowering
    let parameters: CKKSParameters
    /// Rows of one request.
    let rows: Int

    /// A choice and what it costs for all rows.
    struct Result {
        let choice: LayoutChoice
        /// Cost of all ciphertexts of the request, in transforms of one limb.
        let cost: Double
    }

    /// The cheapest choice; among equals the one with fewer ciphertexts, then without expansion.
    func best() throws -> Result {
        var best: Result?
        for capacity in rowCapacities {
            for distinct in expansions(rowCapacity: capacity) {
                let choice = LayoutChoice(
                    slotCount: parameters.slotCount, rowCapacity: capacity, inputDistinct: distinct)
                let ciphertexts = (rows + capacity - 1) / capacity
                let cost = Double(ciphertexts) * (try self.cost(of: lowering.program(choice)))
                if cost < best?.cost ?? .infinity { best = Result(choice: choice, cost: cost) }
            }
        }
        guard let best else {
            let node = lowering.widestNode
            throw CompileError.tooWide(
                node: node.origin.description, elements: node.elementCount,
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

    private func expansions(rowCapacity: Int) -> [Int?] {
        guard let block = lowering.expansionBlock else { return [nil] }
        let network = lowering.network
        let width = network.inputCount.nextPowerOfTwo
        let positions = parameters.slotCount / rowCapacity
        var list: [Int?] = [nil]
        var distinct = min(block, width)
        while distinct >= 1 {
            if distinct < max(block, 2), block * (width / distinct) <= positions {
                list.append(distinct)
            }
            distinct /= 2
        }
        return list
    }

    /// Cost of one evaluation in transforms of one limb.
    func cost(of program: SlotProgram) throws -> Double {
        var total = 0.0
        for step in program.steps {
            let costs = OperationCosts(parameters: parameters, level: max(1, step.operandLevel))
            switch step.operation {
            case .input, .sum: continue
            case .product: total += costs.fullRotation
            case .polynomial(_, let polynomial):
                let products = Double(polynomial.degree).squareRoot() * 2
                total += max(1, products) * costs.fullRotation
            case .affine:
                if case .linear(let plan) = try program.plan(of: step, parameters: parameters) {
                    total += plan.cost
                }
            }
        }
        return total
    }
}
