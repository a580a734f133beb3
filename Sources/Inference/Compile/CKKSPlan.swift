import CKKS
import RealModule

/// A program with parameters that hold it: what the search found.
struct CKKSPlan {
    let lowering: Lowering
    let parameters: CKKSParameters
    let program: SlotProgram
    /// Cost of one request in transforms of one limb.
    let cost: Double
    /// Predicts the errors.
    let noise: NoisePrediction

    /// Cost with primes counted by how long they take, to compare plans of one ring.
    var weightedCost: Double { cost * parameters.primeWeight }

    /// The noise of answers that may have to be hidden.
    var hidden: HidingPlan.Noise {
        .slots(
            bound: noise.bound(.publicKey), degree: parameters.degree,
            scale: parameters.scale(atLevel: program.steps[program.output].level))
    }
}

/// Finds the smallest ring that holds a network at the asked precision and security.
///
/// For each degree in ascending order the scale grows until the predicted error is below the target; the
/// first degree whose security bound admits the resulting modulus is taken.
struct ParameterSearch {
    let lowering: Lowering
    /// The same network with squares that the next affine step divides; nil where there are none.
    let postponing: Lowering?
    /// Figures of every live value, in order.
    let figures: [ValueFigures]
    /// Values that level 0 must hold, headroom included.
    let outputCapacity: Double
    /// Largest error an output may have.
    let errorTarget: Double
    let rows: Int
    let security: SecurityLevel
    let hiding: HidingPlan
    /// Asked precision, for messages.
    let precisionBits: Int

    /// What searches for layouts find out on the way.
    let memory = PlacementMemory()

    private static let scaleRange = 22...100

    func best() throws -> CKKSPlan {
        var lastError: (any Error)?
        var smallestError = Double.infinity
        for exponent in 10...16 {
            let degree = 1 << exponent
            guard degree / 2 >= lowering.widestPeriod else { continue }
            do {
                if let plan = try plan(degree: degree, &smallestError) { return plan }
            } catch let error as CKKSError {
                lastError = error
            }
        }
        if lowering.widestPeriod > 1 << 15 {
            let node = lowering.widestNode
            throw CompileError.tooWide(
                node: node.place().description, elements: node.elementCount, limit: 1 << 15)
        }
        if let lastError { throw lastError }
        throw refusal(smallestError: smallestError)
    }

    /// The refusal of a network that no ring holds: how far the levels of the largest one reach, or its precision.
    private func refusal(smallestError: Double) -> CompileError {
        let degree = 1 << 16
        // The scale that the asked precision takes, as far as a shallower network of this kind tells.
        let scaleBits = min(Self.scaleRange.upperBound, max(Self.scaleRange.lowerBound, asked))
        let bound = Double(
            SecurityBound.maximumModulusBits(degree: degree, security: security) ?? 0)
        let base = scaleBits + max(0, Int(Double.log2(outputCapacity).rounded(.up))) + 2
        let levels =
            (0...lowering.inputLevel).last {
                CKKSShape(
                    baseBits: base, scaleBits: scaleBits, levels: $0,
                    digits: lowering.needsKeySwitching ? .smallestModulus : .none
                ).minimumLogQP <= bound
            } ?? 0
        guard levels < lowering.inputLevel || smallestError == .infinity else {
            return .precisionOutOfReach(
                bits: precisionBits,
                reached: Double(precisionBits) - Double.log2(smallestError / errorTarget))
        }
        return .tooDeep(
            depth: lowering.inputLevel, levels: levels,
            at: lowering.end(ofLevels: levels).description, scaleBits: scaleBits,
            security: security.rawValue)
    }

    /// Bits of a scale at which one rounding in the largest ring is within the error that is allowed.
    private var asked: Int {
        let noise = 16 * Double.exp2(15) / max(errorTarget, 0x1p-60)
        return noise.isFinite ? Int(Double.log2(noise).rounded(.up)) : 0
    }

    /// Figures of every step of a program.
    func figures(of program: SlotProgram) -> [ValueFigures] {
        let inputs = program.inputLayouts.count
        return program.steps.indices.map { figures[max(0, $0 - inputs + 1)] }
    }

