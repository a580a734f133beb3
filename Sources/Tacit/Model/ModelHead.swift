import Secrets

/// What a model's file says of itself before its weights: its seal and its card.
struct ModelHead {
    let seal: FrameSeal
    let card: Card

    /// Whether the weights are diagonals, the only ones that take long to encode.
    var hasSlots: Bool {
        if case .ckks(let lattice) = card.contents.scheme, case .slots = lattice.layout {
            true
        } else {
            false
        }
    }

    /// Enough for most cards.
    private static let firstByteCount = 1 << 16

    /// Reads the beginning and the end of a file; nil for pipes and files whose size contradicts their head.
    ///
    /// - Throws: `WireError` and `TacitError` as `Model.init(bytes:source:)`.
    init?(path: String) throws {
        guard let seal = try FrameSeal(path: path, as: .model) else { return nil }
        let input = try FileInput(path: path)
        let body = (input.size ?? 0) - FrameHeader.overhead
        guard
            let first = input.bytes(
                at: FrameHeader.byteCount, count: min(body, Self.firstByteCount))
        else { return nil }
        var reader = ByteReader(first)
        let count = try reader.int(in: 0...Card.maximumByteCount, "card size")
        let start = FrameHeader.byteCount + first.count - reader.remaining
        guard let bytes = input.bytes(at: start, count: count) else { return nil }
        card = try Card(bytes: bytes, source: path)
        try seal.header.check(ring: card.ringDigest, card: card.digest)
        self.seal = seal
    }
}
