public import Secrets
import Synchronization

/// A `RandomSource` that repeats itself: the same seed and the same calls give the same bytes.
///
/// Each call reads the start of a ChaCha20 stream of its own. Lives with the tests, so that no
/// product can reach it.
public final class SeededRandomSource: RandomSource {
    private let seed: Seed
    private let calls = Mutex<UInt64>(0)

    /// Creates the source from a small number.
    public init(seed: UInt64) {
        self.seed = TestGenerator.expand(seed)
    }

    /// Overwrites the whole buffer with the next bytes.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        let call = calls.withLock { count in
            defer { count += 1 }
            return count
        }
        let nonce = (UInt32(truncatingIfNeeded: call), UInt32(truncatingIfNeeded: call >> 32))
        TestGenerator.stream(buffer, seed, (nonce.0, nonce.1, 1))
    }
}
