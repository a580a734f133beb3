import CKKS
import Ring
import Secrets
import Tacit
import TestSupport
import Testing

/// A small ring with keys and a ciphertext, all from one seed.
private struct Fixture {
    let context: CKKSContext
    let keys: EvaluationKeys
    let request: Ciphertext
    let response: Ciphertext

    init(degree: Int = 64) throws {
        let parameters = try CKKSParameters.insecure(
            degree: degree, baseBits: 45, scaleBits: 35, levels: 2, digits: .limbsPerDigit(2))
        context = try CKKSContext(parameters)
        let source = SeededRandomSource(seed: 41)
        let generator = KeyGenerator(context: context, source: source)
        let secret = try generator.secretKey()
        keys = try generator.evaluationKeys(
            for: secret, publicKeyLevel: 1, relinearizationLevel: 2, rotations: [1: 2, -3: 1],
            conjugationLevel: 0)
        let encryptor = Encryptor(context: context, source: source)
        let plaintext = try SlotEncoder(context: context).encode([1.5, -2, 0.25], level: 2)
        request = try encryptor.encrypt(plaintext, secretKey: secret)
        response = try encryptor.encryptZero(
            level: 1, scale: parameters.scale(atLevel: 1), publicKey: keys.publicKey)
    }

    var keyID: KeyID { keys.keyID }

    func expectation(_ ciphertext: Ciphertext, seeded: Bool) -> CiphertextExpectation {
        CiphertextExpectation(
            level: ciphertext.level, scale: ciphertext.scale, mayBeSeeded: seeded)
    }

    func read(
        _ bytes: [UInt8], _ expected: CiphertextExpectation
    ) throws(WireError) -> Ciphertext {
        var reader = ByteReader(bytes)
        let ciphertext = try reader.ciphertext(expected, keyID: keyID, context: context, "c")
        try reader.finish("c")
        return ciphertext
    }

    func readKeys(_ bytes: [UInt8]) throws(WireError) -> EvaluationKeys {
        var reader = ByteReader(bytes)
        let keys = try reader.evaluationKeys(keyID: keyID, context: context)
        try reader.finish("keys")
        return keys
    }
}

private func written(_ body: Frame.BodyWriter) throws(WireError) -> [UInt8] {
    var writer = ByteWriter()
    try body(&writer)
    return writer.finish()
}

private func isSame(_ left: Ciphertext, _ right: Ciphertext) -> Bool {
    left.polynomials == right.polynomials && left.level == right.level
        && left.scale == right.scale && left.keyID == right.keyID && left.seed == right.seed
}

private func isSame(_ left: KeySwitchingKey?, _ right: KeySwitchingKey?) -> Bool {
    left?.purpose == right?.purpose && left?.keyID == right?.keyID && left?.level == right?.level
        && left?.seed == right?.seed && left?.bodies == right?.bodies
        && left?.uniforms == right?.uniforms
}

@Suite("CKKS on the wire")
struct CKKSWireTests {
    @Test("parameters come back, and are checked as if they were made by hand")
    func parameters() throws {
        let uniform = try CKKSParameters.make(
            degree: 8192, baseBits: 50, scaleBits: 40, levels: 2)
        let own = try CKKSParameters(
            degree: 8192, baseGroup: uniform.baseGroup, levelGroups: uniform.levelGroups,
            specialModuli: uniform.specialModuli, digitLimbCount: uniform.digitLimbCount,
            topScale: 0x1p35, scales: [0x1p31, 0x1p33, 0x1p35], security: .bits128)
        for parameters in [uniform, own] { try comesBack(parameters) }
    }

