import Ring
import RingKernels
import Secrets
import TestSupport
import Testing

/// Eight digests at a time against the library's, one at a time.
@Suite struct LaneDigestTests {
    private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = TestGenerator(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }

    /// Every eighth word from one on.
    private func lane(_ lane: Int, of bytes: [UInt8]) -> [UInt8] {
        stride(from: 8 * lane, to: bytes.count, by: 64).flatMap { bytes[$0..<$0 + 8] }
    }

    @Test(arguments: Kernels.all)
    func lanesAreTheLibrarysDigests(kernels: Kernels) {
        for (count, split) in [(1, 1), (2, 1), (5, 2), (9, 8), (16, 16)] {
            let bytes = bytes(1024 * count, seed: UInt64(count))
            var state = [UInt64](repeating: .max, count: 64)
            // From an odd address, and in two pieces.
            ([7] + bytes).withUnsafeBufferPointer { all in
                guard let start = all.baseAddress.map({ $0 + 1 }) else { return }
                kernels.table.blake2b_lanes(&state, start, split, 0, split == count ? 1 : 0)
                if split < count {
                    kernels.table.blake2b_lanes(
                        &state, start + 1024 * split, count - split, UInt64(split), 1)
                }
            }
            for lane in 0..<8 {
                let found = (0..<4).flatMap { word in
                    (0..<8).map { UInt8(truncatingIfNeeded: state[8 * word + lane] >> (8 * $0)) }
                }
                #expect(found == Digest32.blake2b(self.lane(lane, of: bytes)).bytes)
            }
        }
    }

    @Test(arguments: InstructionSet.supported)
    func piecesDoNotMatter(set: InstructionSet) throws {
        for count in [0, 1, 7, 104, 1023, 1024, 1025, 2047, 2048, 2049, 10_000] {
            let bytes = bytes(count, seed: UInt64(count))
            let padded =
                bytes + [UInt8](repeating: 0, count: max(1, (count + 1023) / 1024) * 1024 - count)
            var root = Hasher32()
            root.update(UInt64(count))
            for lane in 0..<8 { root.update(Digest32.blake2b(self.lane(lane, of: padded))) }
            for piece in [1, 100, 1024, 1500, 20_000] {
                var hasher = try LaneHasher(set)
                for start in stride(from: 0, to: count, by: piece) {
                    hasher.update(Array(bytes[start..<min(start + piece, count)]))
                    if start == 0 { _ = hasher.finalize() }
                }
                #expect(hasher.finalize() == root.finalize(), "\(count) bytes by \(piece)")
            }
        }
    }
}
