import Foundation
import Inference
import Secrets
import Synchronization
import Tacit
import TestSupport
import Testing

/// A cache in a folder of its own, and what it warned of.
final class CacheFixture: Sendable {
    let folder: URL
    private let said = Mutex<[String]>([])

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-cache-\(UUID().uuidString)")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var warnings: [String] { said.withLock { $0 } }

    func cache(byteLimit: Int = MappedCache.standardByteLimit) throws -> MappedCache {
        try MappedCache(path: folder.path, byteLimit: byteLimit) { warning in
            self.said.withLock { $0.append(warning) }
        }
    }

    func files(_ suffix: String = "") throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix(suffix) }
            .sorted { $0.path < $1.path }
    }
}

@Suite("The cache of expanded keys")
struct MappedCacheTests {
    private let fixture: CacheFixture
    private let talk: Conversation
    private let keys: [UInt8]

    init() throws {
        fixture = try CacheFixture()
        talk = try Conversation(SmallModel.compiled())
        keys = try talk.client.evaluationKeys()
    }

    private func open(_ cache: MappedCache) throws -> EvaluationKeySet {
        let set = try EvaluationKeySet(keys, card: talk.model.card, cache: cache)
        cache.finishWriting()
        return set
    }

    /// Predicts with a cache and holds the answer against the clear model.
    private func expectRight(_ cache: MappedCache) throws {
        let predictor = try Predictor(
            model: talk.model, evaluationKeys: keys, cache: cache)
        let response = try predictor.predict(talk.client.encrypt(SmallModel.rows))
        cache.finishWriting()
        let error = try largestError(
            talk.client.decrypt(response), talk.model.clearPrediction(SmallModel.rows))
        #expect(error < 1e-4)
    }

    @Test("mapped keys are the expanded ones, residue by residue, from bytes and from files")
    func hitEqualsMiss() throws {
        let cache = try fixture.cache()
        let file = fixture.folder.appending(path: "../\(UUID().uuidString).evk").standardized
        try Data(keys).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let made = try open(cache)
        #expect(!made.isMapped)
        #expect(try fixture.files(".keys").count == 1)
        for mapped in [
            try open(cache),
            try EvaluationKeySet(path: file.path, card: talk.model.card, cache: cache),
        ] {
            #expect(mapped.isMapped)
            let (a, b) = (try #require(made.lattice), try #require(mapped.lattice))
            #expect(a.keyID == b.keyID && a.ringDigest == b.ringDigest)
            #expect(a.publicKey.body == b.publicKey.body)
            #expect(a.publicKey.uniform == b.publicKey.uniform)
            #expect(a.publicKey.level == b.publicKey.level)
            #expect(a.galois.keys == b.galois.keys)
            let pairs =
                [(a.relinearization, b.relinearization)]
                + a.galois.keys.map { (a.galois[$0], b.galois[$0]) }
            for (x, y) in pairs {
                #expect(x?.level == y?.level && x?.purpose == y?.purpose)
                #expect(x?.bodies == y?.bodies)
                #expect(x?.uniforms == y?.uniforms)
            }
            #expect(try mapped.verified().isMapped)
        }
        try expectRight(cache)
        #expect(fixture.warnings.isEmpty)
    }

    @Test("damage anywhere in a file is noticed before an answer leaves; the file is made again")
    func damage() throws {
        let cache = try fixture.cache()
        _ = try open(cache)
        let file = try #require(try fixture.files(".keys").first)
        let good = try Data(contentsOf: file)
        var places = [0, 8, 13, 16, 24, 32, 64, 96, 200, good.count / 2, good.count - 1]
        var random = TestGenerator(seed: 3)
        for _ in 0..<8 { places.append(random.integer(in: 0...(good.count - 1))) }
        var spoiled = places.map { place -> Data in
            var bytes = good
            bytes[place] ^= 0x10
            return bytes
        }
        spoiled += [
            Data(), good.prefix(50), good.prefix(good.count / 2), good.dropLast(), good + [0],
            Data(repeating: 0, count: good.count), Data(keys),
        ]
        for (number, bytes) in spoiled.enumerated() {
            let before = fixture.warnings.count
            try bytes.write(to: file)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: file.path)
            try expectRight(cache)
            #expect(fixture.warnings.count == before + 1, "case \(number)")
            #expect(try Data(contentsOf: file) == good, "case \(number)")
        }
    }

