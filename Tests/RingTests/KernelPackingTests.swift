import RingKernels
import TestSupport
import Testing

@Suite struct KernelPackingTests {
    /// Bit by bit, as the wire format is described.
    private func packed(_ values: [UInt64], bits: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (values.count * bits + 63) / 64 * 8)
        for (place, value) in values.enumerated() {
            for bit in 0..<bits where value >> UInt64(bit) & 1 == 1 {
                let position = place * bits + bit
                bytes[position / 8] |= 1 << UInt8(position % 8)
            }
        }
        return bytes
    }

    @Test(arguments: Kernels.all)
    func streamsMatchBitByBit(kernels: Kernels) {
        var generator = TestGenerator(seed: 21)
        for bits in Array(1...64) {
            let mask = bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1
            for n in [0, 1, 2, 7, 8, 9, 15, 16, 31, 64, 65, 127, 200] {
                let values = (0..<n).map { place -> UInt64 in
                    place % 5 == 0 ? mask : generator.integer(in: 0...UInt64.max) & mask
                }
                let words = AlignedWords(values)
                let expected = packed(values, bits: bits)
                // One byte of padding in front: the stream needs no alignment; guards behind.
                var bytes = [UInt8](repeating: 0xa5, count: expected.count + 9)
                bytes.withUnsafeMutableBufferPointer {
                    kernels.table.pack($0.baseAddress! + 1, words.pointer, n, UInt32(bits))
                }
                let around = [bytes[0]] + bytes.suffix(8)
                #expect(around.allSatisfy { $0 == 0xa5 }, "written outside")
                #expect(Array(bytes.dropFirst().dropLast(8)) == expected, "\(n) of \(bits) bits")

                // Exactly the bytes that hold residues.
                let exact = Array(expected[..<((n * bits + 7) / 8)])
                let out = AlignedWords(count: n)
                let all = exact.withUnsafeBufferPointer {
                    kernels.table.unpack(out.pointer, $0.baseAddress, n, UInt32(bits), .max)
                }
                #expect(out.values == values, "\(n) of \(bits) bits")
                #expect(all == values.firstIndex(of: .max) ?? n)
            }
        }
    }

    @Test(arguments: Kernels.all)
    func firstResidueOutOfBoundsIsNamed(kernels: Kernels) {
        let (n, bits) = (100, 40)
        let q: UInt64 = (1 << 40) - 87
        for culprits in [[], [0], [7, 8], [63], [64, 3], [99], [98, 99]] {
            var values = (0..<n).map { q - 1 - UInt64($0) }
            for place in culprits { values[place] = q + UInt64(place % 2) }
            let bytes = packed(values, bits: bits)
            let out = AlignedWords(count: n)
            let first = kernels.table.unpack(out.pointer, bytes, n, UInt32(bits), q)
            #expect(first == culprits.min() ?? n)
            #expect(out.values == values)
        }
    }
}
