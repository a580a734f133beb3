import CKKS
import Ring
import Secrets

/// Expanded evaluation keys as a file of the cache.
struct CachedKeys: CacheContent {
    let keys: EvaluationKeys
    let context: CKKSContext

    private typealias Form = Polynomial<Evaluation>

    /// The switching keys in order, with their Galois element; 0 for the relinearization key.
    private var switching: [(element: Int, key: KeySwitchingKey)] {
        let galois = keys.galois.sorted { $0.key < $1.key }.map { ($0.key.exponent, $0.value) }
        return keys.relinearization.map { [(0, $0)] + galois } ?? galois
    }

    func describe(_ writer: inout ByteWriter) throws {
        let publicKey = keys.publicKey
        writer.digest(keys.ringDigest)
        writer.bytes(keys.keyID.bytes)
        writer.int(publicKey.level)
        writer.bytes(publicKey.seed.bytes)
        let switching = switching
        writer.int(switching.count)
        for (element, key) in switching {
            writer.int(element)
            writer.int(key.level)
            writer.bytes(key.seed.bytes)
        }
    }

    func write(to sink: inout CacheSink) throws {
        func limbs(_ polynomial: Polynomial<Evaluation>) throws {
            try polynomial.forEachStoredLimb { try sink.add($0, padding: $1) }
        }
        try limbs(keys.publicKey.body)
        try limbs(keys.publicKey.uniform)
        for (_, key) in switching {
            try key.rows.forEachRow { try sink.add($0, padding: $1) }
        }
    }

    /// The keys of a mapped file.
    ///
    /// - Throws: where the file holds something else than its head says, or keys of another ring.
    static func read(_ file: CacheFile, context: CKKSContext) throws -> EvaluationKeys {
        var reader = file.reader
        guard try reader.digest("ring") == context.parameters.ringDigest else {
            throw CacheFileError("it holds keys of another ring")
        }
        let keyID = try reader.keyID("key")
        let levels = 0...context.parameters.maxLevel
        var next = file.bodyOffset
        func part<Value>(_ byteCount: Int, _ make: (Int) -> Value?) throws -> Value {
            guard let value = make(next) else { throw CacheFileError("it is cut short") }
            next += byteCount
            return value
        }
        let level = try reader.int(in: levels, "level")
        let seed = try reader.seed("seed")
        let basis = context.basis(atLevel: level)
        func polynomial() throws -> Form {
            try part(Form.storedByteCount(context: context.ring, basis: basis)) {
                Form(mapping: file.memory, offset: $0, context: context.ring, basis: basis)
            }
        }
        let publicKey = try PublicKey(
            stored: keyID, level: level, seed: seed, body: polynomial(), uniform: polynomial(),
            context: context)
        var relinearization: KeySwitchingKey?
        var galois: [GaloisElement: KeySwitchingKey] = [:]
        for _ in 0..<(try reader.count(limit: context.parameters.degree + 1, "keys")) {
            let exponent = try reader.int(in: 0...(2 * context.parameters.degree - 1), "element")
            let element =
                exponent == 0
                ? nil
                : try GaloisElement(exponent: exponent, degree: context.parameters.degree)
            let level = try reader.int(in: levels, "level")
            let seed = try reader.seed("seed")
            let basis = context.extendedBasis(atLevel: level)
            let digits = context.parameters.digitCount(atLevel: level)
            let rows = try part(
                SwitchingRows.byteCount(
                    context: context.ring, basis: basis, digitCount: digits)
            ) {
                SwitchingRows(
                    mapping: file.memory, offset: $0, context: context.ring, basis: basis,
                    digitCount: digits)
            }
            let key = try KeySwitchingKey(
                stored: element.map { .galois($0) } ?? .relinearization, keyID: keyID,
                level: level, seed: seed, rows: rows, context: context)
            if let element { galois[element] = key } else { relinearization = key }
        }
        return try EvaluationKeys(
            publicKey: publicKey, relinearization: relinearization, galois: galois)
    }
}

extension MappedCache {
    /// Where the expanded form of a file of evaluation keys is.
    func address(ofKeys seal: FrameSeal, context: CKKSContext) -> CacheAddress {
        CacheAddress(
            .keys, source: seal,
            layout: StoredLayout.digest(
                of: context.ring, digitCount: context.parameters.digitCount))
    }
}
