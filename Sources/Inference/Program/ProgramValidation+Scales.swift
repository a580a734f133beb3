import CKKS

extension SlotProgram {
    /// Least factor by which a ciphertext may be multiplied on its way to a lower level: the factor is rounded to an integer.
    fileprivate static let leastFactor = 0x1p16

    /// Whether a step can work on the scales it meets: squares that wait go to steps that take them, products to levels whose
    /// scale follows from them, and plaintexts and factors are large enough to be rounded.
    ///
    /// - Parameters:
    ///   - step: a step whose levels and sources were checked.
    ///   - pending: what `pendingSteps` says.
    ///   - parameters: scales and moduli.
    func scalesFit(_ step: Step, _ pending: [Bool], _ parameters: CKKSParameters) -> Bool {
        let sources = step.operation.sources
        let level = step.operandLevel
        let scale = parameters.scale(atLevel: level)
        let waiting = sources.filter { pending[$0] }
        // What waits stands where it is read; everything else comes down exactly enough.
        guard waiting.allSatisfy({ steps[$0].level == level }),
            sources.allSatisfy({
                pending[$0] || parameters.drops(from: steps[$0].level, to: level)
            })
        else { return false }
        switch step.operation {
        case .affine(let terms, _, _, _):
            guard waiting.isEmpty || waiting.count == terms.count else { return false }
            let source = waiting.isEmpty ? scale : scale * scale
            return parameters.pendingScale(atLevel: level) >= 2 * source
        case .fold:
            return true
        case .polynomial, .product:
            return waiting.isEmpty
                && (step.level..<level).allSatisfy { parameters.isRegular(level: $0 + 1) }
        case .pendingSquare:
            return waiting.isEmpty
                && 2 * Double(scale.exponent + 1) < parameters.logQ(atLevel: level)
        case .input, .sum:
            return waiting.isEmpty
        }
    }
}

extension CKKSParameters {
    /// The scale from which a rescale at a level leads to the scale below.
    fileprivate func pendingScale(atLevel level: Int) -> Double {
        scale(atLevel: level - 1) * groupProduct(atLevel: level)
    }

    /// Whether products of ciphertexts at a level rescale to the scale below.
    fileprivate func isRegular(level: Int) -> Bool {
        let (scale, pending) = (scale(atLevel: level), pendingScale(atLevel: level))
        return abs(scale * scale - pending) <= 0x1p-45 * pending
    }

    /// Whether a value at one level can be brought to another's scale by an integer factor, nearly exactly.
    fileprivate func drops(from upper: Int, to lower: Int) -> Bool {
        upper == lower
            || pendingScale(atLevel: lower + 1) >= SlotProgram.leastFactor * scale(atLevel: upper)
    }
}
