import Secrets

/// A seeded generator for property tests, the same on every machine.
public struct TestGenerator: RandomNumberGenerator {
    private let seed: Seed
    private var words: [UInt64] = []
    private var position = 0
    private var batch: UInt32 = 0

    /// Creates the generator from a small number, to be named in the test's failure message.
    public init(seed: UInt64) {
        self.seed = TestGenerator.expand(seed)
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        if position == words.count {
            words = [UInt64](repeating: 0, count: 512)
            words.withUnsafeMutableBytes { TestGenerator.stream($0, seed, (batch, 0, 0)) }
            batch += 1
            position = 0
        }
        defer { position += 1 }
        return UInt64(littleEndian: words[position])
    }

    /// A whole number of the range, all equally likely.
    public mutating func integer<Value: FixedWidthInteger>(in range: ClosedRange<Value>) -> Value {
        Value.random(in: range, using: &self)
    }

    /// A real number of the range.
    public mutating func real(in range: ClosedRange<Double>) -> Double {
        Double.random(in: range, using: &self)
    }

    /// So many random bytes.
    public mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 17) }
    }

    /// A seed whose first bytes are the number, little-endian.
    static func expand(_ seed: UInt64) -> Seed {
        var bytes = [UInt8](repeating: 0, count: Seed.byteCount)
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: seed >> (8 * index)) }
        do { return try Seed(bytes: bytes) } catch { fatalError("\(error)") }
    }

    static func stream(
        _ buffer: UnsafeMutableRawBufferPointer, _ seed: Seed, _ nonce: (UInt32, UInt32, UInt32)
    ) {
        do { try ChaCha20.fill(buffer, seed: seed, nonce: nonce) } catch { fatalError("\(error)") }
    }
}
