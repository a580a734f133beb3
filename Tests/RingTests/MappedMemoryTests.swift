import Foundation
import Ring
import Secrets
import TestSupport
import Testing

/// Rows and limbs in mapped files: the same residues, for as long as anything refers to them.
@Suite struct MappedMemoryTests {
    /// Maps a file with these bytes whose name is gone already.
    private func mapped(_ bytes: [UInt8]) throws -> MappedMemory {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "tacit-map-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        let handle = try FileHandle(forReadingFrom: file)
        defer {
            try? handle.close()
            try? FileManager.default.removeItem(at: file)
        }
        return try #require(
            MappedMemory(descriptor: handle.fileDescriptor, byteCount: bytes.count))
    }

    private func collect(
        _ body: ((UnsafeRawBufferPointer, Int) -> Void) -> Void
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        body { part, padding in
            bytes += part
            bytes += [UInt8](repeating: 0, count: padding)
        }
        return bytes
    }

    @Test("mapped rows hold what was written, for every instruction set")
    func rows() throws {
        for set in InstructionSet.supported {
            let context = try testRing(
                degree: 1024, bits: [50, 40, 45, 46], instructionSet: set)
            var generator = TestGenerator(seed: 5)
            let (full, part) = (context.fullBasis, Basis([0, 2, 3]))
            let halves: [[Polynomial<Evaluation>]] = try (0..<3).map { _ in
                [
                    try generator.polynomial(context, full),
                    try generator.polynomial(context, full),
                ]
            }
            let rows = SwitchingRows(
                context: context, basis: part, digitCount: 3, team: .single
            ) { (halves[$0][0], halves[$0][1]) }
            let bytes = collect { rows.forEachRow($0) }
            #expect(bytes.count == rows.byteCount)
            #expect(
                bytes.count
                    == SwitchingRows.byteCount(context: context, basis: part, digitCount: 3))
            for offset in [0, 64, 4096] {
                let memory = try mapped([UInt8](repeating: 7, count: offset) + bytes)
                let again = try #require(
                    SwitchingRows(
                        mapping: memory, offset: offset, context: context, basis: part,
                        digitCount: 3))
                for digit in 0..<3 {
                    for half in 0..<2 {
                        #expect(
                            again.polynomial(digit: digit, half: half)
                                == halves[digit][half].restricted(to: part))
                    }
                }
                #expect(again.firstInvalidLimb == nil)
            }
            let short = try mapped(Array(bytes.dropLast(64)))
            #expect(
                SwitchingRows(
                    mapping: short, offset: 0, context: context, basis: part, digitCount: 3)
                    == nil)
        }
    }

    @Test("mapped polynomials are read in place and copied before they are written")
    func polynomials() throws {
        let context = try testRing(degree: 64)
        var generator = TestGenerator(seed: 6)
        let basis = context.fullBasis
        let original: Polynomial<Evaluation> = try generator.polynomial(context, basis)
        let bytes = collect { original.forEachStoredLimb($0) }
        let memory = try mapped(bytes)
        var copy = try #require(
            Polynomial<Evaluation>(mapping: memory, offset: 0, context: context, basis: basis))
        let kept = copy
        #expect(copy == original)
        copy += original
        var sum = original
        sum += original
        #expect(copy == sum)
        #expect(kept == original)
        // The only reference, still not written in place.
        var alone = try #require(
            Polynomial<Evaluation>(mapping: memory, offset: 0, context: context, basis: basis))
        alone.withMutableLimb(0) { $0[0] = 1 }
        #expect(kept == original)
        #expect(alone != original)
    }

    @Test("places outside the file, or between words, hold nothing")
    func outside() throws {
        let context = try testRing(degree: 64)
        let basis = context.fullBasis
        let size = Polynomial<Evaluation>.storedByteCount(context: context, basis: basis)
        let memory = try mapped([UInt8](repeating: 0, count: size + 64))
        for (offset, fits) in [
            (0, true), (64, true), (8, false), (128, false), (-64, false), (Int.max - 63, false),
        ] {
            let polynomial = Polynomial<Evaluation>(
                mapping: memory, offset: offset, context: context, basis: basis)
            #expect((polynomial != nil) == fits, "offset \(offset)")
        }
        #expect(memory.withBytes(0..<(size + 65)) { _ in true } == nil)
        #expect(MappedMemory(descriptor: -1, byteCount: 10) == nil)
    }

    @Test("checksums do not depend on how bytes are handed over, and notice every change")
    func sums() throws {
        var generator = TestGenerator(seed: 7)
        let bytes = (0..<1000).map { _ in UInt8(generator.integer(in: 0...255)) }
        func sum(_ parts: [[UInt8]]) -> [UInt8] {
            var sums = WordSums()
            for part in parts { part.withUnsafeBytes { sums.update($0) } }
            return sums.finalize().bytes
        }
        let whole = sum([bytes])
        for cut in [0, 1, 63, 64, 65, 500, 999, 1000] {
            #expect(sum([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)")
        }
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            #expect(sum([changed]) != whole, "byte \(place)")
        }
        for (left, right) in [(0, 64), (1, 9), (70, 900), (3, 999)]
        where bytes[left] != bytes[right] {
            var exchanged = bytes
            exchanged.swapAt(left, right)
            #expect(sum([exchanged]) != whole, "bytes \(left) and \(right)")
        }
        #expect(sum([Array(bytes.dropLast())]) != whole)
        #expect(sum([bytes, [0]]) != whole)
        var padded = WordSums()
        bytes.withUnsafeBytes { padded.update($0) }
        padded.update(zeroCount: 1500)
        #expect(padded.finalize().bytes == sum([bytes, [UInt8](repeating: 0, count: 1500)]))
    }
}
