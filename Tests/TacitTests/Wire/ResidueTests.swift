import Ring
import Tacit
import TestSupport
import Testing

/// The packed form by its definition: bit by bit.
private func packedBitByBit(_ residues: [UInt64], width: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (residues.count * width + 63) / 64 * 8)
    for (index, residue) in residues.enumerated() {
        for bit in 0..<width where residue >> UInt64(bit) & 1 == 1 {
            let position = index * width + bit
            bytes[position / 8] |= 1 << (position % 8)
        }
    }
    return bytes
}

private func packed(_ residues: [UInt64], modulus: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.residues(residues.span, modulus: modulus)
    return writer.finish()
}

private func unpacked(
    _ bytes: [UInt8], count: Int, modulus: UInt64
) throws(WireError) -> [UInt64] {
    var residues = [UInt64](repeating: 0, count: count)
    var reader = ByteReader(bytes)
    var span = residues.mutableSpan
    try reader.residues(into: &span, modulus: modulus, limb: 3, "p")
    try reader.finish("p")
    return residues
}

@Suite("Packed residues")
struct ResidueTests {
    @Test("golden bytes")
    func golden() {
        // q = 5: three bits each; 1, 2, 3, 4 is 100 011 010 001 read from the right.
        #expect(packed([1, 2, 3, 4], modulus: 5) == [0xD1, 0x08, 0, 0, 0, 0, 0, 0])
        #expect(packed([0, 1], modulus: 2) == [0x02, 0, 0, 0, 0, 0, 0, 0])
        #expect(packed([0x01_0000_0000], modulus: 0x01_0000_0001).count == 8)
    }

    @Test("every width, against the definition, and back")
    func widths() throws {
        var generator = TestGenerator(seed: 31)
        for width in 1...63 {
            let modulus = (UInt64(1) << UInt64(width - 1)) + 1
            for count in [1, 2, 63, 64, 65, 200] {
                var residues = (0..<count).map { _ in generator.next() % modulus }
                residues[0] = modulus - 1
                let bytes = packed(residues, modulus: modulus)
                #expect(bytes == packedBitByBit(residues, width: width), "\(width) bits, \(count)")
                #expect(try unpacked(bytes, count: count, modulus: modulus) == residues)
            }
        }
    }

    @Test("residues that are too large, cut short, or followed by stray bits are refused by place")
    func bad() throws {
        let modulus: UInt64 = 97
        var residues = (0..<100).map { UInt64($0 % 97) }
        residues[41] = 97
        residues[77] = 127
        let bytes = packedBitByBit(residues, width: 7)
        #expect(
            problem { () throws(WireError) in try unpacked(bytes, count: 100, modulus: modulus) }
                == .residue(part: "p", limb: 3, index: 41))
        residues[41] = 96
        residues[77] = 0
        let good = packed(residues, modulus: modulus)
        #expect(try unpacked(good, count: 100, modulus: modulus) == residues)
        for cut in 1...good.count {
            #expect(
                problem { () throws(WireError) in
                    try unpacked(Array(good.dropLast(cut)), count: 100, modulus: modulus)
                } == .truncated(part: "p"))
        }
        // 100 residues of 7 bits leave 4 bits of the last word.
        for bit in 700..<704 {
            var stray = good
            stray[bit / 8] |= 1 << (bit % 8)
            guard
                case .value = problem({ () throws(WireError) in
                    try unpacked(stray, count: 100, modulus: modulus)
                })
            else {
                Issue.record("stray bit \(bit) accepted")
                continue
            }
        }
    }

    @Test("every residue at or above a small modulus is refused, every one below it is read")
    func exhaustive() throws {
        for modulus: UInt64 in 2...70 {
            let width = UInt64.bitWidth - (modulus - 1).leadingZeroBitCount
            for residue in 0..<(UInt64(1) << UInt64(width)) {
                let bytes = packedBitByBit([0, residue, 0], width: width)
                if residue < modulus {
                    #expect(try unpacked(bytes, count: 3, modulus: modulus) == [0, residue, 0])
                } else {
                    #expect(
                        problem { () throws(WireError) in
                            try unpacked(bytes, count: 3, modulus: modulus)
                        } == .residue(part: "p", limb: 3, index: 1))
                }
            }
        }
    }

    @Test("polynomials come back, and are not read from fewer bytes than their limbs need")
    func polynomials() throws {
        let primes = try PrimeLadder.primes(degree: 1024, near: 0x1p40, count: 3)
        let ring = try RingContext(degree: 1024, moduli: primes)
        var generator = TestGenerator(seed: 32)
        let basis = Basis([0, 2])
        let residues = basis.indices.map { index in
            (0..<1024).map { _ in generator.next() % primes[index] }
        }
        let polynomial = try Polynomial<Evaluation>(residues: residues, context: ring, basis: basis)
        var writer = ByteWriter()
        try writer.polynomial(polynomial)
        let bytes = writer.finish()
        #expect(
            try Frame.byteCount { w throws(WireError) in try w.polynomial(polynomial) } == bytes
                .count + 136)
        func read(_ bytes: [UInt8], _ basis: Basis) throws(WireError) -> Polynomial<Evaluation> {
            var reader = ByteReader(bytes)
            let polynomial = try reader.polynomial(ring: ring, basis: basis, "p")
            try reader.finish("p")
            return polynomial
        }
        #expect(try read(bytes, basis) == polynomial)
        #expect(
            problem { () throws(WireError) in try read(bytes, Basis(0..<3)) }
                == .truncated(part: "p"))
        #expect(
            problem { () throws(WireError) in try read(bytes, Basis(0..<1)) }
                == .trailingBytes(part: "p"))
    }
}
