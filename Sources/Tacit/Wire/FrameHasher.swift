import Ring
import Secrets

/// The digest at the end of a frame, as the frame's version has it.
enum FrameHasher {
    /// Version 1: BLAKE2b-256.
    case single(Hasher32)
    /// Version 2: eight lanes of it at the same time.
    case lanes(LaneHasher)

    /// The version that versions are known up to.
    static let newestVersion: UInt16 = 2

    /// Starts the digest of a version that is known.
    init(version: UInt16) { self = version == 1 ? .single(Hasher32()) : .lanes(LaneHasher()) }

    /// Adds bytes as they are.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .single(var hasher):
            hasher.update(bytes)
            self = .single(hasher)
        case .lanes(var hasher):
            hasher.update(bytes)
            self = .lanes(hasher)
        }
    }

    /// Adds bytes as they are.
    mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest of everything added so far.
    func finalize() -> Digest32 {
        switch self {
        case .single(let hasher): hasher.finalize()
        case .lanes(let hasher): hasher.finalize()
        }
    }
}
