import CKKS

extension SlotArithmetic {
    /// Checks number, level and scale of a circuit's operands.
    func check(
        _ operands: [Ciphertext], count: Int, level: Int, scale: Double? = nil, _ circuit: String
    ) throws(CircuitsError) {
        guard operands.count == count else {
            throw .operandCount(circuit: circuit, found: operands.count, expected: count)
        }
        guard level <= parameters.maxLevel else {
            throw .levelOutOfRange(circuit: circuit, level: level, maximum: parameters.maxLevel)
        }
        for (index, operand) in operands.enumerated() {
            let found = self.level(of: operand)
            guard found == level else {
                throw .operandMismatch(
                    circuit: circuit, index: index,
                    reason: "is at level \(found), the plan is for level \(level); "
                        + (found > level ? "dropLevel it" : "plan for its level"))
            }
            let target = scale ?? parameters.scale(atLevel: level)
            guard abs(self.scale(of: operand) - target) <= 0x1p-45 * target else {
                throw .operandMismatch(
                    circuit: circuit, index: index,
                    reason: scale == nil
                        ? "is not on the scale of level \(level); rescale pending products first"
                        : "is not on the scale that the plan was prepared for")
            }
        }
    }
}
