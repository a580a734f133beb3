import RealModule
import Ring

/// Takes distinct primes from the ladder of one degree; a value, so that choices are reproducible.
struct PrimeChooser {
    let degree: Int
    private var used: Set<UInt64> = []

    /// Largest size of a prime of Q, in bits; the kernels need less than 50.
    static let largestBits = 49.9
    /// Largest size of a special prime, in bits: above those of Q, so that P can cover any digit.
    static let largestSpecialBits = 49.99
    /// Largest size of a special prime that the quickest transforms take (2^52 / 44), in bits.
    static let quickestBits = 46.5

    /// Furthest a scale may be from its target, in bits, before the ladder counts as exhausted.
    static let scaleTolerance = 0.5

    init(degree: Int) {
        self.degree = degree
    }

    /// The unused prime nearest to `target`.
    private mutating func take(near target: Double) throws(CKKSError) -> UInt64 {
        let prime: UInt64
        do {
            prime = try PrimeLadder.prime(degree: degree, nearest: target, excluding: used)
        } catch {
            throw .notEnoughPrimes(
                degree: degree, bits: Double.log2(target), hint: "raise scaleBits or baseBits")
        }
        used.insert(prime)
        return prime
    }

    /// A group of `count` unused primes whose product is near 2^bits.
    mutating func group(nearBits bits: Double, count: Int) throws(CKKSError) -> [UInt64] {
        var primes: [UInt64] = []
        var rest = bits
        for index in 0..<count {
            let prime = try take(near: Double.exp2(rest / Double(count - index)))
            primes.append(prime)
            rest -= Double.log2(Double(prime))
        }
        return primes
    }

    /// Primes of level 0, together near 2^bits.
    mutating func baseGroup(bits: Int) throws(CKKSError) -> [UInt64] {
        let parts = CKKSShape.splitBase(bits)
        let target = Swift.min(Double(bits), Self.largestBits * Double(parts.count))
        let primes = try group(nearBits: target, count: parts.count)
        let found = CKKSParameters.bits(primes)
        guard abs(found - Double(bits)) <= Self.scaleTolerance else {
            throw .notEnoughPrimes(
                degree: degree, bits: parts[0],
                hint: "the nearest base group has \(decimal(found)) bits; raise baseBits")
        }
        return primes
    }

    /// Primes of levels 1...count and the top scale: every scale stays near 2^bits.
    mutating func levelGroups(bits: Int, count: Int) throws(CKKSError) -> ([[UInt64]], Double) {
        let parts = CKKSShape.split(bits).count
        let top = Double.exp2(Double(bits))
        var scale = top
        var groups: [[UInt64]] = []
        for _ in 0..<count {
            let primes = try group(
                nearBits: 2 * Double.log2(scale) - Double(bits), count: parts)
            scale = scale * scale / CKKSParameters.product(primes)
            guard abs(Double.log2(scale) - Double(bits)) <= Self.scaleTolerance else {
                throw .notEnoughPrimes(
                    degree: degree, bits: Double(bits) / Double(parts),
                    hint: "\(count) levels at scale \(bits) bits would let the scale drift; "
                        + "raise scaleBits or take fewer levels")
            }
            groups.append(primes)
        }
        return (groups.reversed(), top)
    }

    /// Special primes a digit of `bits` bits needs.
    static func specialCount(bits: Double) -> Int {
        Swift.max(1, Int((bits / largestSpecialBits).rounded(.up)))
    }

    /// Special primes whose product reaches the largest digit and, where `room` bits allow, a
    /// margin.
    mutating func special(
        digitBits: Double, room: Double?, count: Int? = nil
    ) throws(CKKSError) -> [UInt64] {
        let count = count ?? Self.specialCount(bits: digitBits)
        // Smaller primes where they leave enough of the margin.
        let quickest = Self.quickestBits * Double(count)
        let isQuickest = quickest >= digitBits + CKKSParameters.leastMarginBits
        let most = isQuickest ? quickest : Self.largestSpecialBits * Double(count)
        let wanted = Swift.min(digitBits + CKKSParameters.specialMarginBits, most, room ?? most)
        var aim = Swift.max(wanted, digitBits)
        for _ in 0..<64 {
            var attempt = self
            let primes = try attempt.group(nearBits: aim, count: count)
            if CKKSParameters.bits(primes) >= digitBits {
                self = attempt
                return primes
            }
            aim = Swift.min(aim + 0.01, most)
        }
        throw .notEnoughPrimes(
            degree: degree, bits: digitBits / Double(count),
            hint: "no special primes above the digits; take smaller digits or scales")
    }
}
