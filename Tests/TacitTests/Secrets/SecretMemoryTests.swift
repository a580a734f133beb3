#if os(Linux)
    import BigNum
    import CKKS
    import Foundation
    import Paillier
    import Ring
    import Secrets
    import Tacit
    import TestSupport
    import Testing

    /// After use no copy of a secret key is in the process's memory, in any form it had on the way.
    @Suite("Secret keys in memory")
    struct SecretMemoryTests {
        /// The bytes of a word, without an array of the whole pattern.
        private func bytes(of value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }

        /// 64 coefficients of a ternary key in every form that code may give them.
        private func scanners(of key: borrowing SecretKey, _ context: CKKSContext) throws
            -> [MemoryScanner]
        {
            try key.coefficients.withUnsafeBytes { all in
                let start = try #require(all.dropLast(64).firstIndex(of: 0xFF))
                let signs = UnsafeRawBufferPointer(rebasing: all[start..<start + 64])
                func sign(_ byte: UInt8) -> Int { Int(Int8(bitPattern: byte)) }
                func form(_ name: String, _ make: @escaping (Int) -> [UInt8]) -> MemoryScanner {
                    MemoryScanner(name, masking: signs.lazy.flatMap { make(sign($0)) })
                }
                var forms = [
                    MemoryScanner("bytes", signs),
                    form("payload") { [UInt8($0 + 1)] },
                    form("16 bits") { bytes(of: Int16($0)) },
                    form("32 bits") { bytes(of: Int32($0)) },
                    form("64 bits") { bytes(of: Int64($0)) },
                    form("doubles") { bytes(of: Double($0).bitPattern) },
                ]
                for modulus in context.ring.moduli {
                    let q = modulus.value
                    forms.append(
                        form("residues modulo \(q)") { bytes(of: $0 < 0 ? q - 1 : UInt64($0)) })
                }
                return try forms + transformed(all, context)
            }
        }

        /// Six values of the transformed key, modulo each prime.
        private func transformed(
            _ coefficients: UnsafeRawBufferPointer, _ context: CKKSContext
        ) throws -> [MemoryScanner] {
            // The transform of x tells at which point the key's polynomial is evaluated where.
            var monomial = [Int8](repeating: 0, count: coefficients.count)
            monomial[1] = 1
            let points = try Polynomial(
                signedCoefficients: monomial, context: context.ring, basis: context.ring.fullBasis
            ).toEvaluation().residues()
            return points.enumerated().flatMap { limb, points -> [MemoryScanner] in
                let q = context.ring.moduli[limb].value
                func value(_ place: Int) -> UInt64 {
                    coefficients.reversed().reduce(0) { sum, byte in
                        let (high, low) = sum.multipliedFullWidth(by: points[place])
                        let product = q.dividingFullWidth((high, low)).remainder
                        let term = byte == 0xFF ? q - 1 : UInt64(byte)
                        return (product + term) % q
                    }
                }
                let places = 11..<17
                return [
                    MemoryScanner(
                        "transformed modulo \(q)",
                        masking: places.lazy.flatMap { bytes(of: value($0)) }),
                    MemoryScanner(
                        "transformed modulo \(q), doubles",
                        masking: places.lazy.flatMap { bytes(of: Double(value($0)).bitPattern) }),
                ]
            }
        }

        /// Each pattern that is there, and how often.
        private func found(_ scanners: [MemoryScanner]) throws -> [String: Int] {
            var counts: [String: Int] = [:]
            for (scanner, places) in zip(scanners, try MemoryScanner.occurrences(of: scanners))
            where !places.isEmpty {
                counts[scanner.name] = places.count
            }
            return counts
        }

        @Test("a lattice key: its one guarded copy while open, none after")
        func lattice() throws {
            let model = try SmallModel.compiled()
            let context = try CKKSContext(#require(model.card.parameters))
            let scratch = try ScratchDirectory()
            let scanners = try useLatticeKey(model, context, vaultPath: scratch.path + "/v")
            #expect(try found(scanners) == [:])
        }

        @inline(never)
        private func useLatticeKey(
            _ model: Model, _ context: CKKSContext, vaultPath: String
        ) throws -> [MemoryScanner] {
            let key = try KeyGenerator(context: context).secretKey()
            let scanners = try scanners(of: key, context)
            // The pattern of the whole key is there once: so the scan can see it.
            #expect(try found(scanners) == ["bytes": 1])
            let vault = try KeyVault.create(
                at: vaultPath, operations: .system, cost: .insecureForTests)
            try vault.store(
                "key", kind: "ckks", keyID: key.keyID, payload: SecretPayload.bytes(of: key),
                passphrase: phrase())
            let client = try Client(card: model.card, secret: .ckks(key))
            let predictor = try Predictor(model: model, evaluationKeys: client.evaluationKeys())
            _ = try client.publicKey()
            let request = try client.encrypt(SmallModel.rows)
            _ = try client.decrypt(predictor.predict(request))
            // Beside the coefficients stand the key's values modulo the primes it was used with, once.
            let kept = try found(scanners)
            let primes = context.ring.moduli.map { "transformed modulo \($0.value)" }
            #expect(kept.filter { !primes.contains($0.key) } == ["bytes": 1])
            #expect(kept.filter { primes.contains($0.key) }.allSatisfy { $0.value == 1 })
            let opened = try vault.open("key", passphrase: phrase())
            let again = try SecretPayload.secretKey(from: opened.payload, keyID: client.keyID)
            #expect(again.degree == context.parameters.degree)
            var both = kept
            both["bytes"] = 2
            both["payload"] = 1
            #expect(try found(scanners) == both)
            return scanners
        }

        private func phrase() throws -> Passphrase {
            var bytes = Array("phrase".utf8)
            return try Passphrase(SecretBytes(moving: &bytes))
        }

        /// Stretches of p, q and lambda, in both byte orders.
        private func scanners(of key: borrowing PaillierPrivateKey) throws -> [MemoryScanner] {
            let primes = try key.exportPrimes()
            let half = primes.count / 2
            var scanners: [MemoryScanner] = []
            primes.withUnsafeBytes { all in
                for (name, start) in [("p", 20), ("q", half + 20)] {
                    let part = all[start..<start + 48]
                    scanners.append(MemoryScanner(name, masking: part))
                    scanners.append(MemoryScanner("\(name) in limbs", masking: part.reversed()))
                }
            }
            let numbers = primes.withUnsafeBytes { all in
                (
                    BigInt(bigEndian: UnsafeRawBufferPointer(rebasing: all[..<half])),
                    BigInt(bigEndian: UnsafeRawBufferPointer(rebasing: all[half...]))
                )
            }
            // gcd(p - 1, q - 1) = 2 in keys of ours.
            let lambda = (numbers.0 - 1) * (numbers.1 - 1) >> 1
            var bytes = try SecretBytes(count: primes.count)
            try bytes.withUnsafeMutableBytes { try lambda.write(bigEndianTo: $0) }
            bytes.withUnsafeBytes { all in
                scanners.append(MemoryScanner("lambda", masking: all[60..<108]))
                scanners.append(MemoryScanner("lambda in limbs", masking: all[60..<108].reversed()))
            }
            return scanners
        }

        @Test("a Paillier key: its one guarded copy while open, none after")
        func paillier() throws {
            let model = try DemoModel.breastCancer.compiled(rows: 1, scheme: .paillier)
            let scanners = try usePaillierKey(model)
            #expect(try found(scanners) == [:])
        }

        @inline(never)
        private func usePaillierKey(_ model: Model) throws -> [MemoryScanner] {
            let key = try PaillierPrivateKey(generating: .bits3072)
            let scanners = try scanners(of: key)
            #expect(try found(scanners) == ["p": 1, "q": 1])
            let payload = try SecretPayload.bytes(of: key)
            let json = try PythonPaillier.json(of: key)
            #expect(json.count > payload.count)
            #expect(try found(scanners) == ["p": 2, "q": 2])
            let client = try Client(card: model.card, secret: .paillier(key))
            let predictor = try Predictor(model: model, evaluationKeys: client.evaluationKeys())
            let rows = Array(try DemoModel.breastCancer.testRows().prefix(1))
            _ = try client.decrypt(predictor.predict(client.encrypt(rows)))
            let read = try SecretPayload.paillierKey(from: payload)
            #expect(read.publicKey.id == client.keyID)
            #expect(try found(scanners) == ["p": 3, "q": 3])
            return scanners
        }
    }
#endif
