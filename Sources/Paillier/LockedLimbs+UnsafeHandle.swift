import BigNum
import Secrets

/// Limbs in locked memory, wiped when released: for tables that hold powers modulo secret primes.
///
/// Written while their owner builds a table, constant afterwards.
final class LockedLimbs: LimbMemory, @unchecked Sendable {
    private let bytes: SecretBytes

    /// So many zero bytes, a multiple of 64.
    init(byteCount: Int) throws(PaillierError) {
        bytes = try withSecretsErrors { () throws(SecretsError) in
            try SecretBytes(count: (byteCount + 63) / 64 * 64)
        }
    }

    func withLimbs(_ body: (UnsafeMutablePointer<UInt>) -> Void) {
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            body(UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: UInt.self))
        }
    }
}
