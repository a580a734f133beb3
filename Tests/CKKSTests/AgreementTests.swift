import CKKS
import ComplexModule
import Foundation
import Ring
import Secrets
import TestSupport
import Testing

/// Results are the same integers on every instruction set and for any number of threads, at every
/// level of every set; portable C on one thread is the reference.
@Suite struct AgreementTests {
    /// Keys and an evaluator on a ring of one instruction set.
    private struct Engine {
        let context: CKKSContext
        let evaluator: Evaluator

        init(_ fixture: Fixture, _ set: InstructionSet, threadCount: Int) throws {
            let parameters = fixture.parameters
            let ring = try RingContext(
                degree: parameters.degree, moduli: parameters.moduli + parameters.specialModuli,
                instructionSet: set)
            context = try CKKSContext(parameters, ring: ring, threadCount: threadCount)
            let keys = fixture.keys
            let context = self.context
            func moved(_ key: KeySwitchingKey) throws -> KeySwitchingKey {
                try KeySwitchingKey(
                    purpose: key.purpose, keyID: key.keyID, level: key.level, seed: key.seed,
                    bodies: key.bodies.map { try Self.moved($0, to: context) }, context: context)
            }
            let used = [1, 8].map { GaloisElement.rotation(by: $0, degree: parameters.degree) }
            evaluator = try Evaluator(
                context: context,
                keys: EvaluationKeys(
                    publicKey: PublicKey(
                        keyID: keys.keyID, level: keys.publicKey.level, seed: keys.publicKey.seed,
                        body: Self.moved(keys.publicKey.body, to: context), context: context),
                    relinearization: keys.relinearization.map(moved),
                    galois: keys.galois.filter { used.contains($0.key) }.mapValues(moved)))
        }

        static func moved(_ polynomial: Polynomial<Evaluation>, to context: CKKSContext) throws
            -> Polynomial<Evaluation>
        {
            try Polynomial(
                residues: polynomial.residues(), context: context.ring, basis: polynomial.basis)
        }

        /// Any integers: 0, 1 and q - 1 in the first places, random residues elsewhere.
        func ciphertext(_ level: Int, seed: UInt64) throws -> Ciphertext {
            var generator = TestGenerator(seed: seed)
            let basis = context.basis(atLevel: level)
            let keyID = try #require(evaluator.keys?.keyID)
            return Ciphertext(
                polynomials: try (0..<2).map { _ in
                    try Polynomial(
                        residues: basis.indices.map { index in
                            let q = context.ring.moduli[index].value
                            var limb = (0..<context.parameters.degree).map { _ in
                                generator.integer(in: 0...(q - 1))
                            }
                            for (place, edge) in [0, 1, q - 1].enumerated() {
                                for i in 0..<8 { limb[8 * place + i] = edge }
                            }
                            return limb
                        }, context: context.ring, basis: basis)
                }, level: level, scale: 0x1p8, keyID: keyID)
        }

        func weights(_ level: Int, seed: UInt64) throws -> Plaintext {
            let polynomial = try ciphertext(level, seed: seed).polynomials[0].toCoefficient()
            // A small integer polynomial over the extended basis, the same on every engine.
            let integers = polynomial.withLimb(0) { limb in
                limb.indices.map { Int64(limb[$0] & 0xfffff) - 0x80000 }
            }
            return Plaintext(
                polynomial: try Polynomial<Coefficient>(
                    signedCoefficients: integers, context: context.ring,
                    basis: context.extendedBasis(atLevel: level)
                ).toEvaluation(), level: level, scale: 0x1p8, isExtended: true)
        }

        /// Every path of key switching and division at a level.
        func results(_ level: Int) throws -> [(name: String, result: Ciphertext)] {
            let (e, a, b) = (
                evaluator, try ciphertext(level, seed: 1), try ciphertext(level, seed: 2)
            )
            let product = try e.multiply(a, b)
            var results = [
                ("multiply", product), ("square", try e.square(a)),
                ("relinearize", try e.relinearize(product)), ("rotate", try e.rotate(a, by: 1)),
            ]
            for (index, rotated) in try e.rotations(a, by: [8, 0, 1]).enumerated() {
                results.append(("rotations \(index)", rotated))
            }
            let (v, w) = (try weights(level, seed: 3), try weights(level, seed: 4))
            let sums = [
                [
                    WeightedRotation(by: 1, weights: v), WeightedRotation(by: 0, weights: w),
                    WeightedRotation(by: 8, weights: w),
                ], [WeightedRotation(by: 8, weights: v)],
            ]
            for (index, sum) in try e.weightedRotationSums(a, sums, rescaling: false).enumerated() {
                results.append(("weighted sum \(index)", sum))
            }
            results.append(
                (
                    "rotated sum",
                    try e.rotatedSum((0..<9).map { ($0 % 2 == 0 ? a : b, [1, 8, 0][$0 % 3]) })
                ))
            if level > 0 {
                var wide = product
                wide.scale = context.parameters.groupProduct(atLevel: level) * 4
                results.append(("rescale", try e.rescale(wide)))
                results.append(("relinearize and rescale", try e.relinearizeAndRescale(wide)))
            }
            return results
        }
    }

