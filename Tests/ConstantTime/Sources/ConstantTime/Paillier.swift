import BigNum
import CValgrind
import Foundation
import Paillier
import Secrets

/// Bytes as a secret, in locked memory.
func marked(_ bytes: borrowing SecretBytes) throws -> SecretBytes {
    let copy = try bytes.duplicate()
    copy.withUnsafeBytes { ct_secret($0.baseAddress, $0.count) }
    return copy
}

/// Throws if memcheck takes any of the bytes between the ends of the two primes, which are fixed, for public.
func expectSecret(_ primes: borrowing SecretBytes) throws {
    let half = primes.count / 2
    let isSecret = primes.withUnsafeBytes { bytes in
        [0, half].allSatisfy { first in
            ct_is_secret(bytes.baseAddress.map { $0 + first + 1 }, half - 2) != 0
        }
    }
    guard isSecret else { throw CocoaError(.coderInvalidValue) }
}

/// A plaintext whose limbs are secret; its number of limbs shows.
func marked(_ value: BigInt) -> BigInt {
    let copy = value + 0
    copy.withLimbs { ct_secret($0, $1) }
    return copy
}

/// Keys, encryption and decryption of the additive scheme; the smallest key is as good as any other.
func additive(_ report: inout Report) throws {
    let key = try PaillierPrivateKey(generating: .bits2048Security112, from: MarkedSource())
    report.step("Paillier: key generation")
    let primes = try marked(key.exportPrimes())
    let base = key.publicKey.randomizationBase
    let again = try PaillierPrivateKey(
        primes: primes, randomizationBase: base, accepting112BitSecurity: true)
    report.step("Paillier: a private key from its bytes")
    let numbers: [BigInt] = [0, 1, -1, 1_234_567, -(BigInt(1) << 700)]
    let secret = numbers.map { marked($0) }
    let first = try key.encrypt(Array(secret[..<2]), from: MarkedSource())
    report.step("Paillier: the owner's encryption without tables")
    try key.prepareEncryption(from: MarkedSource())
    report.step("Paillier: the owner's secret tables")
    let own = try first + key.encrypt(Array(secret[2...]), from: MarkedSource())
    report.step("Paillier: the owner's encryption with tables")
    for form in [PaillierRandomization.classical, .fixedBase] {
        let encryptor = try PaillierEncryptor(
            key.publicKey, randomization: form, from: MarkedSource())
        if form == .fixedBase { encryptor.prepare() }
        let foreign = try encryptor.encrypt(secret[3])
        guard try again.decrypt(foreign) == numbers[3] else {
            throw CocoaError(.coderInvalidValue)
        }
        report.step("Paillier: encryption with the public key, \(form)")
    }
    guard try again.decrypt(own) == numbers, try key.decrypt(own) == numbers else {
        throw CocoaError(.coderInvalidValue)
    }
    report.step("Paillier: decryption")
    // Had the primes been published by mistake, all of the above would be silent.
    try expectSecret(key.exportPrimes())
    try expectSecret(again.exportPrimes())
}
