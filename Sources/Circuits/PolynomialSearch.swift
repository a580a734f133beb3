/// Chooses how a polynomial is cut into products, at minimal depth.
///
/// Baby and giant powers as Paterson and Stockmeyer (SIAM Journal on Computing 2, 1973), the leading
/// branch cut down to degree 1 so that its coefficients cost no extra level (as Bossuat et al.,
/// EUROCRYPT 2021, section 5.1). A branch of depth k is rescale(sum of q_j · B_m + sum of c_i B_i),
/// every operand of the sum at depth k - 1 or less.
/// The search runs over sets of baby powers 1...b and giants g, 2g, 4g, …, and for each set finds the
/// cheapest cuts by dynamic programming on the pattern of non-zero coefficients.
struct PolynomialSearch {
    let basis: PolynomialBasis
    let pattern: [Bool]
    /// Depth of the operands of the outermost sum.
    let depth: Int

    /// Cuts of a pattern at a depth: the giants to split at, in order; the rest is a sum of available powers.
    struct Cuts {
        var giants: [Int] = []
    }

    /// Relative costs of the steps.
    private enum Cost {
        static let product = 0.3
        static let relinearization = 6.0
        static let rescale = 1.5
        static let term = 0.1
        static var power: Double { product + relinearization + rescale }
    }

    /// The best set of powers with its cuts.
    struct Choice {
        let available: Set<Int>
        let cost: Double
        let solver: Solver
    }

    /// The cheapest choice; nil when the depth is too small.
    ///
    /// - Parameter forced: powers needed in any case.
    func best(forced: Set<Int> = []) -> Choice? {
        var best: Choice?
        let degree = pattern.count - 1
        for (babies, giants) in Self.candidates(degree: degree, isOdd: isOdd) {
            var solver = Solver(
                basis: basis, available: babies.union(giants).union([1]), giants: giants)
            guard let cost = solver.cost(of: pattern, depth: depth) else { continue }
            let used = solver.usedPowers(pattern, depth: depth).union(forced)
            let powers = PowerGeneration(basis: basis, needed: used).steps.count
            let total = cost + Double(powers) * Cost.power
            if total < best?.cost ?? .infinity {
                best = Choice(available: solver.available, cost: total, solver: solver)
            }
        }
        return best
    }

    private var isOdd: Bool {
        pattern.indices.allSatisfy { $0 == 0 || $0 % 2 == 1 || !pattern[$0] }
    }

    private static func candidates(
        degree: Int, isOdd: Bool
    ) -> [(babies: Set<Int>, giants: [Int])] {
        guard degree >= 2 else { return [([1], [])] }
        let root = Int(Double(degree).squareRoot().rounded(.up))
        var result: [(babies: Set<Int>, giants: [Int])] = []
        for b in 1...min(degree, 2 * root + 1) {
            let powerOfTwo = 1 << (b + 1).ceilingLog2
            for g in Set([max(b - 1, 2), max(b, 2), b + 1, b + 2, powerOfTwo]) where g <= degree {
                var giants: [Int] = []
                var giant = g
                while giant <= degree {
                    giants.append(giant)
                    giant *= 2
                }
                result.append((Set(1...b), giants))
                if degree <= 16 { result.append((Set(1...b), Array(2...max(b, 2)) + giants)) }
            }
        }
        return result
    }
}

extension PolynomialSearch {
    /// Dynamic programming over patterns for one set of available powers.
    struct Solver {
        let basis: PolynomialBasis
        let available: Set<Int>
        let giants: [Int]
        private var known: [State: Solution?] = [:]

        private struct State: Hashable {
            let pattern: [Bool]
            let depth: Int
        }

        private struct Solution {
            let cost: Double
            let giant: Int?
            let hasProduct: Bool
        }

        init(basis: PolynomialBasis, available: Set<Int>, giants: [Int]) {
            self.basis = basis
            self.available = available
            self.giants = Set(giants).sorted(by: >)
        }

        /// Cost of the sum with operands at `depth`, or nil if it cannot be formed.
        mutating func cost(of pattern: [Bool], depth: Int) -> Double? {
            solve(PolynomialSplit.trimmed(pattern), depth)?.cost
        }

        /// The giant to split a pattern at; nil for a sum of available powers.
        mutating func giant(of pattern: [Bool], depth: Int) -> Int? {
            solve(PolynomialSplit.trimmed(pattern), depth)?.giant
        }

        /// All powers that the chosen cuts of a pattern use.
        mutating func usedPowers(_ pattern: [Bool], depth: Int) -> Set<Int> {
            let pattern = PolynomialSplit.trimmed(pattern)
            guard let m = giant(of: pattern, depth: depth) else {
                return Set(pattern.indices.filter { $0 > 0 && pattern[$0] })
            }
            let (quotient, remainder) = PolynomialSplit.pattern(pattern, at: m, basis: basis)
            var used = usedPowers(remainder, depth: depth).union([m])
            if quotient.count > 1 { used.formUnion(usedPowers(quotient, depth: depth - 1)) }
            return used
        }

        private mutating func solve(_ pattern: [Bool], _ depth: Int) -> Solution? {
            guard depth >= 0 else { return nil }
            let state = State(pattern: pattern, depth: depth)
            if let solution = known[state] { return solution }
            let solution = leaf(pattern, depth) ?? split(pattern, depth)
            known[state] = .some(solution)
            return solution
        }

        private func leaf(_ pattern: [Bool], _ depth: Int) -> Solution? {
            var terms = 0
            for i in pattern.indices.dropFirst() where pattern[i] {
                guard available.contains(i), i.ceilingLog2 <= depth else { return nil }
                terms += 1
            }
            return Solution(cost: Double(terms) * Cost.term, giant: nil, hasProduct: false)
        }

        private mutating func split(_ pattern: [Bool], _ depth: Int) -> Solution? {
            var best: Solution?
            for m in giants where m < pattern.count && m.ceilingLog2 <= depth {
                let (quotient, remainder) = PolynomialSplit.pattern(pattern, at: m, basis: basis)
                guard remainder.count < pattern.count, let rest = solve(remainder, depth) else {
                    continue
                }
                var cost = rest.cost
                var hasProduct = rest.hasProduct
                if quotient.count == 1 {
                    cost += Cost.term
                } else {
                    guard let factor = solve(quotient, depth - 1) else { continue }
                    cost += factor.cost + Cost.rescale + Cost.product
                    if factor.hasProduct { cost += Cost.relinearization }
                    hasProduct = true
                }
                if cost < best?.cost ?? .infinity {
                    best = Solution(cost: cost, giant: m, hasProduct: hasProduct)
                }
            }
            return best
        }
    }
}
