import CKKS
import CValgrind
import Foundation
import Ring
import Secrets

/// What leaves the key's owner is public.
func publish(_ polynomial: Polynomial<Evaluation>) {
    for position in 0..<polynomial.limbCount {
        polynomial.withLimb(position) { limb in
            limb.withUnsafeBufferPointer { words in
                ct_public(words.baseAddress, words.count * 8)
            }
        }
    }
}

func publish(_ ciphertext: Ciphertext) {
    for polynomial in ciphertext.polynomials { publish(polynomial) }
}

func publish(_ key: KeySwitchingKey) {
    for body in key.bodies { publish(body) }
}

/// Keys, encryption and decryption of the lattice scheme.
func lattice(_ report: inout Report) throws {
    let parameters = try CKKSParameters.insecure(
        degree: 1024, baseBits: 45, scaleBits: 35, levels: 2, digits: .limbsPerDigit(2))
    let context = try CKKSContext(parameters)
    let generator = KeyGenerator(context: context, source: MarkedSource())
    let secret = try generator.secretKey()
    report.step("lattice: secret key")
    let keys = try generator.evaluationKeys(
        for: secret, publicKeyLevel: 2, relinearizationLevel: 2, rotations: [1: 2],
        conjugationLevel: 0)
    publish(keys.publicKey.body)
    if let key = keys.relinearization { publish(key) }
    for key in keys.galois.values { publish(key) }
    report.step("lattice: public, relinearization and rotation keys")
    let encryptor = Encryptor(context: context, source: MarkedSource())
    let encoder = SlotEncoder(context: context)
    let plaintext = try encoder.encode([1.5, -2, 0.25], level: 2)
    let own = try encryptor.encrypt(plaintext, secretKey: secret)
    publish(own)
    report.step("lattice: encryption with the secret key")
    let foreign = try encryptor.encrypt(plaintext, publicKey: keys.publicKey)
    publish(foreign)
    report.step("lattice: encryption with the public key")
    let zero = try encryptor.encryptZero(
        level: 1, scale: parameters.scale(atLevel: 1), publicKey: keys.publicKey)
    publish(zero)
    report.step("lattice: encryption of zero")
    let evaluator = try Evaluator(context: context, keys: keys)
    let product = try evaluator.multiply(own, foreign)
    let decryptor = Decryptor(context: context)
    let phases = [
        try decryptor.phase(own, secretKey: secret),
        try decryptor.phase(foreign, secretKey: secret),
        try decryptor.phase(product, secretKey: secret),
    ]
    report.step("lattice: decryption to residues")
    // The message is the owner's to see: from here on nothing of the key is left but its noise.
    for phase in phases { publish(phase.polynomial) }
    let slots = try encoder.decodeReal(phases[0])
    guard abs(slots[0] - 1.5) < 1e-4 else { throw CocoaError(.coderInvalidValue) }
    report.step("lattice: decoding of decrypted values")
    let copy = try secret.duplicateCoefficients()
    let back = try SecretKey(coefficients: copy, keyID: secret.keyID)
    guard back.degree == 1024 else { throw CocoaError(.coderInvalidValue) }
    report.step("lattice: a secret key from its bytes")
}
