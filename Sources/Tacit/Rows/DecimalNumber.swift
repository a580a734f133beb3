/// Reads decimal numbers from ASCII bytes, independent of the locale.
///
/// Accepted: sign, digits, one decimal mark, exponent. Hexadecimal, digit separators and words are not numbers. The result
/// is the double nearest to the decimal.
struct DecimalNumber: Equatable {
    enum Mark: Equatable {
        case none, point, comma
    }

    let value: Double
    let mark: Mark
    /// True where a comma may as well separate thousands: up to three digits, a comma, three digits, nothing else.
    let isGroupingLike: Bool

    /// True for `12` and `-3`, false for `12.0` and `1e3`.
    let isInteger: Bool

    /// Reads all of `bytes[range]`, or says what stands there instead.
    static func parse(_ bytes: [UInt8], _ range: Range<Int>) -> Result<DecimalNumber, CellFailure> {
        guard !range.isEmpty else { return .failure(CellFailure(.empty)) }
        var scanner = Scanner(bytes: bytes, position: range.lowerBound, end: range.upperBound)
        guard scanner.scan() else { return .failure(classify(bytes, range)) }
        let value = scanner.exactValue ?? slowValue(bytes, range)
        guard value.isFinite else { return .failure(CellFailure(.tooLarge)) }
        let grouping =
            scanner.mark == .comma && scanner.fractionDigits == 3 && !scanner.hasExponent
            && (1...3).contains(scanner.integerDigits) && !scanner.leadingZero
        return .success(
            DecimalNumber(
                value: value, mark: scanner.mark, isGroupingLike: grouping,
                isInteger: scanner.mark == .none && !scanner.hasExponent))
    }

    /// The correctly rounded value of a number whose form was checked; a comma stands for the point.
    private static func slowValue(_ bytes: [UInt8], _ range: Range<Int>) -> Double {
        let comma = UInt8(ascii: ",")
        guard bytes[range].contains(comma) else {
            return Double(String(decoding: bytes[range], as: UTF8.self)) ?? .nan
        }
        let pointed = bytes[range].map { $0 == comma ? UInt8(ascii: ".") : $0 }
        return Double(String(decoding: pointed, as: UTF8.self)) ?? .nan
    }

    private static let words: Set<String> = [
        "nan", "na", "n/a", "#n/a", "null", "nil", "none", "missing", "inf", "infinity", "?", "-",
    ]

    /// Says what stands in a cell that is not a number.
    private static func classify(_ bytes: [UInt8], _ range: Range<Int>) -> CellFailure {
        let cell = bytes[range]
        if cell.contains(where: { $0 >= 0x80 }) {
            let text = String(decoding: cell, as: UTF8.self)
            guard text.utf8.elementsEqual(cell) else {
                return CellFailure(.text(hint: nil), utf8: false)
            }
            let scalar = text.unicodeScalars.first { $0.value >= 0x80 }
            let code = String(scalar?.value ?? 0, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
            return CellFailure(.text(hint: "it contains the character U+\(padded)"))
        }
        if cell.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return CellFailure(.empty) }
        guard cell.count <= 12 else { return CellFailure(.text(hint: nil)) }
        var word = String(decoding: cell, as: UTF8.self).lowercased()
        if word.count > 1, word.hasPrefix("-") || word.hasPrefix("+") { word.removeFirst() }
        return CellFailure(words.contains(word) ? .notFinite : .text(hint: nil))
    }
}

/// A cell that is not a number.
struct CellFailure: Error, Equatable {
    let problem: CellProblem
    let isUTF8: Bool

    init(_ problem: CellProblem, utf8: Bool = true) {
        self.problem = problem
        self.isUTF8 = utf8
    }
}

/// One pass over the bytes of a number.
private struct Scanner {
    let bytes: [UInt8]
    var position: Int
    let end: Int
    var negative = false
    var mantissa: UInt64 = 0
    var significantDigits = 0
    var integerDigits = 0
    var fractionDigits = 0
    var leadingZero = false
    var hasExponent = false
    var exponent = 0
    var mark = DecimalNumber.Mark.none

    init(bytes: [UInt8], position: Int, end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Consumes everything; false when the bytes are not a decimal number.
    mutating func scan() -> Bool {
        negative = sign()
        leadingZero = position < end && bytes[position] == UInt8(ascii: "0")
        integerDigits = digits()
        if position < end {
            if bytes[position] == UInt8(ascii: ".") {
                mark = .point
            } else if bytes[position] == UInt8(ascii: ",") {
                mark = .comma
            }
            if mark != .none {
                position += 1
                fractionDigits = digits()
            }
        }
        guard integerDigits + fractionDigits > 0 else { return false }
        if position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            guard scanExponent() else { return false }
        }
        return position == end
    }

    private mutating func sign() -> Bool {
        guard position < end else { return false }
        let byte = bytes[position]
        guard byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") else { return false }
        position += 1
        return byte == UInt8(ascii: "-")
    }

    private mutating func digits() -> Int {
        let start = position
        while position < end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if significantDigits > 0 || digit > 0 {
                significantDigits += 1
                mantissa = mantissa &* 10 &+ UInt64(digit)
            }
            position += 1
        }
        return position - start
    }

    private mutating func scanExponent() -> Bool {
        hasExponent = true
        let negative = sign()
        let start = position
        while position < end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            exponent = min(exponent * 10 + Int(digit), 1_000_000)
            position += 1
        }
        if negative { exponent = -exponent }
        return position > start
    }

    /// The value where one correctly rounded operation on exact operands gives it, otherwise nil.
    ///
    /// At most 15 digits, power of ten at most 10^22: Clinger, "How to read floating point numbers accurately", section 3.
    var exactValue: Double? {
        let power = exponent - fractionDigits
        guard significantDigits <= 15, abs(power) <= 22 else { return nil }
        let magnitude = Double(mantissa)
        let value =
            power < 0
            ? magnitude / Self.powersOfTen[-power] : magnitude * Self.powersOfTen[power]
        return negative ? -value : value
    }
}
