import Ring
import Secrets

/// What a file of the cache holds.
enum CacheKind: UInt32, CaseIterable, Sendable {
    /// A client's evaluation keys.
    case keys = 1
    /// A model's weights.
    case weights = 2

    /// As messages name it.
    var name: String {
        switch self {
        case .keys: "evaluation keys"
        case .weights: "encoded weights"
        }
    }

    /// The end of a file's name.
    var suffix: String {
        switch self {
        case .keys: ".keys"
        case .weights: ".weights"
        }
    }
}

/// The name of a file of the cache: a digest of the source file's own and of everything that decides the contents.
struct CacheAddress: Sendable {
    let kind: CacheKind
    /// Of everything.
    let digest: Digest32
    /// Of the source alone.
    private let source: Digest32

    /// Raise it when contents change that the digest does not notice: how weights are encoded, how plans are written.
    static let version: UInt64 = 2

    /// - Parameters:
    ///   - kind: what the file holds.
    ///   - source: the head and the digest at the end of the source file.
    ///   - layout: names the layout of rows and limbs.
    ///   - machine: what else decides the contents.
    init(_ kind: CacheKind, source: FrameSeal, layout: Digest32, machine: String = "") {
        self.kind = kind
        var hasher = Hasher32(domain: "tacit mapped cache")
        hasher.update(Self.version)
        hasher.update(UInt64(kind.rawValue))
        hasher.update(source.bytes)
        hasher.update(layout)
        hasher.update(machine)
        digest = hasher.finalize()
        self.source = Digest32.blake2b(source.bytes)
    }

    var fileName: String { "\(source.shortDescription)-\(digest)\(kind.suffix)" }

    /// How all names begin of what was made from a source.
    static func prefix(_ source: FrameSeal) -> String {
        Digest32.blake2b(source.bytes).shortDescription
    }
}
