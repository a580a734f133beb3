package import Secrets

/// A checksum of long content as fast as memory is read: against accidents, not against strangers.
///
/// Eight lanes of words, each with its sum and the sum of its sums, so that any change of one word and
/// any exchange of two shows (the principle of Fletcher's checksum, modulo 2^64). Content is a multiple
/// of 64 bytes.
package struct WordSums {
    private var sums: SIMD8<UInt64> = .zero
    private var sumsOfSums: SIMD8<UInt64> = .zero
    /// Bytes that do not fill the lanes yet.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    /// Of nothing.
    package init() {}

    /// Adds bytes; of memory that is not aligned to words, too.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount &+= UInt64(bytes.count)
        var bytes = bytes[...]
        if !rest.isEmpty {
            let missing = min(64 - rest.count, bytes.count)
            rest.append(contentsOf: bytes.prefix(missing))
            bytes = bytes.dropFirst(missing)
            guard rest.count == 64 else { return }
            rest.withUnsafeBytes { add($0) }
            rest.removeAll(keepingCapacity: true)
        }
        let whole = bytes.count / 64 * 64
        add(UnsafeRawBufferPointer(rebasing: bytes.prefix(whole)))
        rest.append(contentsOf: bytes.dropFirst(whole))
    }

    /// Adds zeros.
    package mutating func update(zeroCount: Int) {
        let zeros = [UInt8](repeating: 0, count: min(zeroCount, 512))
        var left = zeroCount
        while left > 0 {
            let count = min(left, zeros.count)
            zeros.withUnsafeBytes { update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            left -= count
        }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var (first, second) = (sums, sumsOfSums)
        var offset = 0
        while offset < bytes.count {
            first &+= bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
            second &+= first
            offset += 64
        }
        (sums, sumsOfSums) = (first, second)
    }

    /// The checksum of everything added.
    package func finalize() -> Digest32 {
        var hasher = Hasher32(domain: "tacit word sums")
        hasher.update(byteCount)
        for lane in 0..<8 {
            hasher.update(sums[lane])
            hasher.update(sumsOfSums[lane])
        }
        hasher.update(rest)
        return hasher.finalize()
    }
}
