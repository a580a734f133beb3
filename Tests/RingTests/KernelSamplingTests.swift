import RingKernels
import Secrets
import TestSupport
import Testing

/// The samplers word by word: what they make of given randomness, not how it is distributed.
@Suite struct KernelSamplingTests {
    @Test(arguments: Kernels.all, edgeModuli)
    func uniformTakesTheHighWord(kernels: Kernels, q: UInt64) {
        let m = KernelModulus(q)
        var generator = TestGenerator(seed: q &+ 3)
        let threshold = UInt64((UInt128(1) << 64) % UInt128(q))
        // low64(word · q) around the threshold: word = value / q modulo 2^64, q being odd.
        var inverse: UInt64 = 1
        for _ in 0..<6 { inverse = inverse &* (2 &- q &* inverse) }
        let edges = [0, 1, threshold - 1, threshold, threshold + 1, .max].map { $0 &* inverse }
        let words =
            edges + [0, 1, .max, .max - 1]
            + (0..<510).map { _ in generator.integer(in: 0...(.max)) }
        let n = words.count
        let (input, out) = (AlignedWords(words), AlignedWords(count: n))
        var rejected = [UInt32](repeating: .max, count: n)
        let count = kernels.table.uniform(out.pointer, &rejected, input.pointer, n, m.pointer)
        let products = words.map { $0.multipliedFullWidth(by: q) }
        #expect(out.values == products.map(\.high))
        let expected = products.indices.filter { products[$0].low < threshold }.map(UInt32.init)
        #expect(Array(rejected[..<count]) == expected)
        let again = kernels.table.uniform(input.pointer, &rejected, input.pointer, n, m.pointer)
        #expect(input.values == out.values && again == count, "in place")
    }

    /// Streams of public seeds are libsodium's, byte for byte.
    @Test(arguments: Kernels.all)
    func streamsAreThoseOfTheLibrary(kernels: Kernels) throws {
        guard let chaCha20 = kernels.table.chacha20 else { return }
        var generator = TestGenerator(seed: 20)
        let counts = Array(1...40) + [63, 64, 1000]
        for (number, count) in counts.enumerated() {
            let bytes = (0..<32).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let seed = try Seed(bytes: bytes)
            let nonce: [UInt32] =
                number == 0
                ? [.max, 0, 1 << 31]
                : (0..<3).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
            let block = [0, 1, UInt32.max - 2000, 123_456_789][number % 4]
            var expected = [UInt8](repeating: 7, count: 64 * count)
            try expected.withUnsafeMutableBytes {
                try ChaCha20.fill(
                    $0, seed: seed, nonce: (nonce[0], nonce[1], nonce[2]), startingAtBlock: block)
            }
            // Begins at an odd address, and touches nothing around it.
            var found = [UInt8](repeating: 7, count: 64 * count + 2)
            found.withUnsafeMutableBufferPointer {
                chaCha20($0.baseAddress.map { $0 + 1 }, bytes, nonce, block, count)
            }
            #expect(found == [7] + expected + [7], "\(count) blocks from \(block)")
        }
    }

    @Test(arguments: Kernels.all)
    func binomialsCountBits(kernels: Kernels) {
        var generator = TestGenerator(seed: 8)
        for n in [1, 2, 3, 4, 5, 63, 64, 100, 1000] {
            let third = (n + 2) / 3
            let edges: [UInt64] = [0, .max, (1 << 21) - 1, ((1 << 21) - 1) << 21, 1 << 42, 1 << 63]
            let words = (0..<(2 * third)).map {
                $0 % 3 == 0 ? edges[$0 / 3 % edges.count] : generator.integer(in: 0...(.max))
            }
            var out = [Int8](repeating: 99, count: n)
            kernels.table.binomial21(&out, words, n)
            let mask: UInt64 = (1 << 21) - 1
            let expected = (0..<n).map { place -> Int8 in
                let bits =
                    place < 2 * third
                    ? words[place]
                    : words[place - 2 * third] >> 42 | (words[place - third] >> 42) << 22
                let (low, high) = (bits & mask, bits >> 21 & mask)
                return Int8(low.nonzeroBitCount - high.nonzeroBitCount)
            }
            #expect(out == expected, "\(n)")
        }
    }

    @Test(arguments: Kernels.all)
    func ternariesTakeEveryByte(kernels: Kernels) {
        for n in [0, 1, 31, 255, 256, 700] {
            let bytes = (0..<n).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            var out = [Int8](repeating: 99, count: n)
            let rejected = kernels.table.ternary(&out, bytes, n)
            #expect(out == bytes.map { $0 == 255 ? 2 : Int8($0 % 3) - 1 })
            #expect(rejected == bytes.count { $0 == 255 })
        }
    }
}
