import BigNum
import Ring
import TestSupport
import Testing

extension TestGenerator {
    /// Integers in (-Q/2, Q/2), first those around the edges and around 0.
    mutating func centeredIntegers(_ count: Int, modulo product: BigInt) -> [BigInt] {
        let half = product >> 1
        var values: [BigInt] = [half, -half, half - 1, 1 - half, 0, 1, -1, 2, -2]
        while values.count < count {
            let words = (0..<(product.bitWidth / 64 + 2)).map { _ in next() }
            values.append(BigInt(words: words).centered(modulo: product))
        }
        return Array(values.prefix(count))
    }
}

@Suite struct ConversionTests {
    @Test(arguments: [1, 2, 3, 5, 8])
    func integersRoundTrip(limbCount: Int) throws {
        let bits: [Double] = [50, 40, 30, 45, 49, 36, 50, 28]
        let context = try testRing(degree: 64, bits: Array(bits.prefix(limbCount)))
        var generator = TestGenerator(seed: UInt64(limbCount))
        let product = BigInt.product(context.moduli.map { BigInt($0.value) })
        let values = generator.centeredIntegers(64, modulo: product)
        let polynomial = try Polynomial(
            bigCoefficients: values, context: context, basis: context.fullBasis)
        #expect(polynomial.bigCoefficients() == values)
        #expect(polynomial.modulusProduct == product)
        #expect(polynomial.centeredDoubles() == values.map { $0.toDouble() })
        let shifted = try Polynomial(
            bigCoefficients: values.map { $0 + product * BigInt(3) }, context: context,
            basis: context.fullBasis)
        #expect(shifted == polynomial)
    }

    /// Every instruction set against GMP, from 1 to 9 limbs, edge values included.
    @Test(arguments: InstructionSet.supported, 1...9)
    func conversionIsTheCenteredInteger(set: InstructionSet, sourceCount: Int) throws {
        for bits in [[50.0], [30, 50, 40], [20, 21]] {
            let all = (0..<(sourceCount + 4)).map { bits[$0 % bits.count] }
            let context = try testRing(degree: 128, bits: all, instructionSet: set)
            let source = Basis(0..<sourceCount)
            let target = Basis(sourceCount..<(sourceCount + 4))
            let converter = try BasisConverter(context: context, from: source, to: target)
            var generator = TestGenerator(seed: UInt64(sourceCount))
            let product = BigInt.product(source.indices.map { BigInt(context.moduli[$0].value) })
            let values = generator.centeredIntegers(128, modulo: product)
            let input = try Polynomial(bigCoefficients: values, context: context, basis: source)
            let integers = converter.centered(input)
            #expect(
                converter.convert(input)
                    == (try Polynomial(bigCoefficients: integers, context: context, basis: target)))
            for (value, integer) in zip(values, integers) {
                #expect((integer - value).isDivisible(by: product))
                // |X| <= D/2 (1 + 2^-40).
                #expect(integer.magnitude << 41 <= product * BigInt((1 << 40) + 1))
            }
            // Away from the edge the integer is the centred one.
            let interior = zip(values, integers).filter { $0.0.magnitude << 2 < product }
            #expect(interior.allSatisfy { $0.0 == $0.1 } && interior.count > 32)
        }
    }

    @Test func raisedDigitHasTheSameInteger() throws {
        let context = try testRing(degree: 64, bits: [50, 40, 40, 50, 50])
        var generator = TestGenerator(seed: 21)
        let level = Basis(0..<3)
        let digit = Basis([1, 2])
        let basis = Basis([0, 1, 2, 3, 4])
        let p: Polynomial<Coefficient> = try generator.polynomial(context, level)
        let converter = try context.converter(from: digit, to: Basis([0, 3, 4]))
        let raised = converter.raise(
            coefficients: p, evaluation: p.toEvaluation(), to: basis)
        let expected = try Polynomial(
            bigCoefficients: converter.centered(p), context: context, basis: basis)
        #expect(raised == expected.toEvaluation())
    }

    @Test(arguments: InstructionSet.supported, [1, 2, 3])
    func divisionRounds(set: InstructionSet, droppedCount: Int) throws {
        let context = try testRing(degree: 64, bits: [50, 40, 35, 50, 45], instructionSet: set)
        let basis = context.fullBasis
        let dropped = Basis((5 - droppedCount)..<5)
        let kept = Basis(0..<(5 - droppedCount))
        var generator = TestGenerator(seed: UInt64(droppedCount))
        let product = BigInt.product(context.moduli.map { BigInt($0.value) })
        let divisor = BigInt.product(dropped.indices.map { BigInt(context.moduli[$0].value) })
        let values = generator.centeredIntegers(64, modulo: product)
        let p = try Polynomial(bigCoefficients: values, context: context, basis: basis)
        let result = p.dividedAndRounded(byTrailing: dropped)
        #expect(result.basis == kept)
        #expect(
            p.toEvaluation().dividedAndRounded(byTrailing: dropped).toCoefficient() == result)
        // Exactly (x - X) / P with the converter's X, and within 1/2 (1 + 2^-40) of x / P.
        let remainders = try context.converter(from: dropped, to: kept).centered(p)
        let expected = zip(values, remainders).map { ($0 - $1).exactQuotient(by: divisor) }
        #expect(
            result == (try Polynomial(bigCoefficients: expected, context: context, basis: kept)))
        let keptProduct = product.exactQuotient(by: divisor)
        for (value, quotient) in zip(values, result.bigCoefficients()) {
            let error = (value - quotient * divisor).centered(modulo: keptProduct * divisor)
            #expect(error.magnitude << 41 <= divisor * BigInt((1 << 40) + 1))
        }
    }

    /// Dropped limbs may stand anywhere.
    @Test func divisionByInnerLimb() throws {
        let context = try testRing(degree: 32)
        var generator = TestGenerator(seed: 22)
        let p: Polynomial<Coefficient> = try generator.polynomial(context, Basis([2, 0, 3]))
        let result = p.dividedAndRounded(byTrailing: Basis([0]))
        #expect(result.basis == Basis([2, 3]))
        let reordered = p.restricted(to: Basis([2, 3, 0]))
        #expect(reordered.dividedAndRounded(byTrailing: Basis([0])) == result)
    }

    @Test func signedCoefficients() throws {
        let context = try testRing(degree: 32)
        let basis = context.fullBasis
        var generator = TestGenerator(seed: 23)
        let bytes =
            [.min, .max, 0, -1] + (0..<28).map { _ in generator.integer(in: Int8.min ... .max) }
        let middle =
            [.min, .max, 0, -1] + (0..<28).map { _ in generator.integer(in: Int32.min ... .max) }
        let words =
            [.min, .max, 0, -1] + (0..<28).map { _ in generator.integer(in: Int64.min ... .max) }
        #expect(
            try Polynomial(signedCoefficients: bytes, context: context, basis: basis)
                .bigCoefficients() == bytes.map { BigInt(Int64($0)) })
        #expect(
            try Polynomial(signedCoefficients: middle, context: context, basis: basis)
                .bigCoefficients() == middle.map { BigInt(Int64($0)) })
        #expect(
            try Polynomial(signedCoefficients: words, context: context, basis: basis)
                .bigCoefficients() == words.map { BigInt($0) })
    }
}
