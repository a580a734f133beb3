import CGMP

extension BigInt {
    /// The value at `X = 2^slotBits` of the polynomial with these coefficients, lowest first, in linear time.
    ///
    /// - Precondition: every `|coefficient| < 2^(slotBits - 1)`; `slotBits` is at least 2.
    package static func pack(_ coefficients: [BigInt], slotBits: Int) -> BigInt {
        precondition(slotBits >= 2, "a Kronecker slot has at least 2 bits")
        let largest = maxBitWidth(coefficients)
        precondition(largest < slotBits, "a coefficient of \(largest) bits overflows its slot")
        let result = BigInt()
        // Plain copies of GMP's headers; the limbs stay where they are and belong to `coefficients`.
        withExtendedLifetime(coefficients) {
            let headers = coefficients.map(\.storage.raw)
            tacit_kronecker_pack(&result.storage.raw, headers, headers.count, slotBits)
        }
        return result
    }

    /// The `count` signed coefficients of a packed value, lowest first, in linear time; inverse of `pack`.
    ///
    /// - Precondition: every packed `|coefficient| < 2^(slotBits - 1)`; `slotBits` is at least 2.
    package func unpack(count: Int, slotBits: Int) -> [BigInt] {
        precondition(slotBits >= 2, "a Kronecker slot has at least 2 bits")
        var carry: UInt64 = 0
        return (0..<count).map { index in
            BigInt.make {
                tacit_kronecker_unpack($0, &storage.raw, index, slotBits, &carry)
            }
        }
    }

    /// The coefficients of `a * b` modulo `X^N + 1`, N = count of either, lowest first.
    ///
    /// One big product through Kronecker substitution: both factors are read at `X = 2^s`, and the
    /// product is folded there, since `X^N = -1` subtracts its upper half from its lower.
    ///
    /// - Precondition: both have the same count.
    package static func negacyclicProduct(_ a: [BigInt], _ b: [BigInt]) -> [BigInt] {
        precondition(a.count == b.count, "factors modulo X^N + 1 have N coefficients each")
        let count = a.count
        let slotBits = negacyclicSlotBits(
            count: count, bitsA: maxBitWidth(a), bitsB: maxBitWidth(b))
        let packedA = pack(a, slotBits: slotBits)
        let packedB = pack(b, slotBits: slotBits)
        return negacyclicProduct(packedA, packedB, count: count, slotBits: slotBits)
    }

    /// The same for factors packed beforehand with `negacyclicSlotBits` or more, to reuse a packed factor.
    package static func negacyclicProduct(
        _ a: BigInt, _ b: BigInt, count: Int, slotBits: Int
    ) -> [BigInt] {
        let product = a * b
        // The lower half as a signed number of `count` slots: its own top slot decides the sign.
        let width = count * slotBits
        guard width > 0 else { return [] }
        var folded = product.lowBits(width)
        var upper = product >> width
        if folded.testBit(width - 1) {
            folded -= BigInt(1) << width
            upper += 1
        }
        return (folded - upper).unpack(count: count, slotBits: slotBits)
    }

    /// Bits of a slot that holds every coefficient of a negacyclic product with its sign.
    ///
    /// Coefficients of the factors have magnitudes below `2^bitsA` and `2^bitsB`.
    package static func negacyclicSlotBits(count: Int, bitsA: Int, bitsB: Int) -> Int {
        // |coefficient| < count * 2^(bitsA + bitsB), and a sign.
        bitsA + bitsB + (Int.bitWidth - max(count - 1, 0).leadingZeroBitCount) + 2
    }

    /// The largest `bitWidth` of the values, 0 for none.
    package static func maxBitWidth(_ values: [BigInt]) -> Int {
        values.reduce(0) { max($0, $1.bitWidth) }
    }
}
