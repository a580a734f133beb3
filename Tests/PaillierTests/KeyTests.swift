import BigNum
import Paillier
import Secrets
import TestSupport
import Testing

@Suite struct KeyGenerationTests {
    @Test(arguments: PaillierKeySize.allCases)
    func keysHaveTheRequiredForm(_ size: PaillierKeySize) throws {
        let key = try PaillierPrivateKey(
            generating: size, from: SeededRandomSource(seed: UInt64(size.bits)))
        let n = key.publicKey.n
        #expect(n.bitWidth == size.bits)
        let primes = try key.exportPrimes()
        #expect(primes.count == size.bits / 8)
        let half = size.bits / 16
        let (p, q) = primes.withUnsafeBytes { bytes in
            (BigInt(bytes: Array(bytes[..<half])), BigInt(bytes: Array(bytes[half...])))
        }
        #expect(p * q == n)
        #expect(p.isProbablePrime(rounds: 40) && q.isProbablePrime(rounds: 40))
        #expect(p.bitWidth == size.bits / 2 && q.bitWidth == size.bits / 2)
        #expect(p.residue(modulo: 4) == 3 && q.residue(modulo: 4) == 3)
        #expect(BigInt.gcd(p - 1, q - 1) == 2)
        #expect((p - q).magnitude > BigInt(1) << (size.bits / 2 - 100))
        #expect(BigInt.gcd(n, (p - 1) * (q - 1)) == 1)
        // h = -x^2: minus h is a square modulo both primes.
        let base = try #require(key.publicKey.randomizationBase)
        #expect((-base).mod(p).jacobi(p) == 1 && (-base).mod(q).jacobi(q) == 1)
        let again = try PaillierPrivateKey(
            primes: primes, randomizationBase: base, accepting112BitSecurity: true)
        #expect(again.publicKey == key.publicKey)
        let c = try key.encrypt(-12345, from: SeededRandomSource(seed: 9))
        #expect(try again.decrypt(c) == -12345)
    }

    @Test func sizesSayTheirStrength() {
        #expect(PaillierKeySize.allCases.map(\.securityBits) == [112, 128, 152])
    }

    @Test func systemRandomnessMakesDifferentKeys() throws {
        let a = try PaillierPrivateKey(generating: .bits2048Security112)
        let b = try PaillierPrivateKey(generating: .bits2048Security112)
        #expect(a.publicKey.n != b.publicKey.n && a.publicKey.id != b.publicKey.id)
    }
}

@Suite struct PublicKeyImportTests {
    private func load(_ n: BigInt) throws(PaillierError) {
        _ = try PaillierPublicKey(n: n, accepting112BitSecurity: true)
    }

    private static let prime1024 = (BigInt(3) << 1022).nextPrime

    @Test func soundKeysAreTaken() throws {
        let key = try Fixture.make().publicKey
        let again = try PaillierPublicKey(
            n: key.n, randomizationBase: key.randomizationBase, accepting112BitSecurity: true)
        #expect(again == key && again.digest == key.digest && again.id == key.id)
        let bare = try PaillierPublicKey(n: key.n, accepting112BitSecurity: true)
        #expect(bare.id == key.id && bare.digest != key.digest)
    }

    @Test func weakSizesNeedConsent() throws {
        let n = try Fixture.make().publicKey.n
        #expect(throws: PaillierError.securityOf112BitsNotAccepted) { try PaillierPublicKey(n: n) }
    }

    @Test(arguments: [0, 1, 64, 1024, 2047, 2049, 3071, 3073, 8192])
    func otherWidthsAreRefused(_ bits: Int) {
        let n = bits == 0 ? BigInt(0) : (BigInt(1) << (bits - 1)) + 1
        #expect(throws: PaillierError.keyWidth(bits: n.bitWidth)) { try load(n) }
        #expect(throws: PaillierError.keyWidth(bits: n.bitWidth)) { try load(-n) }
    }

    @Test func evenModuliAreRefused() throws {
        let n = try Fixture.make().publicKey.n
        #expect(throws: PaillierError.modulusEven) { try load(n - 1) }
    }

    @Test func primesAreRefused() {
        #expect(throws: PaillierError.modulusPrime) { try load((BigInt(3) << 2046).nextPrime) }
    }

