import BigNum
import TestSupport
import Testing

@Suite struct ModularTests {
    @Test func powersAgreeWithRepeatedMultiplication() throws {
        var generator = TestGenerator(seed: 20)
        for _ in 0..<100 {
            let modulus = generator.bigInt(bits: 200).magnitude * 2 + 1
            let base = generator.bigInt(bits: 250)
            let exponent = generator.integer(in: 1...40)
            var expected = BigInt(1).mod(modulus)
            for _ in 0..<exponent { expected = (expected * base).mod(modulus) }
            #expect(try base.power(BigInt(exponent), modulo: modulus) == expected)
            #expect(try base.powerSecret(BigInt(exponent), modulo: modulus) == expected)
            #expect(
                try base.power(BigInt(exponent), modulo: modulus * 2).mod(modulus) == expected)
        }
    }

    @Test func publicAndSecretPowersAgree() throws {
        var generator = TestGenerator(seed: 21)
        for _ in 0..<50 {
            let modulus = generator.bigInt(bits: 900).magnitude * 2 + 1
            let base = generator.bigInt(bits: 1000)
            let exponent = generator.bigInt(bits: 900).magnitude + 1
            let secret = try base.powerSecret(exponent, modulo: modulus)
            #expect(try base.power(exponent, modulo: modulus) == secret)
        }
        #expect(try BigInt(7).powerSecret(3, modulo: 1) == 0)
        #expect(try BigInt(0).powerSecret(3, modulo: 9) == 0)
    }

    @Test func exponentLawHoldsForInverses() throws {
        let p: BigInt = 1_000_003
        for exponent in [-5, -1, 0, 1, 5] {
            let power = try BigInt(12345).power(BigInt(exponent), modulo: p)
            let opposite = try BigInt(12345).power(BigInt(-exponent), modulo: p)
            #expect((power * opposite).mod(p) == 1)
        }
    }

    @Test func operandsOutsideTheirRangesAreRefused() {
        #expect(throws: BigNumError.modulusEven(operation: "powerSecret")) {
            try BigInt(3).powerSecret(5, modulo: 8)
        }
        #expect(throws: BigNumError.exponentNotPositive(operation: "powerSecret")) {
            try BigInt(3).powerSecret(0, modulo: 7)
        }
        #expect(throws: BigNumError.exponentNotPositive(operation: "powerSecret")) {
            try BigInt(3).powerSecret(-1, modulo: 7)
        }
        for modulus in [BigInt(0), BigInt(-7)] {
            #expect(throws: BigNumError.modulusNotPositive(operation: "powerSecret")) {
                try BigInt(3).powerSecret(5, modulo: modulus)
            }
            #expect(throws: BigNumError.modulusNotPositive(operation: "power")) {
                try BigInt(3).power(5, modulo: modulus)
            }
        }
        #expect(throws: BigNumError.notInvertible(operation: "power with a negative exponent")) {
            try BigInt(6).power(-1, modulo: 9)
        }
    }

    @Test func inversesExistExactlyForUnits() {
        for m in 2...40 {
            for a in -40...40 {
                let inverse = BigInt(a).inverse(modulo: BigInt(m))
                if BigInt.gcd(BigInt(a), BigInt(m)) == 1 {
                    #expect(inverse.map { ($0 * BigInt(a)).mod(BigInt(m)) == 1 } == true)
                    #expect(inverse.map { $0.signum >= 0 && $0 < BigInt(m) } == true)
                } else {
                    #expect(inverse == nil)
                }
            }
        }
        #expect(BigInt(3).inverse(modulo: 0) == nil)
    }

    @Test func divisorsAndMultiples() {
        #expect(BigInt.gcd(-12, 18) == 6 && BigInt.gcd(0, -5) == 5 && BigInt.gcd(0, 0) == 0)
        #expect(BigInt.lcm(-4, 6) == 12 && BigInt.lcm(0, 6) == 0)
        #expect(BigInt(2).jacobi(15) == 1 && BigInt(7).jacobi(15) == -1)
        #expect(BigInt(5).jacobi(15) == 0)
        #expect(BigInt(2).jacobi(8) == nil && BigInt(2).jacobi(-3) == nil)
    }
}

