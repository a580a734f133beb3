import Ring
import TestSupport
import Testing

/// A context for tests, with primes of several sizes.
func testRing(
    degree: Int, bits: [Double] = [50, 40, 40, 30], instructionSet: InstructionSet? = nil
) throws -> RingContext {
    var moduli: [UInt64] = []
    for bit in bits {
        moduli.append(
            try PrimeLadder.prime(
                degree: degree, nearest: .init(sign: .plus, exponent: Int(bit), significand: 1),
                excluding: Set(moduli)))
    }
    if let instructionSet {
        return try RingContext(degree: degree, moduli: moduli, instructionSet: instructionSet)
    }
    return try RingContext(degree: degree, moduli: moduli)
}

extension TestGenerator {
    mutating func polynomial<Form: PolynomialForm>(
        _ context: RingContext, _ basis: Basis, _: Form.Type = Form.self
    ) throws -> Polynomial<Form> {
        try Polynomial(
            residues: basis.indices.map {
                residues(context.degree, below: context.moduli[$0].value)
            }, context: context, basis: basis)
    }
}

/// The product modulo X^N + 1, term by term.
func negacyclicProduct(_ a: [UInt64], _ b: [UInt64], _ q: Modulus) -> [UInt64] {
    let n = a.count
    var result = [UInt64](repeating: 0, count: n)
    for i in 0..<n where a[i] != 0 {
        for j in 0..<n {
            let term = q.multiply(a[i], b[j])
            let place = i + j
            result[place % n] =
                place < n ? q.add(result[place], term) : q.subtract(result[place - n], term)
        }
    }
    return result
}