    @Test func perfectPowersAreRefused() {
        let p = Self.prime1024
        #expect(throws: PaillierError.modulusPerfectPower) { try load(p * p) }
        let root = (BigInt(7) << 509).nextPrime
        #expect(root.power(4).bitWidth == 2048)
        #expect(throws: PaillierError.modulusPerfectPower) { try load(root.power(4)) }
    }

    @Test(arguments: [3, 5, 65537, 1_048_573])
    func smallFactorsAreRefused(_ factor: Int) {
        // A prime of matching width times the factor; 1048573 is the largest prime below 2^20.
        var cofactor = (BigInt(3) << 2046).roundedQuotient(by: BigInt(factor))
        repeat { cofactor = cofactor.nextPrime } while (cofactor * BigInt(factor)).bitWidth != 2048
        #expect(throws: PaillierError.modulusSmallFactor(UInt64(factor))) {
            try load(cofactor * BigInt(factor))
        }
    }

    @Test func unfitRandomizationBasesAreRefused() throws {
        let n = try Fixture.make().publicKey.n
        for base in [BigInt(-5), 0, 1, n - 1, n, n + 4] {
            #expect(throws: PaillierError.randomizationBase(reason: "is out of range")) {
                try PaillierPublicKey(n: n, randomizationBase: base, accepting112BitSecurity: true)
            }
        }
        var nonResidue = BigInt(2)
        while nonResidue.jacobi(n) != -1 { nonResidue += 1 }
        #expect(throws: PaillierError.randomizationBase(reason: "is not the negative of a square"))
        {
            try PaillierPublicKey(
                n: n, randomizationBase: nonResidue, accepting112BitSecurity: true)
        }
    }
}

@Suite struct PrivateKeyImportTests {
    private static let p: BigInt = prime(after: BigInt(3) << 1022)
    private static let q: BigInt = prime(after: BigInt(7) << 1021)

    private static func prime(after start: BigInt) -> BigInt {
        var value = start
        repeat { value = value.nextPrime } while value.residue(modulo: 4) != 3
        return value
    }

    private func reason(
        _ p: BigInt, _ q: BigInt, base: BigInt? = nil
    ) -> PaillierError? {
        do throws(PaillierError) {
            _ = try PaillierPrivateKey(
                p: p, q: q, randomizationBase: base, accepting112BitSecurity: true)
            return nil
        } catch {
            return error
        }
    }

    @Test func soundPrimesAreTaken() throws {
        #expect(reason(Self.p, Self.q) == nil)
        #expect(throws: PaillierError.securityOf112BitsNotAccepted) {
            _ = try PaillierPrivateKey(p: Self.p, q: Self.q)
        }
    }

    @Test func unsoundPrimesAreRefused() {
        let (p, q) = (Self.p, Self.q)
        #expect(reason(p, p) == .keyFactors(reason: "are equal"))
        #expect(reason(p, p.nextPrime) == .keyFactors(reason: "are too close together"))
        #expect(reason(p, q + 2) == .keyFactors(reason: "are not both prime"))
        #expect(reason(-p, q) == .keyFactors(reason: "are not positive"))
        #expect(reason(p, -q) == .keyFactors(reason: "are not positive"))
        #expect(reason(p, 0) == .keyFactors(reason: "are not positive"))
        #expect(reason(p, 3) == .keyWidth(bits: 1026))
        let lopsided = (BigInt(3) << 1000).nextPrime * 3
        #expect(reason(p << 21, lopsided) == .keyFactors(reason: "do not have 1024 bits each"))
    }

    @Test func fastRandomizationNeedsBlumPrimes() {
        var r = Self.p
        repeat { r = r.nextPrime } while r.residue(modulo: 4) != 1
        #expect(reason(Self.q, r) == nil)
        #expect(reason(Self.q, r, base: 4) == .keyFactors(reason: "are not both 3 modulo 4"))
    }

    @Test func primesOfOddLengthAreRefused() throws {
        let key = try Fixture.make()
        let primes = try key.key.exportPrimes()
        let cut = try primes.slice(0..<255)
        #expect(throws: PaillierError.self) {
            _ = try PaillierPrivateKey(primes: cut, accepting112BitSecurity: true)
        }
        let empty = try primes.slice(0..<0)
        #expect(throws: PaillierError.self) {
            _ = try PaillierPrivateKey(primes: empty, accepting112BitSecurity: true)
        }
    }
}
