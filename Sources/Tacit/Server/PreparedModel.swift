import CKKS
package import Inference
import Ring

/// A compiled model with its weights encoded, once for any number of clients.
public struct PreparedModel: Sendable {
    /// The model's card.
    public let card: Card
    /// Threads that share the work of one prediction.
    public let threadCount: Int
    let form: Form
    /// Of mapped weights: whether they are what was written.
    let check: IntegrityCheck?
    /// Encodes mapped weights again.
    private let remake: (@Sendable () throws -> PreparedModel)?

    /// What the schemes compute with.
    enum Form: Sendable {
        case ckks(PreparedLattice)
        case paillier(PaillierProgram)
    }

    /// Encodes the weights, or maps them from a cache.
    ///
    /// - Parameters:
    ///   - model: the compiled model.
    ///   - threadCount: threads that share the work of one prediction, 1 to 1024; answers do not depend on it.
    ///   - cache: where encoded weights of models that were read from a file are looked for and kept; nil for nowhere.
    ///     Weights that are found there are mapped, and held against their checksum while they are used already.
    /// - Throws: `TacitError`, `CircuitsError` or `CKKSError` for a program that contradicts its card.
    public init(_ model: Model, threadCount: Int = 1, cache: MappedCache? = nil) throws {
        // What was read from bytes was checked then.
        if let cache, let seal = model.seal, case .ckks = model.compiled.program,
            let mapped = try Self.mapped(
                seal, model.card, threadCount, cache,
                remake: { try Self(encoding: model, threadCount: threadCount, cache: cache) })
        {
            self = mapped
        } else {
            try self.init(encoding: model, threadCount: threadCount, cache: cache)
        }
    }

    /// The same of a model's file, of which little is read where the weights are mapped.
    ///
    /// - Throws: as `Model.init(bytes:source:)` and above.
    package init(path: String, threadCount: Int = 1, cache: MappedCache?) throws {
        @Sendable func read() throws -> Model {
            try Model(
                bytes: WholeFile.read(path: path, maximumByteCount: 1 << 36), source: path)
        }
        // What is wrong with a file, reading all of it tells best.
        if let cache, let head = try? ModelHead(path: path), head.hasSlots,
            cache.isWhole(head.seal, digest: { FrameSeal.contentDigest(path: path) }),
            let mapped = try Self.mapped(
                head.seal, head.card, threadCount, cache,
                remake: { try Self(encoding: read(), threadCount: threadCount, cache: cache) })
        {
            self = mapped
        } else {
            try self.init(encoding: read(), threadCount: threadCount, cache: cache)
        }
    }

    private init(encoding model: Model, threadCount: Int, cache: MappedCache?) throws {
        card = model.card
        self.threadCount = threadCount
        check = nil
        remake = nil
        switch model.compiled.program {
        case .paillier(let program):
            form = .paillier(program)
        case .ckks, .coefficients, .columns:
            let lattice = try PreparedLattice(model, threadCount: threadCount)
            form = .ckks(lattice)
            if let cache, let seal = model.seal, let program = lattice.slotProgram {
                cache.store(
                    cache.address(ofWeights: seal, context: lattice.context),
                    CachedWeights(program))
                cache.remember(seal)
            }
        }
    }

    private init(
        _ card: Card, threadCount: Int, lattice: PreparedLattice, check: IntegrityCheck,
        remake: @escaping @Sendable () throws -> PreparedModel
    ) {
        self.card = card
        self.threadCount = threadCount
        self.check = check
        self.remake = remake
        form = .ckks(lattice)
    }

    /// Mapped weights; nil where the cache has none.
    private static func mapped(
        _ seal: FrameSeal, _ card: Card, _ threadCount: Int, _ cache: MappedCache,
        remake: @escaping @Sendable () throws -> PreparedModel
    ) throws -> PreparedModel? {
        let context = try PreparedLattice.context(card, threadCount: threadCount)
        let address = cache.address(ofWeights: seal, context: context)
        guard
            let found = cache.open(address, { try CachedWeights.read($0, context: context) })
        else { return nil }
        return PreparedModel(
            card, threadCount: threadCount, lattice: PreparedLattice(found.value),
            check: found.check, remake: remake)
    }

    /// The steps on slots, where the program has some.
    package var slotProgram: PreparedProgram? {
        if case .ckks(let lattice) = form { lattice.slotProgram } else { nil }
    }

    /// Whether the weights are mapped from a cache.
    package var isMapped: Bool { check != nil }

    /// This model, or the same encoded again where what was mapped is damaged; waits until that is known.
    package func verified() throws -> PreparedModel {
        guard let check, let remake, !check.isIntact else { return self }
        return try remake()
    }
}
