import BigNum
import CKKS
import ComplexModule
import Foundation
import Ring
import Secrets
import TestSupport
import Testing

/// Every operation of the fast engine against whole integers, on the named parameter sets, level by
/// level: no coefficient differs but where `ExactEvaluator` states by how much.
///
/// Half the operands have the edges among their residues (0, 1, q - 1), half among their
/// coefficients (0, ±1, ±Q/2); the rest of either is random.
@Suite struct ExactNamedSetTests {
    /// Both engines and the operands of a level.
    private struct Place {
        let pair: ExactPair
        let level: Int
        /// Edges among the residues; edges among the coefficients.
        let operands: [Ciphertext]
        let integers: [ExactCiphertext]

        init(_ named: NamedLevel) throws {
            let pair = try ExactPair(named.testDescription, named.set.get())
            let level = named.level
            operands = [
                try pair.residueEdges(level, seed: 1), try pair.ciphertext(level, seed: 2),
            ]
            integers = try operands.map { try pair.exact.importing($0) }
            self.pair = pair
            self.level = level
        }

        /// Nothing differs.
        func same(
            _ fast: Ciphertext, _ exact: ExactCiphertext,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let exported = try pair.exact.exporting(exact)
            #expect(
                fast.polynomials == exported.polynomials, "\(pair.name)",
                sourceLocation: sourceLocation)
            #expect(fast.level == exported.level, sourceLocation: sourceLocation)
            #expect(fast.scale == exported.scale, sourceLocation: sourceLocation)
            #expect(fast.keyID == exported.keyID, sourceLocation: sourceLocation)
        }

        /// Coefficients differ by at most `bound`.
        func within(
            _ bound: BigInt, _ fast: Ciphertext, _ exact: ExactCiphertext,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let found = try pair.difference(fast, exact, sourceLocation: sourceLocation)
            #expect(found <= bound, "\(pair.name)", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: NamedSets.levels) func sums(_ named: NamedLevel) throws {
        let place = try Place(named)
        let (pair, level, f, e) = (place.pair, place.level, place.pair.fast, place.pair.exact)
        let (a, b, x, y) = (
            place.operands[0], place.operands[1], place.integers[0], place.integers[1]
        )
        #expect(try e.exporting(x).polynomials == a.polynomials)
        try place.same(f.add(a, b), e.add(x, y))
        try place.same(f.subtract(a, b), e.subtract(x, y))
        try place.same(f.negate(a), e.negate(x))
        let plaintext = try pair.plaintext(level, seed: 3)
        try place.same(f.addPlain(a, plaintext), e.addPlain(x, plaintext))
        try place.same(f.multiplyPlain(a, plaintext), e.multiplyPlain(x, plaintext))
        for factor in [Int.min, -3, 0, 1 << 40] {
            try place.same(f.multiplyInteger(b, factor), e.multiplyInteger(y, factor))
        }
        try place.same(
            f.multiplyScalar(a, -3.25, resultScale: 0x1p20),
            e.multiplyScalar(x, -3.25, resultScale: 0x1p20))
        try place.same(f.addScalar(b, 1.5), e.addScalar(y, 1.5))
    }

    @Test(arguments: NamedSets.levels) func productsAndLevels(_ named: NamedLevel) throws {
        let place = try Place(named)
        let (pair, level, f, e) = (place.pair, place.level, place.pair.fast, place.pair.exact)
        let (a, b, x, y) = (
            place.operands[0], place.operands[1], place.integers[0], place.integers[1]
        )
        let product = try f.multiply(a, b)
        try place.same(product, e.multiply(x, y))
        try place.same(f.square(a), e.square(x))
        try place.same(f.sumOfProducts([a, b], [b, b]), e.sumOfProducts([x, y], [y, y]))
        guard level > 0 else { return }
        for target in Set([0, level - 1]) {
            try place.same(f.truncate(a, toLevel: target), e.truncate(x, toLevel: target))
            var c = a
            c.scale = pair.parameters.scale(atLevel: level)
            try place.same(f.dropLevel(c, to: target), e.dropLevel(e.importing(c), to: target))
        }
        var wide = product
        wide.scale = pair.parameters.groupProduct(atLevel: level) * 4
        for operand in [wide, try pair.residueEdges(level, seed: 5, scale: wide.scale)] {
            try place.same(f.rescale(operand), e.rescale(e.importing(operand)))
        }
    }

    @Test(arguments: NamedSets.levels) func keySwitches(_ named: NamedLevel) throws {
        let place = try Place(named)
        let (pair, level, f, e) = (place.pair, place.level, place.pair.fast, place.pair.exact)
        var cubic = try pair.ciphertext(level, seed: 6, polynomials: 3)
        cubic.polynomials[2] = place.operands[0].polynomials[1]
        let z = try e.importing(cubic)
        let relinearized = try e.relinearize(z)
        try place.same(f.relinearize(cubic), relinearized)
        if level > 0 {
            var (wide, linear) = (cubic, try e.exporting(relinearized))
            wide.scale = pair.parameters.groupProduct(atLevel: level) * 4
            linear.scale = wide.scale
            // One division by P q, or by P and then by q: the same outside the sliver.
            try place.same(f.relinearizeAndRescale(wide), e.rescale(e.importing(linear)))
        }
        let (a, b, x, y) = (
            place.operands[0], place.operands[1], place.integers[0], place.integers[1]
        )
        try place.same(f.conjugate(b), e.conjugate(y))
        let amounts = [1, 0, 8]
        let rotated = try e.rotations(x, by: amounts)
        for (index, fast) in try f.rotations(a, by: amounts).enumerated() {
            try place.same(fast, rotated[index])
            try place.same(f.rotate(a, by: amounts[index]), rotated[index])
        }
        // A term's division rounds by itself in the exact engine, once for all in the fast one.
        let sum = try e.add(e.add(rotated[0], rotated[2]), y)
        try place.within(1, f.rotatedSum([(a, 1), (a, 8), (b, 0)]), sum)
        try conversion(place)
    }

