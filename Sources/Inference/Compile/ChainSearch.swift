import CKKS
import RealModule

/// Finds parameters for a chain of affine maps and squares, level by level.
///
/// The variance of an output's error is a sum of parts, each falling by two bits with every bit of one scale, of values
/// or of weights; the modulus is a sum of multiples of the same bits. So the smallest modulus spreads the error over the
/// parts in proportion to what their bits cost (Lagrange).
struct ChainSearch {
    let search: ParameterSearch
    let lowering: Lowering
    /// What levels from 1 up are spent on.
    let uses: [LevelUse]
    let degree: Int
    let rescalesLast: Bool
    /// Whether rows encrypted with the public key, whose noise is larger, have a say in the inputs' scale.
    var heedsPublicKey = false

    /// Bits of precision that rows encrypted with the public key may lose where they have a say.
    private static let publicLoss = 3.0
    /// What heeding them may cost, as a part of the evaluation.
    private static let publicCost = 0.05

    /// What a bit of a scale is taken to cost that moves bits from one level to another only.
    private static let movingCost = 0.15
    /// Rounds in which layouts and scales follow each other.
    private static let rounds = 6

    /// The plan whose error is within the target, if the ring holds one.
    ///
    /// Rows encrypted with the public key come out almost as precise where that costs little.
    func best(_ smallestError: inout Double) throws -> CKKSPlan? {
        guard let plan = try cheapest(&smallestError) else { return nil }
        var other = self
        other.heedsPublicKey = true
        guard let heeding = try other.cheapest(&smallestError),
            heeding.weightedCost <= (1 + Self.publicCost) * plan.weightedCost
        else { return plan }
        return heeding
    }

    private func cheapest(_ smallestError: inout Double) throws -> CKKSPlan? {
        guard uses.contains(.affineOfSquares) else {
            return try plan(from: start(), &smallestError) { bits($0, room: $1) }
        }
        for limit in Self.primeLimits {
            let start: Bits? = packed(
                Shares(
                    values: Array(repeating: 0, count: uses.count + 1),
                    plain: Array(repeating: 0, count: uses.count + 1), publicInput: 0),
                limit: limit, room: 1)
            let plan = try plan(from: start.flatMap { try made($0).parameters }, &smallestError) {
                packed($0, limit: limit, room: $1)
            }
            if let plan { return plan }
        }
        return nil
    }

    /// Layouts, the parts of the error that they cause, and the bits that these take, in turn.
    private func plan(
        from start: CKKSParameters?, _ smallestError: inout Double,
        _ solve: (Shares, _ room: Double) -> Bits?
    ) throws -> CKKSPlan? {
        guard var parameters = start else { return nil }
        var room = 1.0
        for _ in 0..<Self.rounds {
            let placed = try search.layout(lowering, parameters, rescalesLast)
            let program = lowering.program(placed.placement)
            let shares = shares(program, parameters)
            let shape = ParameterSearch.shape(of: parameters)
            for _ in 0..<Self.rounds {
                guard let bits = solve(shares, room) else { return nil }
                switch try made(bits) {
                case .parameters(let found): parameters = found
                case .tooFewPrimes:
                    // Half a bit more of every scale: there are more primes the larger they are.
                    room /= 2
                    continue
                case .tooLarge: return nil
                }
                guard ParameterSearch.shape(of: parameters) == shape else { break }
                let noise = NoisePrediction(
                    program: program, parameters: parameters, figures: search.figures(of: program),
                    memory: search.memory)
                let plan = CKKSPlan(
                    lowering: lowering, parameters: parameters, program: program,
                    cost: placed.cost, noise: noise)
                let error = noise.bound(.secretKey) + search.hiding.bound(plan.hidden)
                guard error.isFinite else { return nil }
                if error <= search.errorTarget { return plan }
                smallestError = min(smallestError, error)
                room *= 0.97 * (search.errorTarget / error) * (search.errorTarget / error)
            }
        }
        return nil
    }

    /// Sizes of primes, in bits, that maps of squares divide by; up to 46.5 bits transforms are quickest.
    private static let primeLimits = [38, 40, 42, 44, 45, 46, 46.4, 47, 48, 49, 49.8]

