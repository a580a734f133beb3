import CKKS
import ComplexModule
import Ring
import Secrets
import TestSupport
import Testing

/// The key recovery of Li and Micciancio.
///
/// "On the Security of Homomorphic Encryption on Approximate Numbers", eprint
/// 2020/1533, section 4. A decryption that is published in full is the phase c0 + c1 s in other words; whoever has the
/// ciphertext solves for s.
@Suite struct KeyRecoveryTests {
    /// What an eavesdropper makes of a ciphertext and the slots that its owner published: s, if encoding the slots
    /// gives the phase back.
    private func attack(
        _ ciphertext: Ciphertext, shared: [Complex<Double>], _ f: Fixture
    ) throws -> [Int]? {
        let phase = try f.encoder.encode(
            shared, level: ciphertext.level, scale: ciphertext.scale)
        let modulus = ciphertext.polynomials[0].modulus(0)
        let basis = Basis([0])
        let known = (phase.polynomial - ciphertext.polynomials[0]).residues()[0]
        let factors = ciphertext.polynomials[1].residues()[0]
        guard !factors.contains(0) else { return nil }
        let quotient = zip(known, factors).map { modulus.multiply($0, modulus.inverse($1)) }
        let polynomial = try Polynomial<Evaluation>(
            residues: [quotient], context: f.context.ring, basis: basis)
        let found = polynomial.toCoefficient().centeredDoubles().map { Int($0) }
        return found.allSatisfy { abs($0) <= 1 } ? found : nil
    }

    private func secret(_ f: Fixture) throws -> [Int] {
        try f.withSecret { key in
            try key.duplicateCoefficients().withUnsafeBytes { bytes in
                bytes.map { Int(Int8(bitPattern: $0)) }
            }
        }
    }

    /// A product of two encryptions, as a server would return it.
    private func answer(_ f: Fixture, _ seed: UInt64) throws -> Ciphertext {
        let top = f.parameters.maxLevel
        let product = try f.evaluator.relinearizeAndRescale(
            f.evaluator.multiply(
                f.encrypt(f.values(seed), top), f.encrypt(f.values(seed + 100), top)))
        return try f.evaluator.dropLevel(product, to: 0)
    }

    @Test("an unflooded result that is shared gives the key away, at once")
    func unflooded() throws {
        let f = try Sets.insecureSingle.get()
        let expected = try secret(f)
        for seed in 0..<8 {
            let answer = try answer(f, UInt64(seed))
            #expect(try attack(answer, shared: f.decrypt(answer), f) == expected)
        }
    }

    @Test("a flooded one does not: no success in forty trials, and the message is still there")
    func flooded() throws {
        let f = try Sets.insecureSingle.get()
        let expected = try secret(f)
        // Room for 30 bits above the noise is not there at this scale; even twelve bits stop this attack.
        let norm = 16 * 100.0
        let flood = try NoiseFlood(deviation: (12.0).squareRoot() * 0x1p6 * norm)
        for seed in 0..<40 {
            let answer = try answer(f, UInt64(seed))
            let phase = try f.withSecret { try f.decryptor.phase(answer, secretKey: $0) }
            let shared = try f.encoder.decode(
                phase.adding(
                    flood.noise(
                        context: f.context, level: answer.level, scale: answer.scale,
                        source: SeededRandomSource(seed: UInt64(seed)))))
            let found = try attack(answer, shared: shared, f)
            #expect(found != expected)
            let error = try PrecisionReport(expected: f.decrypt(answer), found: shared)
            let deviation = (Double(f.parameters.degree)).squareRoot() * flood.deviation
            #expect(abs(error.rootMeanSquare * answer.scale / deviation - 1) < 0.1)
        }
    }

    @Test("noise has the asked deviation in every coefficient, and is fresh every time")
    func deviation() throws {
        let f = try Sets.real8192.get()
        let flood = try NoiseFlood(deviation: 0x1.5p30)
        let first = try flood.noise(context: f.context, level: 1, scale: 1)
        let second = try flood.noise(context: f.context, level: 1, scale: 1)
        #expect(first.polynomial != second.polynomial)
        let values = first.polynomial.toCoefficient().centeredDoubles()
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        #expect(abs(square.squareRoot() / 0x1.5p30 - 1) < 0.05)
        let few = try flood.noise(context: f.context, level: 0, scale: 1, places: [7])
        let places = few.polynomial.toCoefficient().centeredDoubles().enumerated()
        #expect(places.allSatisfy { ($0.offset == 7) == ($0.element != 0) })
        #expect(throws: CKKSError.self) { try NoiseFlood(deviation: 0) }
        #expect(throws: CKKSError.self) {
            try flood.noise(context: f.context, level: 9, scale: 1)
        }
    }
}
