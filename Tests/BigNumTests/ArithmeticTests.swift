import BigNum
import TestSupport
import Testing

@Suite struct ArithmeticTests {
    @Test func ringLawsHold() {
        var generator = TestGenerator(seed: 1)
        for _ in 0..<500 {
            let a = generator.bigInt(bits: 700)
            let b = generator.bigInt(bits: 700)
            let c = generator.bigInt(bits: 300)
            #expect(a + b == b + a)
            #expect((a + b) + c == a + (b + c))
            #expect(a * b == b * a)
            #expect((a * b) * c == a * (b * c))
            #expect(a * (b + c) == a * b + a * c)
            #expect(a - b == -(b - a))
            #expect(a + 0 == a && a * 1 == a && a - a == 0)
            #expect((a - b).signum == (a > b ? 1 : a == b ? 0 : -1))
        }
    }

    @Test func machineIntegersAgreeWithSwift() {
        var generator = TestGenerator(seed: 2)
        for _ in 0..<2000 {
            let a = Int(truncatingIfNeeded: generator.next()) >> generator.integer(in: 0...62)
            let b = Int(truncatingIfNeeded: generator.next()) >> generator.integer(in: 0...62)
            let product = Int128(a) * Int128(b)
            #expect((BigInt(a) * BigInt(b)).description == product.description)
            #expect((BigInt(a) + BigInt(b)).description == (Int128(a) + Int128(b)).description)
            #expect((BigInt(a) - BigInt(b)).description == (Int128(a) - Int128(b)).description)
            #expect((BigInt(a) < BigInt(b)) == (a < b))
            #expect(BigInt(a).bitWidth == 64 - a.magnitude.leadingZeroBitCount)
            #expect(Int(exactly: BigInt(a)) == a)
        }
    }

    @Test func knownProducts() throws {
        let factorial = BigInt.product((1...50).map { BigInt($0) })
        #expect(
            factorial.description
                == "30414093201713378043612608166064768844377641568960512000000000000")
        #expect(BigInt(2).power(127) - 1 == BigInt("170141183460469231731687303715884105727"))
        #expect(BigInt(-3).power(5) == -243)
        #expect(BigInt(0).power(0) == 1)
        #expect(BigInt.sum((1...100).map { BigInt($0) }) == 5050)
        #expect(BigInt.product([]) == 1 && BigInt.sum([]) == 0)
        #expect(BigInt.product([7]) == 7 && BigInt.product([2, 3, 5]) == 30)
    }

    @Test func copiesDoNotChangeEachOther() {
        var a = BigInt(5)
        let b = a
        a += 1
        #expect(a == 6 && b == 5)
        var c = a
        c *= c
        #expect(c == 36 && a == 6)
        c -= c
        #expect(c == 0)
        var d = a
        d.addProduct(d, d)
        #expect(d == 42 && a == 6)
        d.subtractProduct(a, UInt64(7))
        #expect(d == 0)
        d.addProduct(a, UInt64.max)
        #expect(d == BigInt(UInt64.max) * 6)
        d.subtractProduct(a, BigInt(UInt64.max))
        #expect(d.isZero)
    }

    @Test func shiftsAreFloorDivisionsByPowersOfTwo() {
        for a in edgeValues {
            for count in [0, 1, 2, 63, 64, 65, 200] {
                let power = BigInt(2).power(UInt(count))
                #expect(a << count == a * power)
                let expected = a.quotientAndRemainder(dividingBy: power, rounding: .floor)
                #expect(a >> count == expected.quotient)
                #expect(a << -count == a >> count && a >> -count == a << count)
                #expect(a.lowBits(count) == expected.remainder)
            }
        }
    }

    @Test func bitsFollowTwosComplement() {
        for value in [-300, -256, -1, 0, 1, 2, 255, 256, Int.max, Int.min] {
            for index in 0..<64 {
                #expect(BigInt(value).testBit(index) == (value >> index & 1 == 1))
            }
            #expect(BigInt(value).testBit(200) == (value < 0))
            #expect(BigInt(value).isOdd == !value.isMultiple(of: 2))
            #expect(
                BigInt(value).trailingZeroBitCount == (value == 0 ? 0 : value.trailingZeroBitCount))
        }
    }

    @Test func equalValuesHashAlike() {
        var generator = TestGenerator(seed: 3)
        let values = (0..<200).map { _ in generator.bigInt(bits: 300) }
        let again = values.map { ($0 + 12345) - 12345 }
        #expect(Set(values) == Set(again))
        #expect(BigInt(5).hashValue != BigInt(-5).hashValue)
    }

    @Test func releasedMemoryIsCleared() {
        #expect(IntegerMemory.isCleared)
    }
}

@Suite struct DivisionTests {
    @Test func quotientAndRemainderDefineEachOther() {
        var generator = TestGenerator(seed: 4)
        var pairs = edgeValues.flatMap { a in edgeValues.filter { !$0.isZero }.map { (a, $0) } }
        for _ in 0..<500 {
            let divisor = generator.bigInt(bits: 400)
            if !divisor.isZero { pairs.append((generator.bigInt(bits: 900), divisor)) }
        }
        for (a, d) in pairs {
            let floor = a.quotientAndRemainder(dividingBy: d, rounding: .floor)
            #expect(floor.quotient * d + floor.remainder == a)
            #expect(floor.remainder.magnitude < d.magnitude)
            #expect(floor.remainder.signum * d.signum >= 0)
            let truncated = a.quotientAndRemainder(dividingBy: d, rounding: .truncating)
            #expect(truncated.quotient * d + truncated.remainder == a)
            #expect(truncated.remainder.magnitude < d.magnitude)
            #expect(truncated.remainder.signum * a.signum >= 0)
            let residue = a.mod(d)
            #expect(residue.signum >= 0 && residue < d.magnitude)
            #expect((a - residue).isDivisible(by: d))
            #expect(a.isDivisible(by: d) == residue.isZero)
            #expect((a * d).exactQuotient(by: d) == a)
        }
    }

    @Test func nearestQuotientIsNearestAndTiesGoAway() {
        for a in -30...30 {
            for d in -7...7 where d != 0 {
                let expected = (Double(a) / Double(d)).rounded(.toNearestOrAwayFromZero)
                #expect(BigInt(a).roundedQuotient(by: BigInt(d)) == BigInt(exactly: expected))
            }
        }
        var generator = TestGenerator(seed: 5)
        for _ in 0..<500 {
            let a = generator.bigInt(bits: 500)
            let d = generator.bigInt(bits: 200)
            if d.isZero { continue }
            let error = (a - a.roundedQuotient(by: d) * d).magnitude
            #expect(error << 1 <= d.magnitude)
        }
    }

    @Test func centeredResiduesLieAroundZero() {
        for m in 1...9 {
            for a in -25...25 {
                let value = BigInt(a).centered(modulo: BigInt(m))
                #expect(value << 1 > BigInt(-m) && value << 1 <= BigInt(m))
                #expect((BigInt(a) - value).isDivisible(by: BigInt(m)))
            }
        }
    }

    @Test func wordResiduesAgreeWithFullDivision() {
        var generator = TestGenerator(seed: 6)
        for _ in 0..<500 {
            let a = generator.bigInt(bits: 600)
            let m = max(1, generator.next() >> generator.integer(in: 0...63))
            #expect(BigInt(a.residue(modulo: m)) == a.mod(BigInt(m)))
        }
        #expect(BigInt(-1).residue(modulo: .max) == UInt64.max - 1)
        #expect(BigInt(-1).residue(modulo: 1) == 0)
    }
}