    /// Bits for maps of squares that each divide by one prime, as does the base.
    ///
    /// Scales are as large as primes of `limit` bits allow, weights as small as they may be; nil where that is not enough.
    private func packed(_ shares: Shares, limit: Double, room: Double) -> Bits? {
        let deviation = search.errorTarget / NoisePrediction.deviationsOfBound
        let variance = deviation * deviation * room
        let count = Double(uses.count)
        func bits(_ share: Double, _ part: Double) -> Double {
            share > 0 ? (2 * Double.log2(share / (variance * part))).rounded(.up) / 4 : 0
        }
        var result = Bits(
            values: [limit - capacityBits],
            plain: shares.plain.map { min(60, max(16, bits($0, 0.4 / count))) })
        for (index, use) in uses.enumerated() {
            let level = index + 1
            switch use {
            case .affine:
                result.values.append(max(18, bits(shares.values[level], 0.1)))
            case .affineOfSquares:
                let free = limit + result.values[index] - result.plain[level]
                result.values.append((2 * free).rounded(.down) / 4)
            case .square:
                return nil
            }
        }
        heed(shares, variance, &result)
        fill(&result)
        guard result.values.allSatisfy({ $0 >= 16 && $0 < 80 }) else { return nil }
        let parts =
            zip(shares.values, result.values).map { $0 * Double.exp2(-2 * $1) }
            + zip(shares.plain, result.plain).map { $0 * Double.exp2(-2 * $1) }
        return parts.reduce(0, +) <= variance ? result : nil
    }

    /// Parameters to begin with: the largest uniform scale that the ring holds, within reason.
    private func start() -> CKKSParameters? {
        for bits in stride(from: 36.0, through: 20, by: -2) {
            let uniform = Bits(
                values: Array(repeating: bits, count: uses.count + 1),
                plain: Array(repeating: bits, count: uses.count + 1))
            if let parameters = try? made(uniform).parameters { return parameters }
        }
        return nil
    }

    /// Bits of the scales of values and of weights, by level.
    private struct Bits {
        var values: [Double]
        var plain: [Double]
    }

    /// The part of the variance that each scale is responsible for, at a scale of one.
    private struct Shares {
        var values: [Double]
        var plain: [Double]
        /// Of the inputs' scale where they are encrypted with the public key.
        var publicInput: Double
    }

    private func shares(_ program: SlotProgram, _ parameters: CKKSParameters) -> Shares {
        var noise = NoisePrediction(
            program: program, parameters: parameters, figures: search.figures(of: program),
            memory: search.memory)
        let levels = uses.indices.map { $0 + 1 }
        let silent = Double.exp2(200)
        let single = Double.exp2(30)
        noise.scales.values = Array(repeating: silent, count: uses.count + 1)
        noise.scales.plain = noise.scales.values
        func share(
            _ scale: WritableKeyPath<NoiseScales, Double>, _ mode: EncryptionMode = .secretKey
        ) -> Double {
            noise.scales[keyPath: scale] = single
            defer { noise.scales[keyPath: scale] = silent }
            return (noise.variances(mode, .worst).output.max() ?? 0) * single * single
        }
        return Shares(
            values: (0...uses.count).map { share(\.values[$0]) },
            plain: [0] + levels.map { uses[$0 - 1] == .square ? 0 : share(\.plain[$0]) },
            publicInput: share(\.values[uses.count], .publicKey))
    }

    /// Raises the inputs' scale for rows encrypted with the public key.
    private func heed(_ shares: Shares, _ variance: Double, _ bits: inout Bits) {
        guard heedsPublicKey, shares.publicInput > 0 else { return }
        let least = Double.log2(shares.publicInput / variance) / 2 - Self.publicLoss
        bits.values[uses.count] = max(bits.values[uses.count], (2 * least).rounded(.up) / 2)
    }

