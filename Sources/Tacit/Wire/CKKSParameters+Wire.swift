package import CKKS

extension ByteWriter {
    /// Parameters: degree, primes of every group, digit size, top scale, all scales where they are given, security.
    package mutating func parameters(_ parameters: CKKSParameters) {
        u8(UInt8(parameters.degree.trailingZeroBitCount))
        group(parameters.baseGroup)
        int(parameters.levelGroups.count)
        for levelGroup in parameters.levelGroups { group(levelGroup) }
        group(parameters.specialModuli)
        int(parameters.digitLimbCount)
        double(parameters.scale(atLevel: parameters.maxLevel))
        int(parameters.givenScales?.count ?? 0)
        for scale in parameters.givenScales ?? [] { double(scale) }
        u16(UInt16(parameters.security?.rawValue ?? 0))
    }

    private mutating func group(_ primes: [UInt64]) {
        int(primes.count)
        for prime in primes { u64(prime) }
    }
}

extension ByteReader {
    /// Most primes of one set of parameters.
    static let primeLimit = 128

    /// Parameters, checked as `CKKSParameters.init` checks them: primes, security bound, digits, scales.
    package mutating func parameters() throws(WireError) -> CKKSParameters {
        let part = "the parameters"
        let exponent = Int(try u8(part))
        guard (10...17).contains(exponent) else {
            throw WireError(.value(part: part, reason: "degree 2^\(exponent)"))
        }
        let base = try group(part)
        let levels = try count(limit: Self.primeLimit, part)
        var groups: [[UInt64]] = []
        for _ in 0..<levels { groups.append(try group(part)) }
        let special = try group(part)
        let digit = try int(in: 0...Self.primeLimit, part)
        let scale = try finiteDouble(part)
        var scales: [Double] = []
        for _ in 0..<(try count(limit: Self.primeLimit, minimumByteCount: 8, part)) {
            scales.append(try finiteDouble(part))
        }
        guard let security = SecurityLevel(rawValue: Int(try u16(part))) else {
            throw WireError(.value(part: part, reason: "no security level is declared"))
        }
        do throws(CKKSError) {
            return try CKKSParameters(
                degree: 1 << exponent, baseGroup: base, levelGroups: groups, specialModuli: special,
                digitLimbCount: digit, topScale: scale, scales: scales.isEmpty ? nil : scales,
                security: security)
        } catch {
            throw WireError(.value(part: part, reason: error.description))
        }
    }

    private mutating func group(_ part: String) throws(WireError) -> [UInt64] {
        let count = try count(limit: Self.primeLimit, minimumByteCount: 8, part)
        var primes: [UInt64] = []
        for _ in 0..<count { primes.append(try u64(part)) }
        return primes
    }
}
