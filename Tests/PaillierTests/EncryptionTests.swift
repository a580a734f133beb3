import BigNum
import Paillier
import Secrets
import TestSupport
import Testing

@Suite struct EncryptionTests {
    private func plaintexts(_ key: PaillierPublicKey, seed: UInt64, count: Int) -> [BigInt] {
        var generator = TestGenerator(seed: seed)
        let bound = key.plaintextBound
        let edges: [BigInt] = [
            0, 1, -1, bound, -bound, bound - 1, 1 - bound, BigInt(1) << 64, -(BigInt(1) << 64),
        ]
        return edges
            + (0..<count).map { _ in generator.bigInt(bits: 2046).mod(bound * 2 + 1) - bound }
    }

    @Test func everyWayOfEncryptingDecrypts() throws {
        let fixture = try Fixture.make()
        let values = plaintexts(fixture.publicKey, seed: 1, count: 20)
        for form in [PaillierRandomization.classical, .fixedBase] {
            let encryptor = try fixture.encryptor(form)
            #expect(try fixture.key.decrypt(encryptor.encrypt(values)) == values)
        }
        let source = SeededRandomSource(seed: 3)
        #expect(try fixture.key.decrypt(fixture.key.encrypt(values, from: source)) == values)
        for value in values.prefix(4) {
            #expect(try fixture.key.decrypt(fixture.key.encrypt(value, from: source)) == value)
        }
    }

    @Test func decryptionFollowsTheTextbook() throws {
        // m = L(c^lambda mod n^2) / L(g^lambda mod n^2) mod n, without Chinese remainders.
        let fixture = try Fixture.make()
        let n = fixture.publicKey.n
        let square = fixture.publicKey.nSquared
        let primes = try fixture.key.exportPrimes()
        let p = primes.withUnsafeBytes { BigInt(bytes: Array($0[..<128])) }
        let q = n.exactQuotient(by: p)
        let lambda = BigInt.lcm(p - 1, q - 1)
        let mu = try #require(lambda.inverse(modulo: n))
        for c in try fixture.encryptor().encrypt(plaintexts(fixture.publicKey, seed: 2, count: 5)) {
            let power = try c.value.power(lambda, modulo: square)
            let residue = ((power - 1).exactQuotient(by: n) * mu).mod(n)
            #expect(try fixture.key.decrypt(c) == residue.centered(modulo: n))
        }
    }

    @Test func classicalEncryptionFollowsTheTextbook() throws {
        // c / (1 + m n) must be an n-th power: its power lambda is 1.
        let fixture = try Fixture.make()
        let n = fixture.publicKey.n
        let square = fixture.publicKey.nSquared
        let primes = try fixture.key.exportPrimes()
        let p = primes.withUnsafeBytes { BigInt(bytes: Array($0[..<128])) }
        let lambda = BigInt.lcm(p - 1, n.exactQuotient(by: p) - 1)
        for form in [PaillierRandomization.classical, .fixedBase] {
            let c = try fixture.encryptor(form).encrypt(-77)
            let power = (c.value * (1 + n * 77)).mod(square)
            #expect(try power.power(lambda, modulo: square) == 1)
            #expect(power != 1)
        }
    }

    @Test func ownersPowersAreNthPowers() throws {
        // The randomness of an owner's ciphertexts has order lambda, with tables and before them, one by one and many.
        let key = try PaillierPrivateKey(
            generating: .bits2048Security112, from: SeededRandomSource(seed: 103))
        let n = key.publicKey.n
        let primes = try key.exportPrimes()
        let p = primes.withUnsafeBytes { BigInt(bytes: Array($0[..<128])) }
        let lambda = BigInt.lcm(p - 1, n.exactQuotient(by: p) - 1)
        let source = SeededRandomSource(seed: 77)
        let values = (0..<15).map { BigInt($0 * $0 - 50) }
        var all: [PaillierCiphertext] = []
        for value in values[..<5] { try all.append(key.encrypt(value, from: source)) }
        #expect(key.encryptionTableByteCount > 0)
        all += try key.encrypt(Array(values[5...]), from: source)
        #expect(Set(all).count == 15)
        #expect(try key.decrypt(all) == values)
        for (ciphertext, value) in zip(all, values) {
            let power = (ciphertext.value * (1 - n * value)).mod(n * n)
            #expect(try power.power(lambda, modulo: n * n) == 1)
            #expect(power != 1)
        }
    }

    @Test func ownersTablesWaitUntilTheyPay() throws {
        let key = try PaillierPrivateKey(
            generating: .bits2048Security112, from: SeededRandomSource(seed: 104))
        _ = try key.encrypt([1, 2, 3])
        #expect(key.encryptionTableByteCount == 0)
        _ = try key.encrypt(4)
        let byteCount = key.encryptionTableByteCount
        #expect(byteCount > 0)
        // New tables take the place of old ones.
        try key.prepareEncryption()
        #expect(key.encryptionTableByteCount == byteCount)
        #expect(try key.decrypt(key.encrypt([-5, 6])) == [-5, 6])
    }