@Suite struct PolynomialTests {
    @Test(arguments: InstructionSet.supported, [16, 64, 256])
    func productsAreNegacyclic(set: InstructionSet, degree: Int) throws {
        let context = try testRing(degree: degree, instructionSet: set)
        var generator = TestGenerator(seed: 3)
        let a: Polynomial<Coefficient> = try generator.polynomial(context, context.fullBasis)
        let b: Polynomial<Coefficient> = try generator.polynomial(context, context.fullBasis)
        let product = (a.toEvaluation() * b.toEvaluation()).toCoefficient()
        let (x, y) = (a.residues(), b.residues())
        for limb in 0..<context.moduli.count {
            #expect(
                product.residues()[limb]
                    == negacyclicProduct(x[limb], y[limb], context.moduli[limb]))
        }
    }

    @Test(arguments: KernelTransformTests.degrees)
    func formsRoundTrip(degree: Int) throws {
        let context = try testRing(degree: degree, bits: [50, 40])
        var generator = TestGenerator(seed: UInt64(degree))
        let a: Polynomial<Coefficient> = try generator.polynomial(context, context.fullBasis)
        let copy = a
        #expect(a.toEvaluation().toCoefficient() == copy)
    }

    @Test func ringLaws() throws {
        let context = try testRing(degree: 64)
        var generator = TestGenerator(seed: 4)
        let basis = context.fullBasis
        let a: Polynomial<Evaluation> = try generator.polynomial(context, basis)
        let b: Polynomial<Evaluation> = try generator.polynomial(context, basis)
        let c: Polynomial<Evaluation> = try generator.polynomial(context, basis)
        let zero = Polynomial<Evaluation>(zero: context, basis: basis)
        #expect(a + b == b + a)
        #expect((a + b) - b == a)
        #expect(a + (-a) == zero)
        #expect(a * (b + c) == a * b + a * c)
        var sum = a
        sum.multiplyAccumulate(b, c)
        #expect(sum == a + b * c)
        var negated = a
        negated.negate()
        #expect(negated == -a)
        var tripled = a
        tripled.multiply(by: -3)
        #expect(tripled == -(a + a + a))
        var scaled = a
        let scalars = context.moduli.map { $0.reduce(UInt64(123_456_789_123)) }
        scaled.multiplyAccumulate(b, byScalars: scalars)
        var product = b
        product.multiply(byScalars: scalars)
        #expect(scaled == a + product)
        var constant = a
        constant.addConstant(scalars)
        var one = zero
        one.addConstant([1, 1, 1, 1])
        #expect(
            constant - a
                == {
                    var x = one; x.multiply(byScalars: scalars); return x
                }())
        #expect(one * a == a)
    }

    @Test func sameOperandTwice() throws {
        let context = try testRing(degree: 32)
        var generator = TestGenerator(seed: 5)
        var a: Polynomial<Evaluation> = try generator.polynomial(context, context.fullBasis)
        let original = a
        a += a
        #expect(a == original + original)
        a -= a
        #expect(a == Polynomial(zero: context, basis: context.fullBasis))
        a = original
        a *= a
        #expect(a == original * original)
        a.multiplyAccumulate(a, a)
        #expect(a == original * original + original * original * original * original)
    }

    @Test func copiesAreIndependent() throws {
        let context = try testRing(degree: 32)
        var generator = TestGenerator(seed: 6)
        let a: Polynomial<Evaluation> = try generator.polynomial(context, context.fullBasis)
        let before = a.residues()
        var b = a
        b.negate()
        var c = a
        c.withMutableLimb(0) { span in span[0] = 1 }
        _ = a.toCoefficient()
        #expect(a.residues() == before)
        #expect(b.residues() != before)
    }

    @Test func rightSideMayHaveMoreLimbs() throws {
        let context = try testRing(degree: 32)
        var generator = TestGenerator(seed: 7)
        let small = Basis([3, 1])
        let a: Polynomial<Evaluation> = try generator.polynomial(context, small)
        let b: Polynomial<Evaluation> = try generator.polynomial(context, context.fullBasis)
        #expect(a + b == a + b.restricted(to: small))
        #expect(a * b == a * b.restricted(to: small))
        #expect(b.restricted(to: small).residues() == [b.residues()[3], b.residues()[1]])
        let joined = Polynomial.joined(
            b.restricted(to: Basis([2])), b.restricted(to: Basis([0, 1])))
        #expect(joined == b.restricted(to: Basis([2, 0, 1])))
    }

    /// Tasks read and change copies of one value at the same time.
    @Test func valuesCrossTasks() async throws {
        let context = try testRing(degree: 256)
        var generator = TestGenerator(seed: 8)
        let shared: Polynomial<Coefficient> = try generator.polynomial(context, context.fullBasis)
        let expected = shared.residues()
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<16 {
                group.addTask {
                    var mine = shared
                    for _ in 0..<50 {
                        mine += shared
                        mine = mine.toEvaluation().toCoefficient()
                        mine -= shared
                        mine.multiply(by: task % 2 == 0 ? 1 : -1)
                    }
                    // An even number of sign changes.
                    return mine == shared
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(shared.residues() == expected)
    }

    /// Caches of a context must not keep it alive.
    @Test func contextsAreReleased() throws {
        weak var released: RingContext?
        do {
            let context = try testRing(degree: 64)
            released = context
            var generator = TestGenerator(seed: 10)
            let p: Polynomial<Evaluation> = try generator.polynomial(context, context.fullBasis)
            let divided = p.dividedAndRounded(byTrailing: Basis([3]))
            let converter = try context.converter(from: Basis([0]), to: Basis([1]))
            #expect(
                divided.applying(.conjugation(degree: 64)).limbCount
                    == converter.source.count + 2)
        }
        #expect(released == nil)
    }
}

/// Residues that came from outside are compared with their modulus.
@Suite struct ResidueCheckTests {
    private func isBelow(_ words: [UInt64], _ bound: UInt64) -> Bool {
        let span = words.span
        return span.isBelow(bound)
    }

    @Test(arguments: [1, 2, 1 << 7, (1 << 50) - 27, 1 << 63] as [UInt64])
    func wordsAreBelowABound(bound: UInt64) {
        var words = [UInt64](repeating: 0, count: 64)
        #expect(isBelow(words, bound))
        for place in [0, 1, 7, 63] {
            for inside in [0, bound - 1, bound / 2] {
                words[place] = inside
                #expect(isBelow(words, bound))
            }
            for outside in [bound, bound + 1, (1 << 63) - 1, 1 << 63, bound &+ 1 << 63, .max]
            where outside >= bound {
                words[place] = outside
                #expect(!isBelow(words, bound), "\(outside)")
            }
            words[place] = 0
        }
    }
}
