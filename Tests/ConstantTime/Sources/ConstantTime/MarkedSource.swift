import CValgrind
import Secrets

/// The system's randomness, secret where it goes into guarded memory.
///
/// Public seeds and key ids are drawn on the stack; what is drawn elsewhere is secret.
struct MarkedSource: RandomSource {
    func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        SystemRandomSource().fill(buffer)
        guard let base = buffer.baseAddress else { return }
        var here: UInt8 = 0
        let distance = withUnsafePointer(to: &here) {
            abs(Int(bitPattern: base) - Int(bitPattern: $0))
        }
        if distance > 64 << 20 { ct_secret(base, buffer.count) }
    }
}
