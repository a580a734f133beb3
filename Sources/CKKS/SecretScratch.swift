import Ring
import Secrets
import Synchronization

/// Locked memory of one key generation, encryption or decryption: a workspace, three small
/// polynomials and a seed.
///
/// Locked memory is slow to get, so a context lends these out again, wiped.
/// Used by one thread at a time, which `SecretScratchPool` sees to.
final class SecretScratch: @unchecked Sendable {
    var workspace: SecretWorkspace
    var first: SecretBytes
    var second: SecretBytes
    var third: SecretBytes
    var seed: SecretSeed

    init(ring: RingContext, source: some RandomSource) throws(SecretsError) {
        workspace = try SecretWorkspace(context: ring)
        first = try SecretBytes(count: ring.degree)
        second = try SecretBytes(count: ring.degree)
        third = try SecretBytes(count: ring.degree)
        seed = try SecretSeed(from: source)
    }

    /// Draws an error polynomial into `first` from the current seed.
    func drawError(digit: Int = 0) {
        workspace.drawBinomial(
            into: &first, seed: seed, nonce: (ErrorStream.error.rawValue, UInt32(digit), 0))
    }

    /// Draws another error polynomial into `third`, or only its first coefficients.
    func drawSecondError(count: Int? = nil) {
        workspace.drawBinomial(
            into: &third, count: count, seed: seed,
            nonce: (ErrorStream.secondError.rawValue, 0, 0))
    }

    /// Draws a ternary polynomial into `second` from the current seed.
    func drawTernary() {
        workspace.drawTernary(
            into: &second, seed: seed, nonce: (ErrorStream.ternary.rawValue, 0, 0))
    }

    /// Zeroes everything drawn; the seed is overwritten too.
    func wipe() {
        workspace.wipe()
        first.wipe()
        second.wipe()
        third.wipe()
        seed.refresh(from: ZeroBytes())
    }

    /// Overwrites a seed that has served.
    private struct ZeroBytes: RandomSource {
        func fill(_ buffer: UnsafeMutableRawBufferPointer) { SecretBytes.wipe(buffer) }
    }
}

/// First words of the nonces of secret streams; every seed is fresh, so they only keep polynomials
/// of one operation apart.
enum ErrorStream: UInt32 {
    case ternary = 1
    case error = 2
    case secondError = 3
}

/// Wiped scratches, kept for the next operation.
final class SecretScratchPool: Sendable {
    private let free = Mutex<[SecretScratch]>([])
    /// Scratches kept; locked memory is scarce.
    private static let limit = 2

    /// Lends a scratch whose seed is freshly drawn from `source`; `giveBack` it.
    func take(ring: RingContext, source: some RandomSource) throws(CKKSError) -> SecretScratch {
        if let kept = free.withLock({ $0.popLast() }) {
            kept.seed.refresh(from: source)
            return kept
        }
        do {
            return try SecretScratch(ring: ring, source: source)
        } catch {
            throw .noSecretMemory(bytes: 25 * ring.degree)
        }
    }

    /// Wipes a scratch and keeps it for the next operation.
    func giveBack(_ scratch: SecretScratch) {
        scratch.wipe()
        free.withLock { if $0.count < Self.limit { $0.append(scratch) } }
    }
}