    /// Bits that bring the error to the target with the smallest modulus; `room` corrects the target variance.
    private func bits(_ shares: Shares, room: Double) -> Bits? {
        let deviation = search.errorTarget / NoisePrediction.deviationsOfBound
        let variance = deviation * deviation * room
        guard variance > 0, variance.isFinite else { return nil }
        let costs = (0...uses.count).map(cost)
        let total =
            zip(costs, shares.values).reduce(0) { $0 + ($1.1 > 0 ? $1.0 : 0) }
            + Double(shares.plain.count { $0 > 0 })
        func bits(_ share: Double, _ cost: Double) -> Double {
            guard share > 0 else { return 0 }
            return (2 * Double.log2(share * total / (variance * cost))).rounded(.up) / 4
        }
        var result = Bits(
            values: zip(shares.values, costs).map { max(16, bits($0, $1)) },
            plain: shares.plain.map { max(10, bits($0, 1)) })
        heed(shares, variance, &result)
        fill(&result)
        return (result.values + result.plain).allSatisfy { $0 < 100 } ? result : nil
    }

    /// Bits of the modulus that a bit of the scale of a level's values costs: what the level below them divides by, less
    /// what the level above divides by.
    private func cost(level: Int) -> Double {
        let below = level == 0 ? 1.0 : uses[level - 1] == .affine ? 1 : 2
        let above = level == uses.count ? 0.0 : 1
        return max(below - above, Self.movingCost)
    }

    /// Raises bits until every level divides by a prime that exists.
    private func fill(_ bits: inout Bits) {
        let least = Double.log2(4 * Double(degree)) + 4
        for level in stride(from: uses.count, to: 0, by: -1) {
            let missing = least - groupBits(bits, level)
            guard missing > 0 else { continue }
            switch uses[level - 1] {
            case .affine, .affineOfSquares: bits.plain[level] += missing
            case .square: bits.values[level - 1] -= missing
            }
        }
    }

    /// Bits of the base group above the lowest scale: the output, its sign, and one against rounding at the edge.
    private var capacityBits: Double {
        max(0, Double.log2(search.outputCapacity).rounded(.up)) + 2
    }

    private func groupBits(_ bits: Bits, _ level: Int) -> Double {
        let own =
            switch uses[level - 1] {
            case .affine: bits.values[level] + bits.plain[level]
            case .affineOfSquares: 2 * bits.values[level] + bits.plain[level]
            case .square: 2 * bits.values[level]
            }
        return own - bits.values[level - 1]
    }

    /// What comes of some bits.
    private enum Made {
        case parameters(CKKSParameters)
        /// So large a ring has few small primes.
        case tooFewPrimes
        /// The ring does not hold them.
        case tooLarge

        var parameters: CKKSParameters? {
            if case .parameters(let parameters) = self { parameters } else { nil }
        }
    }

    /// Parameters of some bits.
    private func made(_ bits: Bits) throws -> Made {
        let levels = CKKSLevels(
            baseBits: max(20, bits.values[0] + capacityBits),
            groupBits: uses.indices.map { groupBits(bits, $0 + 1) }, scaleBits: bits.values,
            productLevels: Set(uses.indices.filter { uses[$0] == .square }.map { $0 + 1 }),
            switchesKeys: lowering.needsKeySwitching)
        do throws(CKKSError) {
            return .parameters(
                try CKKSParameters.make(degree: degree, levels: levels, security: search.security))
        } catch {
            switch error {
            case .notEnoughPrimes: return .tooFewPrimes
            case .insecure, .noSecureModulus, .invalidParameter: return .tooLarge
            default: throw error
            }
        }
    }
}

extension ParameterSearch {
    /// Layouts depend on scales only through the numbers of limbs.
    static func shape(of parameters: CKKSParameters) -> [Int] {
        (0...parameters.maxLevel).map(parameters.limbCount)
            + [parameters.digitLimbCount, parameters.specialModuli.count]
    }

    /// The cheapest layouts for parameters.
    func layout(
        _ lowering: Lowering, _ parameters: CKKSParameters, _ rescalesLast: Bool
    ) throws -> LayoutSearch.Result {
        try LayoutSearch(
            lowering: lowering, parameters: parameters, rows: rows, rescalesLast: rescalesLast,
            memory: memory
        ).best()
    }
}