    /// The cheapest plan in a ring.
    private func plan(degree: Int, _ smallestError: inout Double) throws -> CKKSPlan? {
        var best: CKKSPlan?
        for lowering in [lowering, postponing].compactMap(\.self) {
            for rescalesLast in [false, true] {
                let plan: CKKSPlan?
                if let uses = lowering.levelUses {
                    plan = try ChainSearch(
                        search: self, lowering: lowering, uses: uses, degree: degree,
                        rescalesLast: rescalesLast
                    ).best(&smallestError)
                } else {
                    plan = try uniformPlan(degree: degree, rescalesLast, &smallestError)
                }
                guard let plan else { continue }
                if plan.weightedCost < best?.weightedCost ?? .infinity { best = plan }
                break
            }
        }
        return best
    }

    /// A plan whose levels all have the same scale.
    private func uniformPlan(
        degree: Int, _ rescalesLast: Bool, _ smallestError: inout Double
    ) throws -> CKKSPlan? {
        var known: (shape: [Int], layout: LayoutSearch.Result)?
        var scaleBits = Self.scaleRange.lowerBound
        while Self.scaleRange.contains(scaleBits) {
            let found = shape(degree: degree, scaleBits: scaleBits).map { made($0, degree: degree) }
            if case .failure(.notEnoughPrimes) = found {
                scaleBits += 1
                continue
            }
            guard let parameters = try found?.get() else { return nil }
            // Layouts depend on the scale only through the numbers of limbs.
            let shape =
                (0...parameters.maxLevel).map(parameters.limbCount)
                + [parameters.digitLimbCount, parameters.specialModuli.count]
            let search = LayoutSearch(
                lowering: lowering, parameters: parameters, rows: rows, rescalesLast: rescalesLast,
                memory: memory)
            let layout =
                try known.flatMap { $0.shape == shape ? $0.layout : nil } ?? search.best()
            known = (shape, layout)
            let program = lowering.program(layout.placement)
            let noise = NoisePrediction(
                program: program, parameters: parameters, figures: figures(of: program),
                memory: memory)
            let plan = CKKSPlan(
                lowering: lowering, parameters: parameters, program: program, cost: layout.cost,
                noise: noise)
            let error = noise.bound(.secretKey) + hiding.bound(plan.hidden)
            if error <= errorTarget { return plan }
            smallestError = min(smallestError, error)
            guard error.isFinite, errorTarget > 0 else {
                throw CompileError.valuesTooLarge(
                    node: lowering.place(of: lowering.network.output).description,
                    magnitude: outputCapacity)
            }
            // The error falls by one bit with every bit of the scale.
            let missing = Double.log2(error / errorTarget)
            guard missing.isFinite else { return nil }
            scaleBits += max(1, Int(missing.rounded(.down)))
        }
        return nil
    }

    /// Parameters of a shape; nil for a modulus that a rounding of its primes puts above the bound.
    private func made(_ shape: CKKSShape, degree: Int) -> Result<CKKSParameters?, CKKSError> {
        do throws(CKKSError) {
            let parameters = try CKKSParameters.make(
                degree: degree, baseBits: shape.baseBits, scaleBits: shape.scaleBits,
                levels: shape.levels, digits: shape.digits, security: security)
            return .success(parameters)
        } catch {
            if case .insecure = error { return .success(nil) }
            return .failure(error)
        }
    }

    /// The shape for a scale, or nil when the security bound refuses it.
    private func shape(degree: Int, scaleBits: Int) -> CKKSShape? {
        let capacityBits = max(0, Int(Double.log2(outputCapacity).rounded(.up)))
        // One bit for the sign, one against rounding at the edge.
        let shape = CKKSShape(
            baseBits: scaleBits + capacityBits + 2, scaleBits: scaleBits,
            levels: lowering.inputLevel, digits: lowering.needsKeySwitching ? .automatic : .none)
        guard let bound = SecurityBound.maximumModulusBits(degree: degree, security: security),
            shape.minimumLogQP <= Double(bound)
        else { return nil }
        return shape
    }
}
