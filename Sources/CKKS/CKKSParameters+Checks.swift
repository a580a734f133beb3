import RealModule
import Ring
import Secrets

/// The checks behind `CKKSParameters.init`; they also stand between files and the scheme.
extension CKKSParameters {
    /// Most primes in Q and P together.
    static let maximumModulusCount = RingContext.maximumModulusCount

    /// Most limbs one exact base conversion reads.
    static let maximumDigitLimbCount = 64

    static func bits(_ moduli: some Sequence<UInt64>) -> Double {
        moduli.reduce(0.0) { $0 + Double.log2(Double($1)) }
    }

    static func checkDegree(_ degree: Int, insecure: Bool) throws(CKKSError) {
        let range = insecure ? 16...65536 : 1024...65536
        guard range.contains(degree), degree & (degree - 1) == 0 else {
            throw .invalidParameter(
                name: "degree", value: "\(degree)",
                expected: "a power of two from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    static func checkGroups(degree: Int, base: [UInt64], levels: [[UInt64]], special: [UInt64])
        throws(CKKSError)
    {
        guard !base.isEmpty, !levels.contains(where: \.isEmpty) else {
            throw .invalidParameter(
                name: "moduli", value: "an empty group", expected: "one or more primes per level")
        }
        let all = base + levels.joined() + special
        guard all.count <= maximumModulusCount else {
            throw .invalidParameter(
                name: "moduli", value: "\(all.count) primes",
                expected: "at most \(maximumModulusCount)")
        }
        guard Set(all).count == all.count else {
            throw .invalidParameter(
                name: "moduli", value: "a prime that occurs twice", expected: "distinct primes")
        }
        for modulus in all {
            guard Modulus.isSupported(modulus, degree: degree) else {
                throw .invalidParameter(
                    name: "modulus", value: "\(modulus)",
                    expected: "a prime below 2^50 that is 1 modulo \(4 * degree)")
            }
        }
    }

    static func checkDigits(moduli: [UInt64], special: [UInt64], digitLimbCount: Int)
        throws(CKKSError)
    {
        guard (digitLimbCount == 0) == special.isEmpty, digitLimbCount >= 0 else {
            throw .invalidParameter(
                name: "digitLimbCount",
                value: "\(digitLimbCount) with \(special.count) special primes",
                expected: "0 exactly when there are no special primes")
        }
        guard digitLimbCount > 0 else { return }
        guard digitLimbCount <= maximumDigitLimbCount, special.count <= maximumDigitLimbCount else {
            throw .invalidParameter(
                name: "digitLimbCount", value: "\(digitLimbCount)",
                expected: "at most \(maximumDigitLimbCount) limbs per digit and special primes")
        }
        let largest = digitBits(moduli: moduli, digitLimbCount: digitLimbCount)
        guard bits(special) >= largest else {
            throw .invalidParameter(
                name: "specialModuli", value: "\(decimal(bits(special))) bits",
                expected: "at least the largest digit, \(decimal(largest)) bits")
        }
    }

    /// log2 of the largest product of `digitLimbCount` consecutive moduli that form a digit.
    static func digitBits(moduli: [UInt64], digitLimbCount: Int) -> Double {
        stride(from: 0, to: moduli.count, by: digitLimbCount)
            .map { bits(moduli[$0..<min($0 + digitLimbCount, moduli.count)]) }
            .max() ?? 0
    }

    /// Scales from the top down: scale[l-1] = scale[l]^2 / q_l.
    static func scaleChain(top: Double, groups: [[UInt64]]) throws(CKKSError) -> [Double] {
        guard top.isFinite, top >= 2 else {
            throw .invalidParameter(
                name: "topScale", value: "\(top)", expected: "a finite number of at least 2")
        }
        var scales = [top]
        for group in groups.reversed() {
            let last = scales[scales.count - 1]
            scales.append(last * last / product(group))
        }
        return scales.reversed()
    }

    /// Every level's scale is a number that its modulus holds, and the last one is the top one.
    static func checkScales(_ scales: [Double], top: Double, base: [UInt64], groups: [[UInt64]])
        throws(CKKSError)
    {
        guard scales.count == groups.count + 1, scales.last == top else {
            throw .invalidParameter(
                name: "scales", value: "\(scales.count) scales",
                expected: "one for each of \(groups.count + 1) levels, the top scale last")
        }
        var modulusBits = bits(base)
        for (level, scale) in scales.enumerated() {
            if level > 0 { modulusBits += bits(groups[level - 1]) }
            guard scale.isFinite, scale >= 2, Double.log2(scale) < modulusBits else {
                throw .invalidParameter(
                    name: "scale at level \(level)", value: "\(scale)",
                    expected: "a number from 2 to the modulus of \(decimal(modulusBits)) bits")
            }
        }
    }

    /// BLAKE2b-256 over a canonical encoding; the domain versions it and names the ring kind.
    static func digest(
        degree: Int, base: [UInt64], levels: [[UInt64]], special: [UInt64], digitLimbCount: Int,
        topScale: Double, scales: [Double]?
    ) -> Digest32 {
        var hasher = Hasher32(
            domain: scales == nil ? "tacit ring 1: x^N+1" : "tacit ring 2: x^N+1, scales")
        for scale in scales ?? [] { hasher.update(scale.bitPattern) }
        hasher.update(UInt64(degree))
        hasher.update(UInt64(digitLimbCount))
        hasher.update(topScale.bitPattern)
        hasher.update(UInt64(levels.count))
        for group in [base] + levels + [special] {
            hasher.update(UInt64(group.count))
            group.forEach { hasher.update($0) }
        }
        return hasher.finalize()
    }
}
