import Circuits

/// What a search for layouts has found out: the same maps meet the same layouts again and again.
///
/// One search at a time may use it.
final class PlacementMemory {
    private struct Question: Hashable {
        let id: ValueID
        let sources: [SlotLayout]
    }

    /// All that the cost of a plan depends on.
    struct Plan: Hashable {
        let amounts: [[Int]]
        let folds: [Int]
        let takesRealPart: Bool
        let slotCount: Int
        let costs: OperationCosts
    }

    private var candidates: [Question: [AffinePlacement]] = [:]
    private var expansions: [SlotLayout: [InputExpansion]] = [:]
    private var costs: [Plan: Double] = [:]
    private var plans: [TransformPattern: LinearTransformPlan] = [:]

    /// The ways to evaluate a map of values in given layouts.
    func candidates(
        of id: ValueID, sources: [SlotLayout], _ find: () -> [AffinePlacement]
    ) -> [AffinePlacement] {
        let question = Question(id: id, sources: sources)
        if let known = candidates[question] { return known }
        let found = find()
        candidates[question] = found
        return found
    }

    /// The ways to repeat the input for a map whose result stands in a layout.
    func expansions(result: SlotLayout, _ find: () -> [InputExpansion]) -> [InputExpansion] {
        if let known = expansions[result] { return known }
        let found = find()
        expansions[result] = found
        return found
    }

    /// The plan of an affine step.
    func plan(of pattern: TransformPattern) throws -> LinearTransformPlan {
        if let known = plans[pattern] { return known }
        let found = try pattern.plan()
        plans[pattern] = found
        return found
    }

    /// The cost of a plan.
    func cost(of plan: Plan, _ find: () throws -> Double) rethrows -> Double {
        if let known = costs[plan] { return known }
        let found = try find()
        costs[plan] = found
        return found
    }
}
