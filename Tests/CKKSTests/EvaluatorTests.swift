import CKKS
import ComplexModule
import Testing

/// Every operation at every level of every set against the same operation on numbers; the bound
/// comes from the noise formulas, with room for the worst of N/2 slots.
@Suite struct EvaluatorTests {

    private func forEachLevel(
        _ sets: [Result<Fixture, any Error>] = Sets.all, from lowest: Int = 0,
        _ body: (Fixture, NoiseEstimate, Int) throws -> Void
    ) throws {
        for set in sets {
            let fixture = try set.get()
            let noise = NoiseEstimate(parameters: fixture.parameters)
            for level in lowest...fixture.parameters.maxLevel { try body(fixture, noise, level) }
        }
    }

    @Test func additionLaws() throws {
        try forEachLevel { f, noise, level in
            let (x, y) = (f.values(1), f.values(2))
            let (a, b) = (try f.encrypt(x, level), try f.encrypt(y, level))
            let bound = worstSlot * 2 * noise.freshSymmetric(level: level)
            let e = f.evaluator
            #expect(try f.error(e.add(a, b), zipped(x, y, +)) < bound)
            #expect(try f.error(e.subtract(a, b), zipped(x, y, -)) < bound)
            #expect(try f.error(e.negate(a), x.map { -$0 }) < bound)
            #expect(try f.error(e.addPlain(a, f.encode(y, level)), zipped(x, y, +)) < bound)
            #expect(
                try f.error(e.addScalar(a, -0.625), x.map { $0 + Complex(-0.625) }) < bound)
            #expect(
                try f.error(e.multiplyInteger(a, -3), x.map { $0 * Complex(-3) }) < 3 * bound)
            // a + b = b + a, a - b = -(b - a), to the last residue.
            #expect(try e.add(a, b).polynomials == e.add(b, a).polynomials)
            #expect(
                try e.subtract(a, b).polynomials == e.negate(e.subtract(b, a)).polynomials)
        }
    }

    @Test func plaintextAndScalarProducts() throws {
        try forEachLevel(from: 1) { f, noise, level in
            let (x, y) = (f.values(3), f.values(4))
            let a = try f.encrypt(x, level)
            let e = f.evaluator
            let product = try e.multiplyPlain(a, f.encode(y, level))
            let once = try e.rescale(product)
            #expect(once.level == level - 1)
            #expect(once.scale == f.parameters.scale(atLevel: level - 1))
            let bound =
                worstSlot
                * (4 * noise.freshSymmetric(level: level) + noise.rescale(fromLevel: level))
            #expect(try f.error(product, zipped(x, y, *)) < bound)
            #expect(try f.error(once, zipped(x, y, *)) < bound)
            let scaled = try e.rescale(e.multiplyScalar(a, 0.7))
            #expect(scaled.scale == f.parameters.scale(atLevel: level - 1))
            #expect(try f.error(scaled, x.map { $0 * Complex(0.7) }) < bound)
        }
    }

    @Test func ciphertextProducts() throws {
        try forEachLevel(from: 1) { f, noise, level in
            let (x, y) = (f.values(5), f.values(6))
            let (a, b) = (try f.encrypt(x, level), try f.encrypt(y, level))
            let e = f.evaluator
            let bound =
                worstSlot
                * (4 * noise.freshSymmetric(level: level) + noise.rescale(fromLevel: level)
                    + noise.keySwitch(level: level))
            let product = try e.multiply(a, b)
            #expect(product.polynomialCount == 3)
            #expect(try f.error(product, zipped(x, y, *)) < bound)
            let relinearized = try e.relinearize(product)
            #expect(relinearized.polynomialCount == 2)
            #expect(try f.error(relinearized, zipped(x, y, *)) < bound)
            let rescaled = try e.rescale(relinearized)
            #expect(rescaled.scale == f.parameters.scale(atLevel: level - 1))
            #expect(try f.error(rescaled, zipped(x, y, *)) < bound)
            let merged = try e.relinearizeAndRescale(product)
            #expect(merged.scale == f.parameters.scale(atLevel: level - 1))
            #expect(try f.error(merged, zipped(x, y, *)) < bound)
            // Rounding c2 meets s^2, whose largest slot is far above its mean.
            let late = try e.relinearize(e.rescale(product))
            let square = noise.slotDeviation(
                variance: noise.divisionVarianceOfProduct,
                scale: f.parameters.scale(atLevel: level - 1))
            #expect(try f.error(late, zipped(x, y, *)) < bound + 5 * worstSlot * square)
            #expect(try e.square(a).polynomials == e.multiply(a, a).polynomials)
            #expect(try f.error(e.rescale(e.relinearize(e.square(a))), zipped(x, x, *)) < bound)
        }
    }

    @Test func rotationsAndConjugation() throws {
        try forEachLevel { f, noise, level in
            let x = f.values(7)
            let a = try f.encrypt(x, level)
            let e = f.evaluator
            let bound =
                worstSlot * (noise.freshSymmetric(level: level) + noise.keySwitch(level: level))
            let amounts = Fixture.rotationAmounts + [0, f.slots, f.slots + 1]
            let hoisted = try e.rotations(a, by: amounts)
            for (amount, result) in zip(amounts, hoisted) {
                #expect(try f.error(result, rotated(x, amount)) < bound)
                #expect(
                    try e.rotate(a, by: amount).polynomials == result.polynomials)
            }
            #expect(try f.error(e.conjugate(a), x.map(\.conjugate)) < bound)
        }
    }
}