    /// The smaller sets and the largest, or all named ones.
    private static let sets =
        NamedSets.takesEveryLevel ? NamedSets.all.map(\.set) : Sets.all + [Sets.real32768]

    @Test(arguments: sets.indices) func everyPathIsTheSame(set: Int) throws {
        let f = try Self.sets[set].get()
        let reference = try Engine(f, .portable, threadCount: 1)
        let others = try InstructionSet.supported.map { try Engine(f, $0, threadCount: 1) }
        let teams = try [2, 3].map {
            try Engine(f, try #require(InstructionSet.supported.last), threadCount: $0)
        }
        // The ordinary run takes the ends and the middle of the largest set.
        let top = f.parameters.maxLevel
        let levels =
            f.parameters.degree > 16384 && !NamedSets.takesEveryLevel
            ? [0, top / 2, top] : Array(0...top)
        for level in levels {
            let expected = try reference.results(level)
            for engine in others.dropFirst() + teams {
                for (mine, theirs) in zip(try engine.results(level), expected) {
                    #expect(
                        mine.result.polynomials == theirs.result.polynomials,
                        """
                        \(mine.name) at level \(level), \(engine.context.ring.instructionSet), \
                        \(engine.context.threadCount) threads
                        """)
                }
            }
        }
    }

    @Test func keysDoNotDependOnThreads() throws {
        let parameters = try Sets.insecureSingle.get().parameters
        let keys = try [1, 2, 3].map { threadCount in
            let context = try CKKSContext(parameters, threadCount: threadCount)
            let generator = KeyGenerator(context: context, source: SeededRandomSource(seed: 91))
            let secret = try generator.secretKey()
            var progress: [Int] = []
            let keys = try generator.evaluationKeys(
                for: secret, publicKeyLevel: 1, relinearizationLevel: 2,
                rotations: [1: 2, 2: 1, 3: 4, 5: 0], threadCount: threadCount
            ) { made, total in
                progress.append(made)
                #expect(total == 5)
            }
            #expect(progress.last == 5 && progress == progress.sorted())
            return keys
        }
        for other in keys.dropFirst() {
            #expect(other.keyID == keys[0].keyID)
            #expect(other.relinearization?.bodies == keys[0].relinearization?.bodies)
            #expect(other.galois.count == 4)
            for (element, key) in keys[0].galois {
                #expect(other.galois[element]?.bodies == key.bodies)
                #expect(other.galois[element]?.uniforms == key.uniforms)
            }
        }
    }

    @Test func evaluationsShareThreads() throws {
        let context = try CKKSContext(Sets.insecureSingle.get().parameters, threadCount: 3)
        let shared = SharedThreads()
        #expect(context.team.threadCount == 3)
        shared.evaluate {
            #expect(context.team.threadCount == 3 && shared.others == 0)
            let (isThere, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let threads = (0..<4).map { _ in
                let thread = Thread {
                    shared.evaluate {
                        isThere.signal()
                        isOver.wait()
                    }
                    isThere.signal()
                }
                thread.start()
                isThere.wait()
                return thread
            }
            #expect(context.team.threadCount == 1 && shared.others == 4)
            for _ in 0..<3 {
                isOver.signal()
                isThere.wait()
            }
            #expect(context.team.threadCount == 2)
            // Others that share other threads take none of these.
            SharedThreads().evaluate { #expect(context.team.threadCount == 3) }
            isOver.signal()
            isThere.wait()
            #expect(context.team.threadCount == 3)
            withExtendedLifetime(threads) {}
        }
        #expect(shared.others == 0)
    }

    @Test func threadCountsAreChecked() throws {
        let parameters = try Sets.insecureSingle.get().parameters
        #expect(try CKKSContext(parameters).threadCount == 1)
        #expect(try CKKSContext(parameters, threadCount: 3).threadCount == 3)
        #expect(CKKSContext.processorCount >= 1)
        for bad in [0, -1, 1025] {
            #expect(
                refusal { try CKKSContext(parameters, threadCount: bad) }
                    == .invalidParameter(
                        name: "threadCount", value: "\(bad)", expected: "1 to 1024"))
        }
    }
}
