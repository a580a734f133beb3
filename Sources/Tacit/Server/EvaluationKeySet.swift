package import CKKS
import Inference
import Paillier
import Ring
public import Secrets

/// A client's evaluation keys as a server computes with them: read, expanded and checked in full.
///
/// They fit every model of the same parameters. Nothing in them is secret.
public struct EvaluationKeySet: Sendable {
    /// The secret key that they belong to.
    public let keyID: KeyID
    /// The parameters they are for; equal to `Card.ringDigest`.
    package let ringDigest: Digest32
    let form: Form
    /// Of mapped keys: whether they are what was written.
    let check: IntegrityCheck?
    /// Makes mapped keys again from their source.
    private let remake: (@Sendable () throws -> EvaluationKeySet)?

    enum Form: Sendable {
        case ckks(EvaluationKeys)
        case paillier(PaillierPublicKey)
    }

    /// Reads the client's file of evaluation keys.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - card: of any model with the same parameters.
    ///   - cache: where expanded keys are looked for and kept; nil for nowhere. Keys that are found there are mapped,
    ///     and held against their checksum while they are used already.
    /// - Throws: `WireError` when they are damaged or made for other parameters.
    public init(_ bytes: [UInt8], card: Card, cache: MappedCache? = nil) throws {
        guard card.parameters != nil else {
            try self.init(
                paillier: PaillierFiles.publicKey(bytes, kind: .evaluationKeys, card: card),
                card: card)
            return
        }
        self = try Self.lattice(
            card, cache, isNew: false, seal: { try FrameSeal(bytes, as: .evaluationKeys) },
            digest: { Digest32.blake2b(Array(bytes.dropLast(Digest32.byteCount))) },
            read: { try EvaluationKeysCodec.read(bytes, card: card, context: $0) })
    }

    /// Reads the client's file of evaluation keys piece by piece.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - card: of any model with the same parameters.
    ///   - cache: where expanded keys are looked for and kept; nil for nowhere.
    ///   - isNew: whether nothing is to be taken from the cache, because the file itself has to be checked.
    ///   - isOwn: whether the file was checked before, and nobody else can write to it.
    /// - Throws: as `init(_:card:cache:)`, and `WireError` when the file cannot be read.
    package init(
        path: String, card: Card, cache: MappedCache? = nil, isNew: Bool = false,
        isOwn: Bool = false
    ) throws {
        guard card.parameters != nil else {
            try self.init(WholeFile.read(path: path, maximumByteCount: 1 << 16), card: card)
            return
        }
        self = try Self.lattice(
            card, cache, isNew: isNew, seal: { try FrameSeal(path: path, as: .evaluationKeys) },
            digest: isOwn ? nil : { FrameSeal.contentDigest(path: path) },
            read: { try EvaluationKeysCodec.read(path: path, card: card, context: $0) })
    }

    /// Maps keys, or reads and keeps them.
    private static func lattice(
        _ card: Card, _ cache: MappedCache?, isNew: Bool, seal: () throws -> FrameSeal?,
        digest: (() -> Digest32?)?,
        read: @escaping @Sendable (CKKSContext) throws -> EvaluationKeys
    ) throws -> EvaluationKeySet {
        let (lattice, parameters) = try card.lattice()
        let context = try card.context(parameters)
        // Without switching keys there is next to nothing to expand.
        guard let cache, lattice.keys.keySwitchingKeyCount > 0, let seal = try seal() else {
            return try EvaluationKeySet(ckks: read(context), card: card)
        }
        try seal.header.check(ring: card.ringDigest)
        let address = cache.address(ofKeys: seal, context: context)
        @Sendable func made() throws -> EvaluationKeySet {
            let keys = try read(context)
            cache.store(address, CachedKeys(keys: keys, context: context))
            cache.remember(seal)
            return EvaluationKeySet(ckks: keys, card: card)
        }
        guard !isNew, digest.map({ cache.isWhole(seal, digest: $0) }) ?? true,
            let found = cache.open(address, { try CachedKeys.read($0, context: context) })
        else { return try made() }
        return EvaluationKeySet(
            ckks: found.value, card: card, check: found.check, remake: made)
    }

    private init(
        ckks keys: EvaluationKeys, card: Card, check: IntegrityCheck? = nil,
        remake: (@Sendable () throws -> EvaluationKeySet)? = nil
    ) {
        keyID = keys.keyID
        ringDigest = card.ringDigest
        form = .ckks(keys)
        self.check = check
        self.remake = remake
    }

    /// The keys, where they are of the lattice scheme.
    package var lattice: EvaluationKeys? {
        if case .ckks(let keys) = form { keys } else { nil }
    }

    /// Whether the keys are mapped from a cache.
    package var isMapped: Bool { check != nil }

    /// These keys, or the same made again where what was mapped is damaged; waits until that is known.
    package func verified() throws -> EvaluationKeySet {
        guard let check, let remake, !check.isIntact else { return self }
        return try remake()
    }

    private init(paillier key: PaillierPublicKey, card: Card) {
        keyID = key.id
        ringDigest = card.ringDigest
        form = .paillier(key)
        check = nil
        remake = nil
    }

    /// Bytes of memory that the expanded keys take, within a few percent.
    public var memoryByteCount: Int {
        switch form {
        case .ckks(let keys):
            let body = keys.publicKey.body
            let switching = keys.galois.values.reduce(keys.relinearization?.limbCount ?? 0) {
                $0 + $1.limbCount
            }
            return (2 * body.basis.count + switching) * body.context.degree * 8
        case .paillier:
            // Mostly the table that a predictor makes for its re-randomization.
            return 4 << 20
        }
    }
}
