import Secrets

@testable import Tacit

/// Gives damaged files heads and digests that fit, so that the parsers behind them are reached.
enum Repair {
    /// The frame with its magic, version, body length and digest put right; nil for what is too short.
    static func frame(_ bytes: [UInt8], kind: FrameKind? = nil, card: Digest32? = nil) -> [UInt8]? {
        guard bytes.count >= FrameHeader.overhead else { return nil }
        var fixed = bytes
        fixed.replaceSubrange(0..<8, with: FrameHeader.magic)
        if let kind { put(UInt64(kind.rawValue), 2, at: 10, in: &fixed) }
        let found = FrameKind(rawValue: UInt16(fixed[10]) | UInt16(fixed[11]) << 8)
        let newest = UInt64(found.map(FrameHeader.newestVersion) ?? 1)
        // Earlier versions stay, so that both are read.
        let version = fixed[9] == 0 ? min(max(UInt64(fixed[8]), 1), newest) : newest
        put(version, 2, at: 8, in: &fixed)
        put(UInt64(bytes.count - FrameHeader.overhead), 8, at: 16, in: &fixed)
        if let card { fixed.replaceSubrange(72..<104, with: card.bytes) }
        let body = [UInt8](fixed.dropLast(32))
        var hasher = FrameHasher(version: UInt16(version))
        hasher.update(body)
        return body + hasher.finalize().bytes
    }

    /// A model with its card, and the model's own head, put right too.
    static func model(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= FrameHeader.overhead else { return nil }
        var fixed = bytes
        var reader = ByteReader([UInt8](bytes[104...]))
        guard let size = try? reader.int(in: 0...(1 << 24), "card") else { return nil }
        let start = bytes.count - reader.remaining
        guard size <= reader.remaining - 32,
            let card = frame([UInt8](bytes[start..<start + size]), kind: .card)
        else { return nil }
        fixed.replaceSubrange(start..<start + size, with: card)
        fixed.replaceSubrange(24..<56, with: card[24..<56])
        guard let digest = try? Digest32(bytes: card.suffix(32)) else { return nil }
        return frame(fixed, kind: .model, card: digest)
    }

    /// Any format of ours that ends in a BLAKE2b digest of all before it.
    static func closed(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 32 else { return bytes }
        let body = [UInt8](bytes.dropLast(32))
        return body + Digest32.blake2b(body).bytes
    }

    private static func put(_ value: UInt64, _ count: Int, at offset: Int, in bytes: inout [UInt8])
    {
        for index in 0..<count {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }
}

/// Randomness that repeats itself, so that goods are the same in every run.
final class RepeatedSource: RandomSource, @unchecked Sendable {
    private var calls: UInt32 = 0

    func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        calls += 1
        guard let seed = try? Seed(bytes: [UInt8](repeating: 7, count: 32)) else { return }
        try? ChaCha20.fill(buffer, seed: seed, nonce: (calls, 0, 9))
    }
}
