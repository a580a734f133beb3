import Ring
import TestSupport
import Testing

/// Key switches and their sums against the formula, polynomial by polynomial.
@Suite struct SwitchedSumsTests {
    /// Limbs 0 to 4 are Q, in digits {0, 1}, {2, 3}, {4}; 5 and 6 are P.
    ///
    /// The key has one digit and one limb more than is used.
    private struct Material {
        let context: RingContext
        let q = Basis(0..<5)
        let special = Basis(5..<7)
        let polynomials: [Polynomial<Evaluation>]
        let weights: [Polynomial<Evaluation>]
        let bodies: [Polynomial<Evaluation>]
        let uniforms: [Polynomial<Evaluation>]
        let rows: SwitchingRows
        let converters: [BasisConverter]
        let specialProduct: [UInt64]

        var basis: Basis { q + special }

        init(degree: Int, set: InstructionSet, team: ThreadTeam) throws {
            let context = try testRing(
                degree: degree, bits: [50, 40, 50, 45, 48, 50, 50, 49], instructionSet: set)
            self.context = context
            var generator = TestGenerator(seed: 77)
            let (q, special) = (Basis(0..<5), Basis(5..<7))
            polynomials = try (0..<6).map { _ in try generator.polynomial(context, q) }
            weights = try (0..<6).map { _ in try generator.polynomial(context, q + special) }
            let full = Basis(0..<8)
            let bodies: [Polynomial<Evaluation>] = try (0..<4).map { _ in
                try generator.polynomial(context, full)
            }
            let uniforms: [Polynomial<Evaluation>] = try (0..<4).map { _ in
                try generator.polynomial(context, full)
            }
            (self.bodies, self.uniforms) = (bodies, uniforms)
            rows = SwitchingRows(context: context, basis: full, digitCount: 4, team: team) {
                (bodies[$0], uniforms[$0])
            }
            converters = try [Basis([0, 1]), Basis([2, 3]), Basis([4])].map {
                try context.converter(from: $0, to: q.subtracting($0) + special)
            }
            specialProduct = context.moduli.enumerated().map { index, modulus in
                special.position(of: index) != nil
                    ? 0
                    : special.indices.reduce(UInt64(1)) {
                        modulus.multiply($0, modulus.reduce(context.moduli[$1].value))
                    }
            }
        }

        /// The inner products, by the definitions.
        func product(_ polynomial: Polynomial<Evaluation>) -> [Polynomial<Evaluation>] {
            [bodies, uniforms].map { keys in
                var sum = Polynomial<Evaluation>(zero: context, basis: basis)
                for (converter, key) in zip(converters, keys) {
                    sum.multiplyAccumulate(
                        converter.raise(
                            coefficients: polynomial.toCoefficient(), evaluation: polynomial,
                            to: basis), key)
                }
                return sum
            }
        }

        /// P times a polynomial, over Q and P.
        func timesSpecial(_ polynomial: Polynomial<Evaluation>) -> Polynomial<Evaluation> {
            var scaled = polynomial
            scaled.multiply(byScalars: Array(specialProduct.prefix(5)))
            return .joined(scaled, Polynomial(zero: context, basis: special))
        }
    }

    @Test(arguments: InstructionSet.supported, [1, 2, 3])
    func sumsFollowTheFormula(set: InstructionSet, threads: Int) throws {
        let team = ThreadTeam(threadCount: threads)
        let m = try Material(degree: threads == 3 ? 4096 : 64, set: set, team: team)
        // One instance after another operation, and after one that was given up.
        let sums = SwitchedSums(context: m.context)
        for dropped in [m.special, Basis(4..<7), m.special] {
            try check(m, sums, dropped: dropped, team: team)
            sums.begin(count: 5, basis: m.basis, dropped: dropped, special: m.specialProduct)
            let digits = sums.cut(m.polynomials[2], converters: m.converters, team: team)
            sums.add(digits, m.rows, toSum: 4)
        }
    }

    private func check(
        _ m: Material, _ sums: SwitchedSums, dropped: Basis, team: ThreadTeam
    ) throws {
        let degree = m.context.degree
        let rotation = GaloisElement.rotation(by: 3, degree: degree)
        let other = GaloisElement.conjugation(degree: degree)
        let (p, w) = (m.polynomials, m.weights)
        sums.begin(count: 3, basis: m.basis, dropped: dropped, special: m.specialProduct)
        let first = sums.cut(p[0], converters: m.converters, team: team)
        let second = sums.cut(p[1], converters: m.converters, team: team)
        // Sum 0: one switch, addends, an automorphism of everything. Sum 1: weighted rotations of
        // two polynomials and a pair. Sum 2: rotations alone, twice the same.
        sums.add(p[4], p[5], to: [.init(sum: 1, weights: w[0])])
        sums.add(first, m.rows, to: [.init(sum: 0)])
        sums.finish(0, adding: p[2], p[3], applying: rotation)
        sums.add(
            first, m.rows, body: p[2], applying: rotation,
            to: [.init(sum: 1, weights: w[1]), .init(sum: 2)])
        sums.add(
            second, m.rows, body: p[3], applying: other,
            to: [.init(sum: 2), .init(sum: 2)])
        sums.add(second, m.rows, applying: other, to: [.init(sum: 1, weights: w[2])])
        sums.evaluate(team: team)
        let found = (0..<3).map { sums.result($0) }

        let (u, v) = (m.product(p[0]), m.product(p[1]))
        for half in 0..<2 {
            let parts = [
                (u[half] + m.timesSpecial(p[2 + half])).dividedAndRounded(byTrailing: dropped)
                    .applying(rotation),
                (m.timesSpecial(p[4 + half]) * w[0]
                    + body(u[half], half == 0 ? p[2] : nil, m).applying(rotation) * w[1]
                    + v[half].applying(other) * w[2]).dividedAndRounded(byTrailing: dropped),
                (body(u[half], half == 0 ? p[2] : nil, m).applying(rotation)
                    + body(v[half], half == 0 ? p[3] : nil, m).applying(other)
                    + body(v[half], half == 0 ? p[3] : nil, m).applying(other))
                    .dividedAndRounded(byTrailing: dropped),
            ]
            for (sum, part) in parts.enumerated() {
                #expect(found[sum][half] == part, "sum \(sum).\(half)")
            }
        }
    }

    private func body(
        _ product: Polynomial<Evaluation>, _ body: Polynomial<Evaluation>?, _ m: Material
    ) -> Polynomial<Evaluation> {
        body.map { product + m.timesSpecial($0) } ?? product
    }

    @Test func rowsGiveTheirDigitsBack() throws {
        let m = try Material(degree: 64, set: .portable, team: .single)
        for digit in 0..<4 {
            #expect(m.rows.polynomial(digit: digit, half: 0) == m.bodies[digit])
            #expect(m.rows.polynomial(digit: digit, half: 1) == m.uniforms[digit])
        }
        #expect(m.rows.firstInvalidLimb == nil)
        var spoiled = m.bodies
        spoiled[2].withMutableLimb(3) { $0[63] = m.context.moduli[3].value }
        let rows = SwitchingRows(
            context: m.context, basis: m.rows.basis, digitCount: 4, team: .single
        ) { (spoiled[$0], m.uniforms[$0]) }
        #expect(rows.firstInvalidLimb == 3)
    }
}