@Suite struct PrimeTests {
    @Test func smallPrimesAreExactlyTheSieve() {
        let limit = 5000
        var isPrime = [Bool](repeating: true, count: limit)
        isPrime[0] = false
        isPrime[1] = false
        for p in 2..<limit where isPrime[p] {
            for multiple in stride(from: p * p, to: limit, by: p) { isPrime[multiple] = false }
        }
        for value in 0..<limit {
            #expect(BigInt(value).isProbablePrime() == isPrime[value], "\(value)")
            #expect(!BigInt(-value).isProbablePrime())
        }
        var next = BigInt(-3)
        for value in 0..<limit where isPrime[value] {
            next = next.nextPrime
            #expect(next == BigInt(value))
        }
    }

    @Test(arguments: [
        // Carmichael numbers
        "561", "1105", "1729", "41041", "825265", "321197185", "5394826801", "232250619601",
        "9746347772161", "1436697831295441", "60977817398996785", "7156857700403137441",
        // strong pseudoprimes to the first 1, 2, 4, 8, 9, 12 and 13 prime bases
        "2047", "1373653", "3215031751", "341550071728321", "3825123056546413051",
        "318665857834031151167461", "3317044064679887385961981",
        // strong Lucas pseudoprimes
        "5459", "5777", "10877", "16109", "18971",
        // Fermat number 5 and a Mersenne number with prime exponent
        "4294967297", "147573952589676412927",
    ])
    func pseudoprimesAreComposite(_ text: String) throws {
        #expect(try !#require(BigInt(text)).isProbablePrime())
    }

    @Test func structuredCompositesAreComposite() throws {
        // Chernick's Carmichael numbers (6k+1)(12k+1)(18k+1) of some hundred bits.
        var found = 0
        var k = BigInt(1) << 60
        while found < 3 {
            k += 1
            let factors = [6, 12, 18].map { k * BigInt($0) + 1 }
            if factors.allSatisfy({ $0.isProbablePrime() }) {
                #expect(!BigInt.product(factors).isProbablePrime())
                found += 1
            }
        }
        // Squares and neighbors' products of primes.
        var prime = BigInt(1) << 200
        for _ in 0..<5 {
            prime = prime.nextPrime
            #expect(prime.isProbablePrime())
            #expect(!(prime * prime).isProbablePrime())
            #expect(!(prime * prime.nextPrime).isProbablePrime())
            #expect((prime * prime).isPerfectPower && (prime * prime).isPerfectSquare)
            #expect(prime.power(3).isPerfectPower && !prime.power(3).isPerfectSquare)
            #expect(!(prime * prime.nextPrime).isPerfectPower && !prime.isPerfectPower)
        }
    }

    @Test func knownLargePrimesArePrime() {
        for exponent in [61, 89, 107, 127, 521, 607, 1279, 2203] {
            #expect(((BigInt(1) << exponent) - 1).isProbablePrime())
        }
        #expect(((BigInt(1) << 255) - 19).isProbablePrime(rounds: 40))
        #expect(!((BigInt(1) << 1277) - 1).isProbablePrime())
        #expect(BigInt(UInt64.max - 58).isProbablePrime())
    }

    @Test func squareRootsAreFloors() {
        for value in 0...200 {
            let root = BigInt(value).squareRoot
            #expect(root == BigInt(Int(Double(value).squareRoot())))
        }
        #expect(BigInt(-1).squareRoot == nil)
        let wide = BigInt(10).power(60)
        #expect(wide.squareRoot == BigInt(10).power(30))
        #expect((wide - 1).squareRoot == BigInt(10).power(30) - 1)
    }
}