    private func comesBack(_ parameters: CKKSParameters) throws {
        let bytes = try written { w throws(WireError) in w.parameters(parameters) }
        func read(_ bytes: [UInt8]) throws(WireError) -> CKKSParameters {
            var reader = ByteReader(bytes)
            let parameters = try reader.parameters()
            try reader.finish("parameters")
            return parameters
        }
        #expect(try read(bytes) == parameters)
        #expect(try read(bytes).ringDigest == parameters.ringDigest)
        for count in 0..<bytes.count {
            #expect(problem { () throws(WireError) in try read(Array(bytes.prefix(count))) } != nil)
        }
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            // What is still accepted is another valid set, never the same one.
            if let other = try? read(changed) { #expect(other != parameters) }
        }
        let insecure = try CKKSParameters.insecure(
            degree: 1024, baseBits: 45, scaleBits: 35, levels: 2)
        let refused = try written { w throws(WireError) in w.parameters(insecure) }
        #expect(
            problem { () throws(WireError) in try read(refused) }
                == .value(part: "the parameters", reason: "no security level is declared"))
        // The same with a security level claimed.
        var claimed = refused
        claimed[claimed.count - 2] = 128
        guard case .value(_, let reason) = problem({ () throws(WireError) in try read(claimed) })
        else {
            Issue.record("insecure parameters accepted")
            return
        }
        #expect(reason.contains("128-bit"))
    }

    @Test("ciphertexts come back, seeded at half the size")
    func ciphertexts() throws {
        let fixture = try Fixture()
        let seeded = try written { w throws(WireError) in try w.ciphertext(fixture.request) }
        let expected = fixture.expectation(fixture.request, seeded: true)
        #expect(isSame(try fixture.read(seeded, expected), fixture.request))
        let full = try written { w throws(WireError) in try w.ciphertext(fixture.response) }
        let later = fixture.expectation(fixture.response, seeded: false)
        #expect(isSame(try fixture.read(full, later), fixture.response))
        var unseeded = fixture.request
        unseeded.seed = nil
        let long = try written { w throws(WireError) in try w.ciphertext(unseeded) }
        #expect(long.count - 10 == 2 * (seeded.count - 10 - 32))
        for bytes in [seeded, long] {
            let list = try written { w throws(WireError) in
                try w.ciphertexts([fixture.request, unseeded])
            }
            var reader = ByteReader(list)
            let back = try reader.ciphertexts(
                expected, limit: 2, keyID: fixture.keyID, context: fixture.context)
            #expect(back.count == 2 && isSame(back[0], fixture.request))
            #expect(back[1].polynomials == fixture.request.polynomials)
            for count in 0..<bytes.count {
                guard
                    case .truncated = problem({ () throws(WireError) in
                        try fixture.read(Array(bytes.prefix(count)), expected)
                    })
                else {
                    Issue.record("\(count) bytes accepted")
                    continue
                }
            }
        }
        var reader = ByteReader([3])
        #expect(
            problem { () throws(WireError) in
                try reader.ciphertexts(
                    expected, limit: 2, keyID: fixture.keyID, context: fixture.context)
            } == .tooLarge(part: "the number of ciphertexts", found: 3, limit: 2))
    }

    @Test("answers of some coefficients come back at their places, where they may come")
    func coefficientAnswers() throws {
        let fixture = try Fixture()
        let whole = fixture.response
        let places = [3, 0, 63, 17, 5]
        let body = whole.polynomials[0].toCoefficient().residues()
        let answer = CoefficientAnswer(
            coefficients: body.map { limb in places.map { limb[$0] } },
            uniform: whole.polynomials[1], level: whole.level, scale: whole.scale,
            keyID: whole.keyID)
        let bytes = try written { w throws(WireError) in try w.ciphertext(answer) }
        let expected = CiphertextExpectation(
            level: whole.level, scale: whole.scale, mayBeSeeded: false, places: places)
        let found = try fixture.read(bytes, expected)
        #expect(found.polynomials[1] == whole.polynomials[1] && found.scale == whole.scale)
        for (a, b) in zip(found.polynomials[0].toCoefficient().residues(), body) {
            for place in a.indices {
                #expect(a[place] == (places.contains(place) ? b[place] : 0))
            }
        }
        #expect(
            problem { () throws(WireError) in
                try fixture.read(bytes, fixture.expectation(whole, seeded: false))
            } == .value(part: "c", reason: "only some coefficients, where all are needed"))
        let full = try written { w throws(WireError) in try w.ciphertext(whole) }
        #expect(isSame(try fixture.read(full, expected), whole))
        #expect(
            problem { () throws(WireError) in try fixture.read([3] + full.dropFirst(), expected) }
                == .value(part: "c", reason: "unknown form 3"))
        for count in 0..<bytes.count {
            guard
                case .truncated = problem({ () throws(WireError) in
                    try fixture.read(Array(bytes.prefix(count)), expected)
                })
            else {
                Issue.record("\(count) bytes accepted")
                continue
            }
        }
        // The first residue of c0, all ones.
        var large = bytes
        for index in 10..<16 { large[index] = 0xFF }
        #expect(
            problem { () throws(WireError) in try fixture.read(large, expected) }
                == .residue(part: "c, c0", limb: 0, index: 0))
    }

    @Test("level, scale, form and residues are exactly as expected, or refused by name")
    func expectations() throws {
        let fixture = try Fixture()
        let seeded = try written { w throws(WireError) in try w.ciphertext(fixture.request) }
        func refusal(_ bytes: [UInt8], _ expected: CiphertextExpectation) -> WireProblem? {
            problem { () throws(WireError) in try fixture.read(bytes, expected) }
        }
        let good = fixture.expectation(fixture.request, seeded: true)
        #expect(
            refusal(seeded, fixture.expectation(fixture.request, seeded: false))
                == .value(part: "c", reason: "seeded, where it cannot be fresh"))
        #expect(
            refusal(seeded, fixture.expectation(fixture.response, seeded: true))
                == .value(part: "c", reason: "level 2 where 1 is needed"))
        #expect(
            refusal(
                seeded,
                CiphertextExpectation(level: 2, scale: good.scale.nextUp, mayBeSeeded: true))
                == .value(part: "c", reason: "not at the scale of level 2"))
        #expect(refusal(seeded + [0], good) == .trailingBytes(part: "c"))
        // The first residue, all ones: 45 bits from byte 42 on.
        var large = seeded
        for index in 42..<48 { large[index] = 0xFF }
        #expect(refusal(large, good) == .residue(part: "c, c0", limb: 0, index: 0))
        var product = fixture.request
        product.polynomials.append(product.polynomials[0])
        #expect(
            problem { () throws(WireError) in
                try written { w throws(WireError) in try w.ciphertext(product) }
            } != nil)
    }

    @Test("evaluation keys come back whole, through memory and through a file")
    func evaluationKeys() throws {
        let fixture = try Fixture()
        let header = try FrameHeader(
            kind: .evaluationKeys, scheme: .ckks, ring: fixture.context.parameters.ringDigest,
            keyID: fixture.keyID)
        let scratch = try ScratchDirectory()
        let path = try scratch.file("client.evk")
        try Frame.write(header, to: path) { w throws(WireError) in
            try w.evaluationKeys(fixture.keys)
        }
        let back = try Frame.read(path: path, as: .evaluationKeys) {
            found, reader throws(WireError) in
            try found.check(ring: fixture.context.parameters.ringDigest, keyID: fixture.keyID)
            return try reader.evaluationKeys(keyID: fixture.keyID, context: fixture.context)
        }
        #expect(back.keyID == fixture.keys.keyID)
        #expect(back.publicKey.body == fixture.keys.publicKey.body)
        #expect(back.publicKey.uniform == fixture.keys.publicKey.uniform)
        #expect(back.publicKey.level == 1)
        #expect(isSame(back.relinearization, fixture.keys.relinearization))
        #expect(back.galois.count == 3)
        #expect(Set(back.galois.keys) == Set(fixture.keys.galois.keys))
        for (element, key) in fixture.keys.galois { #expect(isSame(back.galois[element], key)) }
        try back.validate(in: fixture.context)
        // The same bytes every time, whatever order the dictionary is in.
        let once = try written { w throws(WireError) in try w.evaluationKeys(fixture.keys) }
        let again = try written { w throws(WireError) in try w.evaluationKeys(back) }
        #expect(once == again)
    }

    @Test("keys in the wrong form are refused by name")
    func badKeys() throws {
        let fixture = try Fixture()
        let context = fixture.context
        let galois = fixture.keys.galois.sorted { $0.key < $1.key }
        func keys(_ elements: [(Int, KeySwitchingKey)]) throws(WireError) -> EvaluationKeys {
            try fixture.readKeys(
                try written { w throws(WireError) in
                    try w.publicKey(fixture.keys.publicKey)
                    w.bool(false)
                    w.int(elements.count)
                    for (exponent, key) in elements {
                        w.int(exponent)
                        try w.switchingKey(key)
                    }
                })
        }
        func refusal(_ elements: [(Int, KeySwitchingKey)]) -> WireProblem? {
            problem { () throws(WireError) in try keys(elements) }
        }
        let (first, second) = (galois[0], galois[1])
        #expect(
            refusal([(first.key.exponent, first.value), (second.key.exponent, second.value)]) == nil
        )
        let order = WireProblem.value(part: "the Galois elements", reason: "they do not rise")
        #expect(
            refusal([(second.key.exponent, second.value), (first.key.exponent, first.value)])
                == order)
        #expect(
            refusal([(first.key.exponent, first.value), (first.key.exponent, first.value)]) == order
        )
        #expect(refusal([(1, first.value)]) == order)
        guard case .value = refusal([(4, first.value)]) else {
            Issue.record("an even element was accepted")
            return
        }
        guard case .value = refusal([(128, first.value)]) else {
            Issue.record("an element of another degree was accepted")
            return
        }
        let publicKey = try written { w throws(WireError) in try w.publicKey(fixture.keys.publicKey)
        }
        var reader = ByteReader(publicKey)
        guard
            case .value = problem({ () throws(WireError) in
                try reader.publicKey(keyID: fixture.keyID, level: 2, context: context)
            })
        else {
            Issue.record("a public key of another level was accepted")
            return
        }
        // Keys of parameters without key switching.
        let plain = try CKKSContext(
            try CKKSParameters.insecure(
                degree: 64, baseBits: 45, scaleBits: 35, levels: 2, digits: .none))
        var other = ByteReader([2] + [UInt8](repeating: 0, count: 4000))
        #expect(
            problem { () throws(WireError) in
                try other.switchingKey(
                    .relinearization, keyID: fixture.keyID, context: plain, "k")
            } == .value(part: "k", reason: "these parameters have no switching keys"))
    }

    @Test("mutated bodies are refused or give objects that are valid")
    func mutations() throws {
        let fixture = try Fixture()
        let keyBytes = try written { w throws(WireError) in try w.evaluationKeys(fixture.keys) }
        let requestBytes = try written { w throws(WireError) in try w.ciphertext(fixture.request) }
        let expected = fixture.expectation(fixture.request, seeded: true)
        var generator = TestGenerator(seed: 42)
        func mutated(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            switch generator.integer(in: 0...9) {
            case 0: return Array(bytes.prefix(generator.integer(in: 0...bytes.count - 1)))
            case 1: return bytes + generator.bytes(count: 3)
            case 2: bytes.remove(at: generator.integer(in: 0...bytes.count - 1))
            case 3...5: bytes[generator.integer(in: 0...60)] = UInt8(generator.integer(in: 0...255))
            default:
                bytes[generator.integer(in: 0...bytes.count - 1)] ^=
                    1 << UInt8(generator.integer(in: 0...7))
            }
            return bytes
        }
        var accepted = 0
        for _ in 0..<4000 {
            if let request = try? fixture.read(mutated(requestBytes), expected) {
                try request.validate(in: fixture.context, keyID: fixture.keyID)
                accepted += 1
            }
        }
        for _ in 0..<1000 {
            if let keys = try? fixture.readKeys(mutated(keyBytes)) {
                try keys.validate(in: fixture.context)
                accepted += 1
            }
        }
        #expect(accepted > 100 && accepted < 4900)
    }

    @Test("secret keys come back from their payload; other payloads are refused")
    func secretKeys() throws {
        let fixture = try Fixture()
        let generator = KeyGenerator(
            context: fixture.context, source: SeededRandomSource(seed: 43))
        let secret = try generator.secretKey()
        var payload = try SecretPayload.bytes(of: secret)
        #expect(payload.count == 72)
        let scheme = try SecretPayload.scheme(of: payload)
        #expect(scheme == .ckks)
        let values = payload.withUnsafeBytes { Array($0.dropFirst(8)) }
        #expect(Set(values) == [0, 1, 2])
        let back = try SecretPayload.secretKey(from: payload, keyID: secret.keyID)
        let isEqual = back.coefficients.isEqual(to: secret.coefficients)
        #expect(isEqual)
        #expect(back.keyID == secret.keyID)
        for (index, value): (Int, UInt8) in [
            (0, 2), (1, 9), (1, 2), (2, 1), (4, 63), (7, 1), (8, 3), (71, 255),
        ] {
            let old = payload.withUnsafeBytes { $0[index] }
            payload.withUnsafeMutableBytes { $0[index] = value }
            #expect(throws: WireError.self, "byte \(index)") {
                _ = try SecretPayload.secretKey(from: payload, keyID: secret.keyID)
            }
            payload.withUnsafeMutableBytes { $0[index] = old }
        }
        let short = try SecretBytes(count: 7)
        #expect(throws: WireError.self) {
            _ = try SecretPayload.secretKey(from: short, keyID: secret.keyID)
        }
    }

    @Test("a relinearization key at degree 16384 with 8 limbs is below 4.5 MB")
    func relinearizationKeySize() throws {
        let parameters = try CKKSParameters.make(
            degree: 16384, baseBits: 50, scaleBits: 40, levels: 7)
        #expect(parameters.moduli.count == 8 && parameters.logQP < 430.5)
        let context = try CKKSContext(parameters)
        let generator = KeyGenerator(context: context, source: SeededRandomSource(seed: 43))
        let key = try generator.relinearizationKey(for: generator.secretKey(), level: 7)
        let bytes = try written { w throws(WireError) in try w.switchingKey(key) }
        // A level and a seed; then for every digit of two limbs N residues of each prime's bits.
        let bits = (parameters.moduli + parameters.specialModuli).reduce(0) {
            $0 + 64 - $1.leadingZeroBitCount
        }
        #expect(parameters.digitCount == 4)
        #expect(abs(bytes.count - 4 * 16384 * bits / 8) < 64)
        #expect(bytes.count < 4_500_000)
    }
}
