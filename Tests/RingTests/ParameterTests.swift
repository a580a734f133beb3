import BigNum
import Ring
import TestSupport
import Testing

@Suite struct ParameterTests {
    @Test func primalityMatchesGMP() {
        var generator = TestGenerator(seed: 41)
        for _ in 0..<3000 {
            let value = generator.next() >> generator.integer(in: 1...60)
            #expect(Modulus(value).isPrime == BigInt(value).isProbablePrime(), "\(value)")
        }
        // Strong pseudoprimes to base 2 and to the first seven bases, and a Carmichael number.
        for value: UInt64 in [2047, 3_215_031_751, 341_550_071_728_321, 561] {
            #expect(!Modulus(value).isPrime)
        }
    }

    @Test func scalarArithmetic() {
        var generator = TestGenerator(seed: 42)
        for q in edgeModuli {
            let modulus = Modulus(q)
            for _ in 0..<50 {
                let (a, b) = (generator.next() % q, generator.next() % q)
                #expect(modulus.multiply(a, b) == UInt64(UInt128(a) * UInt128(b) % UInt128(q)))
                #expect(modulus.add(a, modulus.negate(a)) == 0)
                #expect(modulus.add(modulus.subtract(a, b), b) == a)
                if a != 0 { #expect(modulus.multiply(a, modulus.inverse(a)) == 1) }
                #expect(modulus.reduce(modulus.centered(a)) == a)
            }
            #expect(modulus.reduce(Int64.min) == modulus.negate((1 << 63) % q))
        }
    }

    @Test(arguments: [16, 1024, 8192, 65536])
    func ladderLiesOnBothSides(degree: Int) throws {
        for target in [0x1p30, 0x1p40, 1.3e12] {
            let primes = try PrimeLadder.primes(degree: degree, near: target, count: 12)
            #expect(Set(primes).count == 12)
            for prime in primes {
                #expect(Modulus.isSupported(prime, degree: degree))
                #expect(BigInt(prime).isProbablePrime())
            }
            let distances = primes.map { abs(Double($0) - target) }
            #expect(distances == distances.sorted())
            #expect(
                primes.contains { Double($0) < target } && primes.contains { Double($0) > target })
            // Nothing nearer was left out.
            let step = UInt64(4 * degree)
            let reach = distances[11]
            var candidate = UInt64((target - reach) / Double(step)) * step + 1
            while Double(candidate) < target + reach {
                if abs(Double(candidate) - target) < reach, BigInt(candidate).isProbablePrime() {
                    #expect(primes.contains(candidate))
                }
                candidate += step
            }
        }
        let below = try PrimeLadder.primes(degree: degree, near: 0x1p50, count: 10)
        #expect(below.allSatisfy { $0 < 1 << 50 })
        #expect(below == below.sorted(by: >))
    }

    @Test func ladderSkipsUsedPrimesAndEnds() throws {
        let first = try PrimeLadder.prime(degree: 1024, nearest: 0x1p40)
        let second = try PrimeLadder.prime(degree: 1024, nearest: 0x1p40, excluding: [first])
        #expect(
            [first, second] == (try PrimeLadder.primes(degree: 1024, near: 0x1p40, count: 2)))
        #expect(throws: RingError.noPrime(nearBits: 51, degree: 1024)) {
            try PrimeLadder.prime(degree: 1024, nearest: 0x1p51)
        }
        for target in [-1, 0, .nan, .infinity] {
            #expect(throws: RingError.self) {
                try PrimeLadder.prime(degree: 1024, nearest: target)
            }
        }
        #expect(throws: RingError.unsupportedDegree(1000)) {
            try PrimeLadder.prime(degree: 1000, nearest: 0x1p40)
        }
    }

    @Test func contextsRefuseBadParameters() throws {
        let q = try PrimeLadder.prime(degree: 1024, nearest: 0x1p40)
        for degree in [0, -8, 8, 17, 1000, 131072] {
            #expect(throws: RingError.unsupportedDegree(degree)) {
                try RingContext(degree: degree, moduli: [q])
            }
        }
        // Even, composite, not 1 mod 4N, too large.
        for modulus: UInt64 in [0, 1, 1 << 40, q * 3, 4097 * 4097, 1_125_899_906_842_679, .max] {
            #expect(throws: RingError.unsupportedModulus(modulus, degree: 1024)) {
                try RingContext(degree: 1024, moduli: [modulus])
            }
        }
        #expect(throws: RingError.repeatedModulus(q)) {
            try RingContext(degree: 1024, moduli: [q, q])
        }
        #expect(throws: RingError.unsupportedModulusCount(0, maximum: 128)) {
            try RingContext(degree: 1024, moduli: [])
        }
    }

    @Test func residuesAreChecked() throws {
        let context = try testRing(degree: 16, bits: [40, 30])
        let good = [UInt64](repeating: 0, count: 16)
        var bad = good
        bad[5] = context.moduli[1].value
        #expect(throws: RingError.residueOutOfRange(limb: 1, coefficient: 5)) {
            try Polynomial<Coefficient>(
                residues: [good, bad], context: context, basis: context.fullBasis)
        }
        #expect(throws: RingError.wrongCount(what: "limbs", expected: 2, found: 1)) {
            try Polynomial<Coefficient>(
                residues: [good], context: context, basis: context.fullBasis)
        }
        #expect(
            throws: RingError.wrongCount(what: "residues in limb 0", expected: 16, found: 15)
        ) {
            try Polynomial<Coefficient>(
                residues: [Array(good.dropLast()), good], context: context,
                basis: context.fullBasis)
        }
        for indices in [[], [0, 0], [2], [-1]] {
            #expect(throws: RingError.invalidBasis(indices, modulusCount: 2)) {
                try context.validate(Basis(indices))
            }
        }
        #expect(throws: RingError.overlappingBases) {
            try context.converter(from: Basis([0]), to: Basis([1, 0]))
        }
        #expect(throws: RingError.wrongCount(what: "coefficients", expected: 16, found: 3)) {
            try Polynomial(
                signedCoefficients: [Int8(1), 2, 3], context: context, basis: context.fullBasis)
        }
    }

    @Test func errorsSayWhatWouldDo() {
        #expect("\(RingError.unsupportedDegree(7))".contains("power of two"))
        let error = RingError.unsupportedInstructionSet("sse9", accepted: ["portable", "avx2"])
        #expect("\(error)".contains("sse9") && "\(error)".contains("portable, avx2"))
        #expect(!"\(error)".contains("\n"))
    }

    @Test func instructionSetsHaveNames() {
        #expect(InstructionSet.supported.contains(.portable))
        #expect(
            InstructionSet.allCases.map(\.name) == ["portable", "avx2", "avx512", "avx512ifma"])
    }
}
