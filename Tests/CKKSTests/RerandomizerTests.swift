import CKKS
import TestSupport
import Testing

/// Re-randomization with encryptions of zero that are made ahead.
@Suite struct RerandomizerTests {
    @Test func everyZeroIsUsedOnceAndChangesNoValue() throws {
        for set in Sets.small {
            let f = try set.get()
            let noise = NoiseEstimate(parameters: f.parameters)
            let rerandomizer = Rerandomizer(f.evaluator, capacity: 3)
            let x = f.values(90)
            let a = try f.encrypt(x, 1)
            var found = [a]
            for round in 0..<3 {
                // The first are made when they are needed; of five more that were asked for three are kept.
                #expect(rerandomizer.count == (round == 0 ? 0 : 3))
                for _ in 0..<5 { found.append(try rerandomizer.rerandomize(a)) }
                #expect(rerandomizer.count == 0)
                try rerandomizer.prepare()
            }
            // Nobody asked since.
            try rerandomizer.prepare()
            #expect(rerandomizer.count == 3)
            for (index, left) in found.enumerated() {
                if index > 0 {
                    #expect(try f.error(left, x) < worstSlot * 2 * noise.freshPublic(level: 1))
                    #expect(left.scale == a.scale && !left.isSeeded)
                }
                for right in found[..<index] {
                    for part in 0..<2 { #expect(left.polynomials[part] != right.polynomials[part]) }
                }
            }
        }
    }

    @Test func zerosFitTheirLevelAndAnyScale() throws {
        let f = try Sets.insecureSingle.get()
        let rerandomizer = Rerandomizer(f.evaluator)
        let (low, high) = (try f.encrypt(f.values(1), 1), try f.encrypt(f.values(2), 3))
        _ = try rerandomizer.rerandomize(low)
        try rerandomizer.prepare()
        let other = try rerandomizer.rerandomize(high)
        #expect(rerandomizer.count == 1 && other.level == 3)
        let product = try f.evaluator.multiplyPlain(
            low, f.encode(f.values(3), 1, extended: false))
        let hidden = try rerandomizer.rerandomize(product)
        #expect(rerandomizer.count == 0 && hidden.scale == product.scale)
        let expected = zipped(f.values(1), f.values(3), *)
        #expect(try f.error(hidden, expected) < 1e-6)
    }

    @Test func whatFreshZerosRefuseIsRefusedWithReadyOnesToo() throws {
        let f = try Sets.insecureSingle.get()
        let rerandomizer = Rerandomizer(f.evaluator)
        let a = try f.encrypt(f.values(1), 1)
        _ = try rerandomizer.rerandomize(a)
        try rerandomizer.prepare()
        let square = try f.evaluator.square(a)
        #expect(throws: CKKSError.wrongDegree(operation: "rerandomize", found: 3, expected: 2)) {
            try rerandomizer.rerandomize(square)
        }
        try rerandomizer.prepare()
        let stranger = try Fixture(f.parameters, seed: 8)
        let foreign = try stranger.encrypt(f.values(1), 1)
        #expect(throws: CKKSError.self) { try rerandomizer.rerandomize(foreign) }
        let bare = Rerandomizer(try Evaluator(context: f.context))
        #expect(throws: CKKSError.missingPublicKey(operation: "rerandomize")) {
            try bare.rerandomize(a)
        }
    }
}