    @Test("a file under another's name, open to others, or a link is not used")
    func foreign() throws {
        let cache = try fixture.cache()
        _ = try open(cache)
        let other = try Client(card: talk.model.card).evaluationKeys()
        _ = try EvaluationKeySet(other, card: talk.model.card, cache: cache)
        cache.finishWriting()
        let files = try fixture.files(".keys")
        #expect(files.count == 2)
        let contents = try files.map { try Data(contentsOf: $0) }
        for (file, content) in zip(files, contents.reversed()) { try content.write(to: file) }
        try expectRight(cache)
        #expect(fixture.warnings.count == 1)
        #expect(fixture.warnings.first?.contains("cannot be used") == true)

        for file in try fixture.files() { try FileManager.default.removeItem(at: file) }
        _ = try open(cache)
        let file = try #require(try fixture.files(".keys").first)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: file.path)
        try expectRight(cache)
        #expect(fixture.warnings.count == 2)
        let aside = fixture.folder.appending(path: "aside")
        try FileManager.default.moveItem(at: file, to: aside)
        try FileManager.default.createSymbolicLink(at: file, withDestinationURL: aside)
        try expectRight(cache)
        #expect(fixture.warnings.count == 3)
    }

    @Test("keys of other parameters are refused as without a cache")
    func otherRing() throws {
        let cache = try fixture.cache()
        _ = try open(cache)
        let other = try DemoModel.digits.compiled(rows: 1)
        let error = #expect(throws: WireError.self) {
            try EvaluationKeySet(keys, card: other.card, cache: cache)
        }
        guard case .mismatch(.ring, _, _) = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
        // What only claims to be these keys, in its head and its digest, is refused as without a cache.
        var flipped = keys
        flipped[keys.count / 2] ^= 1
        #expect(throws: WireError.self) {
            try EvaluationKeySet(flipped, card: talk.model.card, cache: cache)
        }
        let file = fixture.folder.appending(path: "../\(UUID().uuidString).evk").standardized
        defer { try? FileManager.default.removeItem(at: file) }
        for (bytes, isGood) in [(keys, true), (flipped, false), (keys, true)] {
            try Data(bytes).write(to: file)
            // The second look at a file that is whole reads its ends only.
            for _ in 0..<2 {
                let set = try? EvaluationKeySet(
                    path: file.path, card: talk.model.card, cache: cache)
                cache.finishWriting()
                #expect((set?.isMapped == true) == isGood)
            }
        }
        let marks = try fixture.files(".seen").count
        #expect(marks == 2)
        #expect(throws: WireError.self) {
            try EvaluationKeySet(
                Array(keys.dropLast(7)), card: talk.model.card, cache: cache)
        }
        #expect(throws: WireError.self) {
            try EvaluationKeySet([], card: talk.model.card, cache: cache)
        }
    }

    @Test("the size is bounded; what is evicted while it is mapped stays usable")
    func eviction() throws {
        let cache = try fixture.cache()
        _ = try open(cache)
        let size = try Data(contentsOf: #require(try fixture.files(".keys").first)).count
        let small = try fixture.cache(byteLimit: size + size / 2)
        let mapped = try open(small)
        #expect(mapped.isMapped)
        let other = try Client(card: talk.model.card).evaluationKeys()
        _ = try EvaluationKeySet(other, card: talk.model.card, cache: small)
        small.finishWriting()
        #expect(try small.entries().count == 1)
        let predictor = try Predictor(PreparedModel(talk.model), keys: mapped)
        let response = try predictor.predict(talk.client.encrypt(SmallModel.rows))
        #expect(
            try largestError(
                talk.client.decrypt(response), talk.model.clearPrediction(SmallModel.rows)) < 1e-4)
        #expect(try !open(small).isMapped)
        #expect(fixture.warnings.isEmpty)
        let tiny = try fixture.cache(byteLimit: size / 2)
        try tiny.clear()
        #expect(try !open(tiny).isMapped)
        #expect(try tiny.entries().isEmpty)
        #expect(fixture.warnings.count == 1)
    }

    @Test("several caches on one folder, reading and writing at once")
    func concurrent() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let cache = try fixture.cache()
                    for round in 0..<4 {
                        let set = try EvaluationKeySet(keys, card: talk.model.card, cache: cache)
                        let intact = try set.verified()
                        #expect(intact.lattice?.publicKey.body != nil)
                        if round == 1 { try cache.clear() }
                        cache.finishWriting()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(fixture.warnings.isEmpty)
        try expectRight(fixture.cache())
    }

    @Test(
        "a folder that others can reach is refused, and a disk that is full costs nothing but time")
    func folders() throws {
        try FileManager.default.createDirectory(
            at: fixture.folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        #expect(throws: SecretsError.self) { try fixture.cache() }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: fixture.folder.path)
        let cache = try fixture.cache()
        try FileManager.default.removeItem(at: fixture.folder)
        try expectRight(cache)
        #expect(!fixture.warnings.isEmpty)
    }
}