    private func conversion(_ place: Place) throws {
        let (pair, level) = (place.pair, place.level)
        let generator = KeyGenerator(context: pair.context, source: SeededRandomSource(seed: 43))
        let other = try generator.secretKey()
        let key = try pair.fixture.withSecret {
            try generator.conversionKey(from: $0, to: other, level: level)
        }
        let back = try ExactEvaluator(context: pair.context)
        let exact = try back.exporting(back.convert(place.integers[1], with: key))
        let fast = try pair.fast.convert(place.operands[1], with: key)
        #expect(fast.polynomials == exact.polynomials, "\(pair.name)")
        #expect(fast.keyID == other.keyID && exact.keyID == other.keyID)
    }

    /// (1 + W)/2 for a pending sum and 1 + W/(2q) for a rescaled one, W over the weights' norms.
    @Test(arguments: NamedSets.levels) func weightedRotations(_ named: NamedLevel) throws {
        let place = try Place(named)
        let (pair, level) = (place.pair, place.level)
        let amounts = [0, 1, 8]
        let q = level > 0 ? pair.product(pair.parameters.group(atLevel: level)) : 1
        // Divided by the group, the scale of the sum stands at 1 or more.
        let scale = max(4, q.toDouble() / ExactPair.smallScale * 4)
        var norm = BigInt()
        let terms = try amounts.map { amount in
            let weights = try pair.fixture.encoder.encode(
                pair.fixture.values(UInt64(80 + amount)), level: level, scale: scale, extended: true
            )
            if amount != 0 { norm += pair.norm(weights) }
            return WeightedRotation(by: amount, weights: weights)
        }
        let (a, x) = (place.operands[0], place.integers[0])
        let pending = try pair.exact.weightedRotationSum(x, terms)
        let slack = (norm >> 40) + 1
        try place.within(
            (norm + 1 + slack) >> 1, pair.fast.weightedRotationSum(a, terms), pending)
        guard level > 0 else { return }
        let fast = try pair.fast.weightedRotationSums(a, [terms], rescaling: true)
        let bound = (norm + slack).quotientAndRemainder(dividingBy: q << 1, rounding: .floor)
        try place.within(1 + bound.quotient, fast[0], pair.exact.rescale(pending))
    }

    @Test(arguments: NamedSets.levels) func encryptions(_ named: NamedLevel) throws {
        let pair = try ExactPair(named.testDescription, named.set.get())
        let (level, keys) = (named.level, pair.fixture.keys)
        let message = try pair.fixture.encode(pair.fixture.values(91), level)
        let fast = Encryptor(context: pair.context, source: SeededRandomSource(seed: 92))
        let exact = ExactEncryptor(context: pair.context, source: SeededRandomSource(seed: 92))
        let reader = ExactDecryptor(context: pair.context)
        try pair.fixture.withSecret { key in
            let seeded = try fast.encrypt(message, secretKey: key)
            #expect(try exact.encrypt(message, secretKey: key).polynomials == seeded.polynomials)
            let open = try fast.encrypt(message, publicKey: keys.publicKey)
            #expect(
                try exact.encrypt(message, publicKey: keys.publicKey).polynomials
                    == open.polynomials)
            let cubic = try pair.residueEdges(level, seed: 93, polynomials: 3)
            for ciphertext in [seeded, open, cubic] {
                let phase = try pair.fixture.decryptor.phase(ciphertext, secretKey: key)
                #expect(
                    try reader.phase(ciphertext, secretKey: key).polynomial == phase.polynomial)
            }
        }
        let a = try pair.ciphertext(level, seed: 95)
        let left = try Evaluator(
            context: pair.context, keys: keys, source: SeededRandomSource(seed: 96))
        let right = try ExactEvaluator(
            context: pair.context, keys: keys, source: SeededRandomSource(seed: 96))
        #expect(
            try left.rerandomize(a).polynomials
                == right.exporting(right.rerandomize(right.importing(a))).polynomials)
    }
}

extension ExactPair {
    /// A ciphertext with 0, 1 and q - 1 in whole vectors and scattered among its residues.
    func residueEdges(
        _ level: Int, seed: UInt64, scale: Double = smallScale, polynomials: Int = 2
    ) throws -> Ciphertext {
        var generator = TestGenerator(seed: 1000 + seed)
        let basis = context.basis(atLevel: level)
        return Ciphertext(
            polynomials: try (0..<polynomials).map { _ in
                try Polynomial(
                    residues: basis.indices.map { index in
                        let q = context.ring.moduli[index].value
                        let edges = [0, 1, q - 1]
                        return (0..<parameters.degree).map { place in
                            if place < 48 { return edges[place / 16] }
                            let choice = generator.integer(in: 0...11)
                            return choice < 3 ? edges[choice] : generator.integer(in: 0...(q - 1))
                        }
                    }, context: context.ring, basis: basis)
            }, level: level, scale: scale, keyID: fixture.keys.keyID)
    }

    /// Σ |w| over the coefficients.
    func norm(_ plaintext: Plaintext) -> BigInt {
        BigInt.sum(plaintext.polynomial.toCoefficient().bigCoefficients().map { $0.magnitude })
    }
}
