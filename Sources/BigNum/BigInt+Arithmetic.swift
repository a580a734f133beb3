import CGMP

extension BigInt {
    /// The sum.
    public static func + (a: BigInt, b: BigInt) -> BigInt {
        make { mpz_add($0, &a.storage.raw, &b.storage.raw) }
    }

    /// The difference.
    public static func - (a: BigInt, b: BigInt) -> BigInt {
        make { mpz_sub($0, &a.storage.raw, &b.storage.raw) }
    }

    /// The product.
    public static func * (a: BigInt, b: BigInt) -> BigInt {
        make { mpz_mul($0, &a.storage.raw, &b.storage.raw) }
    }

    /// The product with a machine integer.
    @_disfavoredOverload  // so that a literal factor is a BigInt
    public static func * (a: BigInt, b: UInt64) -> BigInt {
        make { mpz_mul_ui($0, &a.storage.raw, UInt(b)) }
    }

    /// The opposite value.
    public static prefix func - (a: BigInt) -> BigInt {
        make { mpz_neg($0, &a.storage.raw) }
    }

    /// Adds `b` in place.
    public static func += (a: inout BigInt, b: BigInt) {
        a.modify { mpz_add($0, $0, &b.storage.raw) }
    }

    /// Subtracts `b` in place.
    public static func -= (a: inout BigInt, b: BigInt) {
        a.modify { mpz_sub($0, $0, &b.storage.raw) }
    }

    /// Multiplies by `b` in place.
    public static func *= (a: inout BigInt, b: BigInt) {
        a.modify { mpz_mul($0, $0, &b.storage.raw) }
    }

    /// Adds `a * b` in place.
    public mutating func addProduct(_ a: BigInt, _ b: BigInt) {
        modify { mpz_addmul($0, &a.storage.raw, &b.storage.raw) }
    }

    /// Adds `a * b` in place, for a machine word `b`.
    public mutating func addProduct(_ a: BigInt, _ b: UInt64) {
        modify { mpz_addmul_ui($0, &a.storage.raw, UInt(b)) }
    }

    /// Subtracts `a * b` in place.
    public mutating func subtractProduct(_ a: BigInt, _ b: BigInt) {
        modify { mpz_submul($0, &a.storage.raw, &b.storage.raw) }
    }

    /// Subtracts `a * b` in place, for a machine word `b`.
    public mutating func subtractProduct(_ a: BigInt, _ b: UInt64) {
        modify { mpz_submul_ui($0, &a.storage.raw, UInt(b)) }
    }

    /// `self * 2^count`; for a negative `count` the floor of the quotient.
    public static func << (a: BigInt, count: Int) -> BigInt {
        count < 0
            ? make { mpz_fdiv_q_2exp($0, &a.storage.raw, count.magnitude) }
            : make { mpz_mul_2exp($0, &a.storage.raw, UInt(count)) }
    }

    /// The floor of `self / 2^count`.
    public static func >> (a: BigInt, count: Int) -> BigInt {
        count > 0
            ? make { mpz_fdiv_q_2exp($0, &a.storage.raw, UInt(count)) }
            : make { mpz_mul_2exp($0, &a.storage.raw, count.magnitude) }
    }

    /// `self` to the power `exponent`; 0 to the power 0 is 1.
    public func power(_ exponent: UInt) -> BigInt {
        BigInt.make { mpz_pow_ui($0, &storage.raw, exponent) }
    }

    /// The sum of all values, 0 for none.
    public static func sum(_ values: some Sequence<BigInt>) -> BigInt {
        values.reduce(into: BigInt()) { $0 += $1 }
    }

    /// The product of all values, 1 for none; operands of like size are multiplied first.
    public static func product(_ values: some Collection<BigInt>) -> BigInt {
        var layer = Array(values)
        while layer.count > 1 {
            layer = stride(from: 0, to: layer.count, by: 2).map { index in
                index + 1 < layer.count ? layer[index] * layer[index + 1] : layer[index]
            }
        }
        return layer.first ?? 1
    }
}
