import RingKernels
package import Secrets

/// A digest of 32 bytes made of eight BLAKE2b digests, which vectors compute at the same time; fed piece by piece, for
/// public data.
///
/// The bytes are filled up with zeros to a multiple of 1024, at least 1024. Word w of eight bytes belongs to message w
/// mod 8; the digest is the BLAKE2b-256 (RFC 7693) of the number of bytes as a little-endian word and the eight messages'
/// BLAKE2b-256, in order. Whoever finds two byte strings of one digest has a collision of BLAKE2b.
package struct LaneHasher: Sendable {
    private static let groupByteCount = 1024
    private let kernels: KernelTable
    private var state = [UInt64](repeating: 0, count: 64)
    /// Up to a group of bytes that are not in the state; the last group is told apart, so one stays until more come.
    private var pending: [UInt8] = []
    private var groupCount: UInt64 = 0

    /// Starts a digest of nothing, by the best instruction set there is.
    package init() { self.init(kernels: Self.best) }

    /// The same by one instruction set, for tests.
    package init(_ instructionSet: InstructionSet) throws(RingError) {
        self.init(kernels: try instructionSet.table())
    }

    private init(kernels: KernelTable) { self.kernels = kernels }

    private static let best = KernelTable(table: rk_table_for(rk_best_isa()).pointee)

    /// Adds bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = rest.prefix(Self.groupByteCount - pending.count)
            pending.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
            guard !rest.isEmpty else { return }
            let group = pending
            group.withUnsafeBytes { Self.absorb($0, kernels, &state, &groupCount, isLast: false) }
            pending = []
        }
        let whole = max(rest.count - 1, 0) / Self.groupByteCount * Self.groupByteCount
        if whole > 0 {
            Self.absorb(
                UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), kernels, &state,
                &groupCount, isLast: false)
        }
        pending.append(contentsOf: rest.dropFirst(whole))
    }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest of everything added so far; more can be added after.
    package func finalize() -> Digest32 {
        let byteCount = groupCount * UInt64(Self.groupByteCount) + UInt64(pending.count)
        var (state, groupCount) = (state, groupCount)
        var last = pending
        last.append(contentsOf: repeatElement(0, count: Self.groupByteCount - last.count))
        last.withUnsafeBytes { Self.absorb($0, kernels, &state, &groupCount, isLast: true) }
        var root = Hasher32()
        root.update(byteCount)
        for lane in 0..<8 {
            for word in 0..<4 { root.update(state[8 * word + lane]) }
        }
        return root.finalize()
    }

    private static func absorb(
        _ bytes: UnsafeRawBufferPointer, _ kernels: KernelTable, _ state: inout [UInt64],
        _ groupCount: inout UInt64, isLast: Bool
    ) {
        let count = bytes.count / groupByteCount
        kernels.table.blake2b_lanes(
            &state, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, count, groupCount,
            isLast ? 1 : 0)
        groupCount += UInt64(count)
    }
}
