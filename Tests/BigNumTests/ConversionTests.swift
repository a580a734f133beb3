import BigNum
import TestSupport
import Testing

@Suite struct ConversionTests {
    @Test func textRoundTripsInEveryRadix() {
        var generator = TestGenerator(seed: 10)
        for value in edgeValues + (0..<50).map({ _ in generator.bigInt(bits: 500) }) {
            for radix in [2, 3, 10, 16, 36] {
                #expect(BigInt(value.description(radix: radix), radix: radix) == value)
            }
        }
        #expect(BigInt("ff", radix: 16) == 255 && BigInt("FF", radix: 16) == 255)
        #expect(BigInt("+17") == 17 && BigInt("-0") == 0 && BigInt("007") == 7)
        #expect(BigInt(-255).description(radix: 16) == "-ff")
    }

    @Test(arguments: [
        "", "-", "+", "--1", "+-1", " 1", "1 ", "1 2", "0x10", "12a", "１２", "1_000", "1\n", "é",
    ])
    func malformedTextIsRefused(_ text: String) {
        #expect(BigInt(text) == nil)
    }

    @Test func radixOutsideItsRangeIsRefused() {
        #expect(BigInt("1", radix: 1) == nil && BigInt("1", radix: 37) == nil)
        #expect(BigInt("2", radix: 2) == nil)
    }

    @Test func bytesAreBigEndian() throws {
        #expect(BigInt(bytes: [1, 2, 3]) == 0x010203)
        #expect(BigInt(bytes: [0, 0, 7]) == 7)
        #expect(BigInt(bytes: []) == 0)
        #expect(try BigInt(0x010203).bytes() == [1, 2, 3])
        #expect(try BigInt(0x010203).bytes(count: 5) == [0, 0, 1, 2, 3])
        #expect(try BigInt(0).bytes() == [] && BigInt(0).bytes(count: 2) == [0, 0])
        var generator = TestGenerator(seed: 11)
        for _ in 0..<200 {
            let value = generator.bigInt(bits: 600).magnitude
            #expect(try BigInt(bytes: value.bytes()) == value)
            #expect(try BigInt(bytes: value.bytes(count: 80)) == value)
            #expect(try value.bytes().count == value.byteCount)
            var buffer = [UInt8](repeating: 0xaa, count: 80)
            try buffer.withUnsafeMutableBytes { try value.write(bigEndianTo: $0) }
            #expect(try buffer == value.bytes(count: 80))
        }
    }

    @Test func bytesThatDoNotFitAreRefused() {
        #expect(throws: BigNumError.doesNotFit(bytes: 2, limit: 1)) {
            try BigInt(256).bytes(count: 1)
        }
        #expect(throws: BigNumError.negative(operation: "bytes")) { try BigInt(-1).bytes() }
        var none: [UInt8] = []
        #expect(throws: BigNumError.doesNotFit(bytes: 1, limit: 0)) {
            try none.withUnsafeMutableBytes { try BigInt(1).write(bigEndianTo: $0) }
        }
    }

    @Test func wordsRoundTrip() {
        for value in edgeValues {
            #expect(BigInt(words: value.words, isNegative: value.isNegative) == value)
            #expect(value.words.count == (value.bitWidth + 63) / 64)
        }
        #expect(BigInt(words: [5, 1]) == (BigInt(1) << 64) + 5)
        #expect(BigInt(words: [5, 0, 0]).words == [5])
        #expect(BigInt(words: []) == 0)
    }

    @Test func machineIntegersThatDoNotFitAreNil() {
        let power = BigInt(1) << 64
        #expect(UInt64(exactly: power - 1) == .max && UInt64(exactly: power) == nil)
        #expect(UInt64(exactly: -1) == nil && UInt64(exactly: 0) == 0)
        let half = BigInt(1) << 63
        #expect(Int(exactly: half - 1) == .max && Int(exactly: half) == nil)
        #expect(Int(exactly: -half) == .min && Int(exactly: -half - 1) == nil)
        #expect(power.lowWord == 0 && (power + 9).lowWord == 9)
    }

    @Test func doublesConvertExactlyOrNotAtAll() {
        #expect(BigInt(exactly: 3.0) == 3 && BigInt(exactly: -0.0) == 0)
        #expect(BigInt(exactly: 0x1p200) == BigInt(1) << 200)
        #expect(BigInt(exactly: 0.5) == nil && BigInt(exactly: .nan) == nil)
        #expect(BigInt(exactly: .infinity) == nil && BigInt(rounding: -.infinity) == nil)
        #expect(BigInt(rounding: 2.5) == 3 && BigInt(rounding: -2.5) == -3)
        #expect(BigInt(rounding: 2.4999) == 2 && BigInt(rounding: .nan) == nil)
    }

    @Test func toDoubleRoundsToNearestEven() {
        let two53 = BigInt(1) << 53
        // Ties go to the even neighbor; one unit more or less decides.
        #expect((two53 + 1).toDouble() == 0x1p53)
        #expect((two53 + 3).toDouble() == 0x1p53 + 4)
        for shift in [11, 12, 40, 64, 500] {
            let tie = (two53 + 1) << shift
            let scale = Double(sign: .plus, exponent: shift, significand: 1)
            #expect(tie.toDouble() == 0x1p53 * scale)
            #expect((tie + 1).toDouble() == (0x1p53 + 2) * scale)
            #expect((-tie - 1).toDouble() == -(0x1p53 + 2) * scale)
            #expect((tie - 1).toDouble() == 0x1p53 * scale)
        }
        #expect((BigInt(1) << 1023).toDouble() == 0x1p1023)
        #expect(((BigInt(1) << 1024) - 1).toDouble() == .infinity)
        #expect((-(BigInt(1) << 1024)).toDouble() == -.infinity)
        #expect((BigInt(1) << 5000).toDouble() == .infinity)
        let largest = BigInt(exactly: Double.greatestFiniteMagnitude)
        #expect(largest?.toDouble() == .greatestFiniteMagnitude)
        var generator = TestGenerator(seed: 12)
        for _ in 0..<1000 {
            let value = Int(truncatingIfNeeded: generator.next()) >> generator.integer(in: 0...40)
            #expect(BigInt(value).toDouble() == Double(value))
            let wide = Int128(value) << 50 | Int128(generator.next() >> 15)
            #expect(BigInt(wide.description)?.toDouble() == Double(wide))
            #expect(Double(BigInt(value)) == Double(value))
        }
    }
}
