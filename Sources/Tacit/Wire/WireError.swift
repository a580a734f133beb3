/// Why bytes were refused, or a file could not be written.
public struct WireError: Error, Equatable, Sendable {
    /// What is wrong.
    public let problem: WireProblem
    /// The file, where there is one.
    public let source: String?

    package init(_ problem: WireProblem, source: String? = nil) {
        self.problem = problem
        self.source = source
    }

    /// The same problem, said of a file.
    package func of(_ source: String?) -> WireError {
        WireError(problem, source: self.source ?? source)
    }
}

/// What is wrong with a file of ours.
public enum WireProblem: Equatable, Sendable {
    /// The operating system does not give the bytes.
    case cannotRead(reason: String)
    /// The operating system does not take the bytes; nothing was left behind.
    case cannotWrite(reason: String)
    /// The bytes are not a Tacit file.
    case notTacit
    /// A file of the vault: what it holds is secret, if sealed.
    case vaultFile
    /// A format version that this release does not know.
    case unknownVersion(found: Int, known: Int)
    /// A kind of file that this release does not know.
    case unknownKind(Int)
    /// A file of another kind than the one asked for.
    case wrongKind(expected: FrameKind, found: FrameKind)
    /// The header contradicts itself.
    case header(reason: String)
    /// The bytes end too early, in the named part.
    case truncated(part: String)
    /// Bytes follow after the end.
    case trailingBytes(part: String)
    /// The digest does not fit: the file was changed or damaged on its way.
    case damaged
    /// Something is larger than allowed.
    case tooLarge(part: String, found: UInt64, limit: UInt64)
    /// A value that the format does not allow.
    case value(part: String, reason: String)
    /// A residue that is not below its modulus.
    case residue(part: String, limb: Int, index: Int)
    /// Made for something else: another ring, key or model card.
    case mismatch(identity: FrameIdentity, expected: String, found: String)
}

extension WireError: CustomStringConvertible {
    /// One line: what is wrong, where, and what to do.
    public var description: String { (source.map { "\($0): " } ?? "") + problem.description }
}

extension WireProblem: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .cannotRead(let reason): "cannot be read: \(reason)"
        case .cannotWrite(let reason): "cannot be written: \(reason)"
        case .notTacit: "not a Tacit file"
        case .vaultFile:
            "a file of the vault, with a secret key sealed in it; only `tacit keys` reads it. Never give it to a server"
        case .unknownVersion(let found, let known):
            "format version \(found); this release of Tacit reads version \(known): use a newer release"
        case .unknownKind(let kind): "unknown kind of file (\(kind)); use a newer release"
        case .wrongKind(let expected, let found):
            "holds \(found.article); expected \(expected.article)"
        case .header(let reason): "damaged header: \(reason)"
        case .truncated(let part): "truncated in \(part); copy or make the file again"
        case .trailingBytes(let part): "has bytes after the end of \(part)"
        case .damaged: "damaged: its digest does not fit its contents; copy or make the file again"
        case .tooLarge(let part, let found, let limit):
            "\(part) is \(found), the limit is \(limit)"
        case .value(let part, let reason): "\(part): \(reason)"
        case .residue(let part, let limb, let index):
            "\(part), limb \(limb), coefficient \(index): residue not below its modulus"
        case .mismatch(let identity, let expected, let found):
            "\(identity.explanation) (it has \(found), needed is \(expected))"
        }
    }
}
