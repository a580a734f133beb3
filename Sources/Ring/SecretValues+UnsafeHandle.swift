import RingKernels
import Secrets
import Synchronization

/// The values of one small secret polynomial, limb by limb, transformed when first asked for and
/// kept in locked memory for as long as its owner keeps the secret: half the transforms of an
/// encryption or a decryption are of the same key.
///
/// Values are kept for the first ring that asks, up to `byteLimit`, and only in memory that the
/// system locks; where there are none, callers transform for themselves. Most of what may be locked
/// is left to secrets that have no other place.
package final class SecretValues: Sendable {
    private struct State {
        var context: RingContext?
        var limbs: [Int: LockedLimb] = [:]
        /// Whether the system refused to lock memory, which is then not asked again.
        var isRefused = false
    }

    /// Written before it is shared, then only read.
    private final class LockedLimb: @unchecked Sendable {
        var bytes: SecretBytes

        init?(count: Int) {
            guard let bytes = SecretBytes(lockedCount: count) else { return nil }
            self.bytes = bytes
        }

        func withWords(_ body: (UnsafeMutablePointer<UInt64>) -> Void) {
            bytes.withUnsafeMutableBytes { bytes in
                if let words = bytes.assumingMemoryBound(to: UInt64.self).baseAddress {
                    body(words)
                }
            }
        }
    }

    private let state = Mutex(State())
    private static let byteLimit = min(4 << 20, LockedMemory.limit / 4)

    /// No values yet.
    package init() {}

    /// The values at a limb, valid as long as self; nil where none are kept.
    ///
    /// `secret` must be the same at every call: N signed bytes.
    func limb(_ index: Int, of secret: UnsafePointer<Int8>, in context: RingContext)
        -> UnsafePointer<UInt64>?
    {
        state.withLock { state in
            if state.context == nil { state.context = context }
            guard state.context === context else { return nil }
            if state.limbs[index] == nil, !state.isRefused {
                let count = 8 * context.degree
                guard (state.limbs.count + 1) * count <= Self.byteLimit else { return nil }
                guard let limb = LockedLimb(count: count) else {
                    state.isRefused = true
                    return nil
                }
                limb.withWords { words in
                    context.kernels.reduce_i8(
                        words, secret, context.degree, context.tables[index].modulus)
                    context.kernels.forward_ntt(words, context.tables[index].plan)
                }
                state.limbs[index] = limb
            }
            var found: UnsafePointer<UInt64>?
            state.limbs[index]?.withWords { found = UnsafePointer($0) }
            return found
        }
    }
}
