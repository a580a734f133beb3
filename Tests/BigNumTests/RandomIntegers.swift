import BigNum
import TestSupport

extension TestGenerator {
    /// A signed integer of up to `bits` bits, often with long runs of ones or zeros, where carries live.
    mutating func bigInt(bits: Int) -> BigInt {
        let width = integer(in: 0...bits)
        var value = BigInt(bytes: bytes(count: (width + 7) / 8)).lowBits(width)
        if integer(in: 0...3) == 0 {
            let run = integer(in: 0...width)
            let ones = (BigInt(1) << run) - 1
            value =
                integer(in: 0...1) == 0 ? (value >> run) << run : value - value.lowBits(run) + ones
        }
        return integer(in: 0...1) == 0 ? value : -value
    }
}

/// Values around the places where representations change.
let edgeValues: [BigInt] = {
    var values: [BigInt] = [0, 1, 2, 3, 10, BigInt(Int.max), BigInt(Int.min), BigInt(UInt64.max)]
    for bits in [31, 32, 53, 62, 63, 64, 65, 127, 128, 192, 1024] {
        let power = BigInt(1) << bits
        values += [power - 1, power, power + 1]
    }
    return values + values.map { -$0 }
}()
