package import CKKS
import Foundation
public import Inference
import Paillier
public import Secrets
import Synchronization

/// A model's public description as a file: what a client needs to make keys, encrypt and decrypt.
public struct Card: Sendable {
    /// The contents.
    public let contents: ModelCard
    /// The file, byte for byte; its digest names this version of the model.
    public let bytes: [UInt8]
    /// The identity that requests and responses carry.
    public let digest: Digest32
    /// The parameters, checked; nil under Paillier.
    package let parameters: CKKSParameters?
    /// The identity of the parameters, which keys carry.
    package let ringDigest: Digest32
    /// Tables of the parameters, made at the first use and shared by all copies of the card.
    private let contexts = ContextBox()

    /// Largest card that is read, in bytes.
    static let maximumByteCount = 1 << 26

    /// Reads a card.
    ///
    /// - Parameters:
    ///   - bytes: a card file.
    ///   - source: where they come from, for messages.
    /// - Throws: `WireError` for damaged bytes, `TacitError` for contents that contradict themselves.
    public init(bytes: [UInt8], source: String? = nil) throws {
        guard bytes.count <= Self.maximumByteCount else {
            throw WireError(
                .tooLarge(
                    part: "the card", found: UInt64(bytes.count),
                    limit: UInt64(Self.maximumByteCount)), source: source)
        }
        let (header, json) = try Frame.read(bytes, as: .card, source: source) {
            header, reader throws(WireError) in
            (header, try reader.bytes(reader.remaining, "the card"))
        }
        do {
            contents = try JSONDecoder().decode(ModelCard.self, from: Data(json))
            parameters = try contents.validate()
        } catch {
            throw TacitError(
                .malformed, "\(source ?? "the card"): \(readable(error)); compile the model again")
        }
        ringDigest = contents.ringDigest(parameters)
        try header.check(ring: ringDigest)
        self.bytes = bytes
        digest = try Frame.digest(bytes)
    }

    /// Writes a card.
    init(_ contents: ModelCard) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = try encoder.encode(contents)
        let parameters = try contents.validate()
        let scheme: FrameScheme = parameters == nil ? .paillier : .ckks
        let header = try FrameHeader(
            kind: .card, scheme: scheme, ring: contents.ringDigest(parameters))
        try self.init(bytes: Frame.bytes(header) { writer in writer.bytes(json) })
    }

    /// Number of values in a row.
    public var inputCount: Int { contents.input.count }

    /// The lattice part.
    ///
    /// - Throws: `TacitError` under another scheme.
    func lattice() throws -> (card: CKKSCard, parameters: CKKSParameters) {
        guard case .ckks(let card) = contents.scheme, let parameters else {
            throw TacitError(.wrongScheme, "the model runs under \(contents.scheme.name), not ckks")
        }
        return (card, parameters)
    }
}

extension Card {
    /// The tables of the card's parameters.
    func context(_ parameters: CKKSParameters) throws(CKKSError) -> CKKSContext {
        try contexts.context(parameters)
    }
}

/// Makes a context once.
private final class ContextBox: Sendable {
    private let made = Mutex<CKKSContext?>(nil)

    func context(_ parameters: CKKSParameters) throws(CKKSError) -> CKKSContext {
        if let known = made.withLock({ $0 }) { return known }
        let context = try CKKSContext(parameters)
        made.withLock { $0 = context }
        return context
    }
}

extension ModelCard {
    /// The identity of the parameters that keys must agree with.
    func ringDigest(_ parameters: CKKSParameters?) -> Digest32 {
        if let parameters { return parameters.ringDigest }
        guard case .paillier(let card) = scheme,
            let size = PaillierKeySize(rawValue: card.modulusBits)
        else { return Digest32.blake2b([]) }
        return size.frameDigest
    }
}

/// The reason of a decoding error without Foundation's type names; any other error as it is.
func readable(_ error: any Error) -> String {
    guard let decoding = error as? DecodingError else { return "\(error)" }
    func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch decoding {
    case .dataCorrupted(let context): return "invalid contents at '\(path(context))'"
    case .keyNotFound(let key, _):
        return "'\(key.stringValue)' is missing (another release may have written the file)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        return "a wrong value at '\(path(context))'"
    @unknown default: return "invalid contents"
    }
}
