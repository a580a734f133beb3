import CGMP

/// A signed integer of any size, held by GMP.
///
/// A value type: copies share storage until one is changed. The limbs are cleared whenever GMP
/// releases or moves them, so a secret does not survive its last reference.
public struct BigInt: Sendable {
    var storage: IntegerStorage

    /// Zero.
    public init() {
        storage = IntegerStorage()
    }

    /// The value of a machine integer.
    public init(_ value: Int) {
        storage = IntegerStorage()
        mpz_set_si(&storage.raw, value)
    }

    /// The value of a 64-bit machine integer.
    public init(_ value: Int64) {
        self.init(Int(value))
    }

    /// The value of an unsigned 64-bit machine integer.
    public init(_ value: UInt64) {
        storage = IntegerStorage()
        mpz_set_ui(&storage.raw, UInt(value))
    }

    /// The value written in `text`: an optional sign, then digits of `radix` (2...36), nothing else.
    public init?(_ text: some StringProtocol, radix: Int = 10) {
        guard (2...36).contains(radix) else { return nil }
        var digits = Substring(text)
        let sign = digits.first
        if sign == "-" || sign == "+" { digits.removeFirst() }
        // GMP itself would skip white space.
        let isNumber = digits.utf8.allSatisfy { byte in
            let digit =
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
                case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 10
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + 10
                default: Int.max
                }
            return digit < radix
        }
        guard !digits.isEmpty, isNumber else { return nil }
        storage = IntegerStorage()
        guard mpz_set_str(&storage.raw, String(digits), Int32(radix)) == 0 else { return nil }
        if sign == "-" { mpz_neg(&storage.raw, &storage.raw) }
    }

    /// The digits of the value in `radix` (2...36), lower case, with a sign if negative.
    ///
    /// - Precondition: `radix` is in 2...36.
    public func description(radix: Int) -> String {
        precondition((2...36).contains(radix), "radix \(radix) is outside 2...36")
        let capacity = mpz_sizeinbase(&storage.raw, Int32(radix)) + 2
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            mpz_get_str(start, Int32(radix), &storage.raw)
            defer { tacit_wipe(start, capacity) }
            return String(cString: start)
        }
    }

    /// -1, 0 or 1.
    public var signum: Int { Int(mpz_sgn(&storage.raw)) }

    /// Whether the value is zero.
    public var isZero: Bool { signum == 0 }

    /// Whether the value is negative.
    public var isNegative: Bool { signum < 0 }

    /// Whether the lowest bit is set.
    public var isOdd: Bool { testBit(0) }

    /// Bits of the magnitude; 0 for zero, 1 for ±1.
    public var bitWidth: Int { isZero ? 0 : mpz_sizeinbase(&storage.raw, 2) }

    /// Bit `index` (from 0, the lowest) of the value in two's complement.
    ///
    /// - Precondition: `index` is not negative.
    public func testBit(_ index: Int) -> Bool {
        mpz_tstbit(&storage.raw, UInt(index)) != 0
    }

    /// Number of zero bits below the lowest set bit; 0 for zero.
    public var trailingZeroBitCount: Int {
        isZero ? 0 : Int(mpz_scan1(&storage.raw, 0))
    }

    /// The absolute value.
    public var magnitude: BigInt { isNegative ? -self : self }

    /// The integer that `body` writes into a fresh GMP variable.
    static func make(_ body: (mpz_ptr) -> Void) -> BigInt {
        let result = BigInt()
        body(&result.storage.raw)
        return result
    }

    /// Gives `body` a variable that nobody else sees, holding the current value.
    mutating func modify(_ body: (mpz_ptr) -> Void) {
        if !isKnownUniquelyReferenced(&storage) {
            let copy = IntegerStorage()
            mpz_set(&copy.raw, &storage.raw)
            storage = copy
        }
        body(&storage.raw)
    }
}

extension BigInt: Hashable, Comparable, CustomStringConvertible, ExpressibleByIntegerLiteral {
    /// The value of an integer literal.
    public init(integerLiteral value: Int) {
        self.init(value)
    }

    /// Equality of values.
    public static func == (a: BigInt, b: BigInt) -> Bool {
        mpz_cmp(&a.storage.raw, &b.storage.raw) == 0
    }

    /// Order of values.
    public static func < (a: BigInt, b: BigInt) -> Bool {
        mpz_cmp(&a.storage.raw, &b.storage.raw) < 0
    }

    /// Feeds sign and limbs.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(signum)
        for word in words { hasher.combine(word) }
    }

    /// Decimal digits.
    public var description: String { description(radix: 10) }
}
