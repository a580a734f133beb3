import CGMP

/// Equally long runs of limbs in one block, aligned to 64 bytes, wiped when released.
///
/// Written while its owner builds it, constant afterwards.
final class LimbArray: @unchecked Sendable {
    let stride: Int
    let count: Int
    private let base: UnsafeMutablePointer<UInt>

    init(count: Int, stride: Int) {
        self.count = count
        self.stride = stride
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count * stride) * MemoryLayout<UInt>.stride, alignment: 64)
        base = block.bindMemory(to: UInt.self, capacity: max(1, count * stride))
        base.initialize(repeating: 0, count: max(1, count * stride))
    }

    deinit {
        tacit_wipe(base, byteCount)
        base.deallocate()
    }

    var byteCount: Int { count * stride * MemoryLayout<UInt>.stride }

    subscript(index: Int) -> UnsafeMutablePointer<UInt> {
        precondition(index >= 0 && index < count, "limb run \(index) of \(count)")
        return base + index * stride
    }

    func write(_ value: BigInt, at index: Int, offset: Int, limbs: Int) {
        let target = self[index] + offset
        let size = mpz_size(&value.storage.raw)
        precondition(size <= limbs, "a value of \(size) limbs for \(limbs)")
        withExtendedLifetime(value) {
            guard let source = mpz_limbs_read(&value.storage.raw) else { return }
            for limb in 0..<limbs { target[limb] = limb < size ? source[limb] : 0 }
        }
    }

    func read(at index: Int, offset: Int, limbs: Int) -> BigInt {
        BigInt(limbs: self[index] + offset, count: limbs)
    }
}

extension BigInt {
    /// Gives `body` the bytes of the magnitude's limbs; the pointer must not outlive the call.
    package func withLimbs(_ body: (UnsafeRawPointer?, Int) -> Void) {
        withExtendedLifetime(storage) {
            body(mpz_limbs_read(&storage.raw), 8 * mpz_size(&storage.raw))
        }
    }

    /// The natural number with these limbs, lowest first.
    init(limbs source: UnsafePointer<UInt>, count: Int) {
        self = BigInt.make { target in
            guard let words = mpz_limbs_write(target, count) else { return }
            words.update(from: source, count: count)
            mpz_limbs_finish(target, count)
        }
    }
}
