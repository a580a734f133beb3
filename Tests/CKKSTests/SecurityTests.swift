import CKKS
import Testing

/// Table 5.2 of the 2024 guideline, typed in a second time, classical, uniform ternary.
private let table: [(degree: Int, bits: [Int?])] = [
    (1024, [26, nil, nil]), (2048, [53, 36, 27]), (4096, [106, 73, 56]), (8192, [214, 147, 114]),
    (16384, [430, 297, 230]), (32768, [868, 597, 462]), (65536, [1747, 1199, 929]),
    (131_072, [3523, 2411, 1866]),
]

@Suite struct SecurityTests {
    @Test func everyDegreeAndLevelAtTheLimitAndOneAbove() throws {
        var checked = 0
        for (degree, row) in table {
            for (security, limit) in zip(SecurityLevel.allCases, row) {
                #expect(
                    SecurityBound.maximumModulusBits(degree: degree, security: security) == limit)
                guard let limit else {
                    #expect(
                        throws: CKKSError.noSecureModulus(
                            degree: degree, security: security.rawValue)
                    ) {
                        try SecurityBound.check(degree: degree, modulusBits: 14, security: security)
                    }
                    continue
                }
                checked += 1
                for bits in [Double(limit), Double(limit) + 0.49, Double(limit) - 20] {
                    try SecurityBound.check(degree: degree, modulusBits: bits, security: security)
                }
                for bits in [Double(limit) + 0.51, Double(limit + 1)] {
                    #expect(
                        throws: CKKSError.insecure(
                            degree: degree, modulusBits: limit + 1, bound: limit,
                            security: security.rawValue)
                    ) {
                        try SecurityBound.check(
                            degree: degree, modulusBits: bits, security: security)
                    }
                }
            }
        }
        #expect(checked == 22)
    }

    @Test func oddDegreesAndNonsenseBitsAreRefused() {
        for degree in [0, -1, 512, 1000, 262_144] {
            #expect(throws: CKKSError.self) {
                try SecurityBound.check(degree: degree, modulusBits: 10, security: .bits128)
            }
        }
        for bits in [Double.nan, .infinity, -1, 1e300] {
            #expect(throws: CKKSError.self) {
                try SecurityBound.check(degree: 16384, modulusBits: bits, security: .bits128)
            }
        }
    }

    @Test func marginsTellBothColumns() {
        let margins = SecurityBound.margins(
            degree: 16384, modulusBits: 429.6, security: .bits128)
        #expect(margins.modulusBits == 430)
        #expect(margins.bound == 430)
        #expect(margins.margin == 0)
        #expect(margins.adps16Bound == 330)
        #expect(margins.adps16Margin == -100)
        let large = SecurityBound.margins(degree: 65536, modulusBits: 1000, security: .bits192)
        #expect(large.margin == 199)
        #expect(large.adps16Margin == nil)
    }

    /// Chains found through `make` a little below and above the limit, with every prime counted.
    @Test(arguments: [8192, 16384, 32768])
    func wholeParameterSetsStopAtTheLimit(degree: Int) throws {
        for security in SecurityLevel.allCases {
            let limit = try #require(
                SecurityBound.maximumModulusBits(degree: degree, security: security))
            var outcomes: Set<Bool> = []
            for levels in 0...26 {
                for base in 33...49 where abs(2 * base + 30 * levels - limit) <= 2 {
                    let shape = (base, levels, limit)
                    outcomes.insert(try isAccepted(degree, shape, security))
                }
            }
            #expect(outcomes == [true, false])
        }
    }

    /// Makes a set of base + 30·levels + one special prime as large as the base; checks that it is
    /// refused exactly above the limit.
    private func isAccepted(
        _ degree: Int, _ shape: (base: Int, levels: Int, limit: Int), _ security: SecurityLevel
    ) throws -> Bool {
        let free = try CKKSParameters.insecure(
            degree: degree, baseBits: shape.base, scaleBits: 30, levels: shape.levels,
            digits: .smallestModulus)
        // Without a bound the special prime has ten bits more than needed; within one, what fits.
        let least = free.logQ + Double(shape.base)
        let result = Result {
            try CKKSParameters.make(
                degree: degree, baseBits: shape.base, scaleBits: 30, levels: shape.levels,
                digits: .smallestModulus, security: security)
        }
        switch result {
        case .success(let parameters):
            #expect(parameters.logQP.rounded() <= Double(shape.limit))
            return true
        case .failure(let error):
            #expect(least > Double(shape.limit) - 0.1)
            guard let error = error as? CKKSError, case .insecure(_, let bits, let bound, _) = error
            else {
                Issue.record("another error: \(error)")
                return false
            }
            #expect(bits == shape.limit + 1 || bits > bound)
            return false
        }
    }
}