    @Test func encryptionsOfOneValueDiffer() throws {
        let fixture = try Fixture.make()
        for form in [PaillierRandomization.classical, .fixedBase] {
            let encryptor = try fixture.encryptor(form)
            let all = try encryptor.encrypt([5, 5, 5]) + [encryptor.encrypt(5)]
            #expect(Set(all).count == 4)
        }
        let owner = try fixture.key.encrypt([5, 5, 5])
        #expect(Set(owner).count == 3)
    }

    @Test func pooledPowersAreUsedOnceAndDecryptAlike() throws {
        let fixture = try Fixture.make()
        let encryptor = try fixture.encryptor()
        try encryptor.fillPool(count: 3)
        #expect(encryptor.pooledCount == 3)
        let all = try encryptor.encrypt([1, 2]) + encryptor.encrypt([3, 4])
        #expect(encryptor.pooledCount == 0)
        #expect(try fixture.key.decrypt(all) == [1, 2, 3, 4])
        let n = fixture.publicKey.n
        let powers = zip(all, 1...).map { ($0.value * (1 - n * BigInt($1))).mod(n * n) }
        #expect(Set(powers).count == 4)
    }

    @Test func valuesBeyondThePlaintextSpaceAreRefused() throws {
        let fixture = try Fixture.make()
        let bound = fixture.publicKey.plaintextBound
        let encryptor = try fixture.encryptor()
        for value in [bound + 1, -bound - 1, fixture.publicKey.n, BigInt(1) << 5000] {
            let expected = PaillierError.plaintextOutOfRange(
                index: 1, limitBits: fixture.publicKey.plaintextBits)
            #expect(throws: expected) { try encryptor.encrypt([0, value]) }
            #expect(throws: expected) { try fixture.key.encrypt([0, value]) }
        }
    }

    @Test func fastFormNeedsABase() throws {
        let key = try Fixture.make().publicKey
        let bare = try PaillierPublicKey(n: key.n, accepting112BitSecurity: true)
        #expect(try PaillierEncryptor(bare).randomization == .classical)
        #expect(try PaillierEncryptor(key).randomization == .fixedBase)
        #expect(throws: PaillierError.self) {
            try PaillierEncryptor(bare, randomization: .fixedBase)
        }
    }

    @Test func overflowIsNoticedAtDecryption() throws {
        let fixture = try Fixture.make()
        let evaluator = try fixture.evaluator()
        let c = try fixture.key.encrypt(fixture.publicKey.plaintextBound)
        let sum = try evaluator.add(c, c)
        #expect(throws: PaillierError.plaintextOverflow(index: 1)) {
            try fixture.key.decrypt([c, sum])
        }
    }

    @Test func otherKeysAreRefusedByName() throws {
        let fixture = try Fixture.make()
        let other = try Fixture.makeOther()
        let c = try other.key.encrypt(1)
        let expected = PaillierError.wrongKey(
            expected: fixture.publicKey.id, found: other.publicKey.id)
        #expect(throws: expected) { try fixture.key.decrypt(c) }
        #expect(throws: expected) { try fixture.evaluator().negate(c) }
        #expect(throws: expected) { try fixture.encryptor().rerandomize(c) }
        #expect(throws: expected) {
            try PaillierTensor([c], fractionBits: 0, bound: 1, for: fixture.publicKey)
        }
    }
}

@Suite struct CiphertextImportTests {
    private func load(_ value: BigInt) throws -> PaillierCiphertext {
        let key = try Fixture.make().publicKey
        return try PaillierCiphertext(value: value, keyID: key.id, for: key, index: 4)
    }

    @Test func soundCiphertextsAreTaken() throws {
        let fixture = try Fixture.make()
        let c = try fixture.key.encrypt(99)
        #expect(try fixture.key.decrypt(load(c.value)) == 99)
    }

    @Test func unsoundCiphertextsAreRefused() throws {
        let fixture = try Fixture.make()
        let key = fixture.publicKey
        for value in [BigInt(0), -1, key.nSquared, key.nSquared + 1, BigInt(1) << 9000] {
            #expect(throws: PaillierError.ciphertextOutOfRange(index: 4)) { try load(value) }
        }
        let primes = try fixture.key.exportPrimes()
        let p = primes.withUnsafeBytes { BigInt(bytes: Array($0[..<128])) }
        for value in [p, key.n, p * 12345, key.nSquared - p] {
            #expect(throws: PaillierError.ciphertextNotInvertible(index: 4)) { try load(value) }
        }
        for message in [0, 1, 12345] {
            #expect(throws: PaillierError.ciphertextNotHidden(index: 4)) {
                try load(1 + key.n * BigInt(message))
            }
        }
        let other = try Fixture.makeOther().publicKey.id
        #expect(throws: PaillierError.wrongKey(expected: key.id, found: other)) {
            try PaillierCiphertext(value: 5, keyID: other, for: key)
        }
    }
}
