import Ring
import TestSupport
import Testing

@Suite struct AutomorphismTests {
    static let degree = 64

    @Test(arguments: InstructionSet.supported)
    func bothFormsAgreeForEveryElement(set: InstructionSet) throws {
        let context = try testRing(degree: Self.degree, instructionSet: set)
        var generator = TestGenerator(seed: 31)
        let p: Polynomial<Coefficient> = try generator.polynomial(context, context.fullBasis)
        let values = p.toEvaluation()
        for exponent in stride(from: 1, to: 2 * Self.degree, by: 2) {
            let g = try GaloisElement(exponent: exponent, degree: Self.degree)
            #expect(p.applying(g).toEvaluation() == values.applying(g))
        }
    }

    @Test func coefficientsMoveAsPowersOfX() throws {
        let context = try testRing(degree: Self.degree)
        for exponent in [3, 5, 127] {
            let g = try GaloisElement(exponent: exponent, degree: Self.degree)
            for i in [0, 1, 7, 63] {
                var monomial = [Int64](repeating: 0, count: Self.degree)
                monomial[i] = 1
                let image = try Polynomial(
                    signedCoefficients: monomial, context: context, basis: context.fullBasis
                ).applying(g)
                var expected = [Int64](repeating: 0, count: Self.degree)
                let power = i * exponent % (2 * Self.degree)
                expected[power % Self.degree] = power < Self.degree ? 1 : -1
                #expect(
                    image
                        == (try Polynomial(
                            signedCoefficients: expected, context: context,
                            basis: context.fullBasis)))
            }
        }
    }

    @Test func laws() throws {
        let context = try testRing(degree: Self.degree)
        var generator = TestGenerator(seed: 32)
        let a: Polynomial<Evaluation> = try generator.polynomial(context, context.fullBasis)
        let b: Polynomial<Evaluation> = try generator.polynomial(context, context.fullBasis)
        let rotation = GaloisElement.rotation(by: 3, degree: Self.degree)
        let conjugation = GaloisElement.conjugation(degree: Self.degree)
        for g in [rotation, conjugation] {
            #expect((a * b).applying(g) == a.applying(g) * b.applying(g))
            #expect((a + b).applying(g) == a.applying(g) + b.applying(g))
            #expect(a.applying(g).applying(g.inverse(degree: Self.degree)) == a)
        }
        let both = rotation.composed(with: conjugation, degree: Self.degree)
        #expect(a.applying(both) == a.applying(rotation).applying(conjugation))
        #expect(a.applying(.identity) == a)
    }

    @Test func rotationsAreAGroupOfHalfTheDegree() {
        for degree in [16, 64, 1024] {
            let slots = degree / 2
            let five = GaloisElement.rotation(by: 1, degree: degree)
            #expect(five.exponent == 5)
            #expect(GaloisElement.rotation(by: 0, degree: degree).isIdentity)
            #expect(GaloisElement.rotation(by: slots, degree: degree).isIdentity)
            #expect(
                GaloisElement.rotation(by: -1, degree: degree)
                    == GaloisElement.rotation(by: slots - 1, degree: degree))
            #expect(
                five.inverse(degree: degree) == GaloisElement.rotation(by: -1, degree: degree))
            let all = Set((0..<slots).map { GaloisElement.rotation(by: $0, degree: degree) })
            #expect(all.count == slots)
            #expect(!all.contains(.conjugation(degree: degree)))
        }
    }

    @Test(arguments: [0, 2, -1, 128, 129])
    func badExponentsThrow(exponent: Int) {
        #expect(throws: RingError.invalidGaloisExponent(exponent, degree: 64)) {
            try GaloisElement(exponent: exponent, degree: 64)
        }
    }
}
