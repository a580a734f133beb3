import Secrets
import Tacit
import TestSupport
import Testing

/// What a throwing call throws, as a `WireProblem`.
func problem<Value>(_ body: () throws(WireError) -> Value) -> WireProblem? {
    do throws(WireError) {
        _ = try body()
        return nil
    } catch {
        return error.problem
    }
}

@Suite("Bytes")
struct ByteTests {
    @Test("the golden bytes of every primitive")
    func golden() throws {
        var writer = ByteWriter()
        writer.u8(0xAB)
        writer.u16(0x1234)
        writer.u32(0xDEAD_BEEF)
        writer.u64(0x0102_0304_0506_0708)
        writer.double(-2)
        writer.bool(true)
        for value: UInt64 in [0, 127, 128, 300, .max] { writer.varint(value) }
        for value: Int64 in [0, -1, 1, .min, .max] { writer.zigzag(value) }
        writer.string("é")
        let bytes = writer.finish()
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(
            hex == "ab" + "3412" + "efbeadde" + "0807060504030201" + "00000000000000c0" + "01"
                + "00" + "7f" + "8001" + "ac02" + "ffffffffffffffffff01"
                + "00" + "01" + "02" + "ffffffffffffffffff01" + "feffffffffffffffff01" + "02c3a9")
        var reader = ByteReader(bytes)
        #expect(try reader.u8("") == 0xAB)
        #expect(try reader.u16("") == 0x1234)
        #expect(try reader.u32("") == 0xDEAD_BEEF)
        #expect(try reader.u64("") == 0x0102_0304_0506_0708)
        #expect(try reader.finiteDouble("") == -2)
        #expect(try reader.bool(""))
        for value: UInt64 in [0, 127, 128, 300, .max] { #expect(try reader.varint("") == value) }
        for value: Int64 in [0, -1, 1, .min, .max] { #expect(try reader.zigzag("") == value) }
        #expect(try reader.string("") == "é")
        try reader.finish("all")
    }

    @Test("bad primitives are refused by name")
    func bad() {
        func read<Value>(
            _ bytes: [UInt8], _ body: (inout ByteReader) throws(WireError) -> Value
        ) -> WireProblem? {
            problem { () throws(WireError) -> Value in
                var reader = ByteReader(bytes)
                return try body(&reader)
            }
        }
        #expect(read([1, 2, 3]) { r throws(WireError) in try r.u32("x") } == .truncated(part: "x"))
        let form = WireProblem.value(part: "n", reason: "not a number in its shortest form")
        #expect(read([0x80, 0]) { r throws(WireError) in try r.varint("n") } == form)
        #expect(
            read([UInt8](repeating: 0xFF, count: 9) + [2]) { r throws(WireError) in
                try r.varint("n")
            }
                == form)
        #expect(
            read([UInt8](repeating: 0xFF, count: 11)) { r throws(WireError) in try r.varint("n") }
                == form)
        #expect(read([0x80]) { r throws(WireError) in try r.varint("n") } == .truncated(part: "n"))
        #expect(
            read([2]) { r throws(WireError) in try r.bool("b") }
                == .value(part: "b", reason: "neither 0 nor 1"))
        #expect(
            read([0, 0, 0, 0, 0, 0, 0xF0, 0x7F]) { r throws(WireError) in try r.finiteDouble("d") }
                == .value(part: "d", reason: "not a finite number"))
        #expect(
            read([2, 0xC3, 0x28]) { r throws(WireError) in try r.string("s") }
                == .value(part: "s", reason: "not UTF-8"))
        #expect(
            read([9, 65]) { r throws(WireError) in try r.string(limit: 8, "s") }
                == .tooLarge(part: "s", found: 9, limit: 8))
        #expect(
            read([3, 65]) { r throws(WireError) in try r.string("s") } == .truncated(part: "s"))
        let huge: [UInt8] = [UInt8](repeating: 0xFF, count: 9) + [1]
        #expect(
            read(huge) { r throws(WireError) in try r.count(limit: .max, minimumByteCount: 8, "c") }
                == .tooLarge(part: "c", found: .max, limit: UInt64(Int.max)))
        let large: [UInt8] = [UInt8](repeating: 0xFF, count: 8) + [0x7F]
        #expect(
            read(large) { r throws(WireError) in try r.count(limit: .max, minimumByteCount: 8, "c")
            }
                == .truncated(part: "c"))
        #expect(
            read([7]) { r throws(WireError) in try r.int(in: 1...6, "i") }
                == .value(part: "i", reason: "7 is not in 1...6"))
        #expect(
            read([7]) { r throws(WireError) in try r.finish("all") } == .trailingBytes(part: "all"))
    }
}
