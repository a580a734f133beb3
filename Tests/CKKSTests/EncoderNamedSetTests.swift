import BigNum
import CKKS
import ComplexModule
import RealModule
import Ring
import TestSupport
import Testing

/// Encoding and decoding on the named parameter sets, against sums of roots of unity in the order of
/// the definition, at places of which some are at the ends.
@Suite struct EncoderNamedSetTests {
    /// exp(iπk/N) for k < 2N.
    private struct Roots {
        let values: [Complex<Double>]

        init(degree: Int) {
            values = (0..<(2 * degree)).map {
                let angle = Double.pi * Double($0) / Double(degree)
                return Complex(Double.cos(angle), Double.sin(angle))
            }
        }

        /// The root of slot j to the power k.
        subscript(generators: [Int], _ slot: Int, _ power: Int) -> Complex<Double> {
            values[generators[slot] * power % values.count]
        }
    }

    private func places(_ count: Int, seed: UInt64) -> [Int] {
        var generator = TestGenerator(seed: seed)
        return [0, 1, count / 2 - 1, count / 2, count - 1]
            + (0..<19).map { _ in generator.integer(in: 0...(count - 1)) }
    }

    @Test(arguments: NamedSets.levels) func agreesWithTheDefinition(_ named: NamedLevel) throws {
        let f = try named.set.get()
        let (degree, slots) = (f.parameters.degree, f.slots)
        let roots = Roots(degree: degree)
        var generators = [1]
        while generators.count < slots {
            generators.append(generators[generators.count - 1] * 5 % (2 * degree))
        }
        let x = f.values(17)
        let plaintext = try f.encode(x, named.level)
        let integers = plaintext.polynomial.toCoefficient().bigCoefficients()
        let decoded = try f.encoder.decode(plaintext)
        // One rounding to an integer, and the doubles' own precision.
        let bound = 0.5 + 0x1p-50 * plaintext.scale
        for place in places(degree, seed: 18) {
            var sum = 0.0
            for slot in 0..<slots {
                sum += (x[slot] * roots[generators, slot, place].conjugate).real
            }
            let expected = sum / Double(slots) * plaintext.scale
            #expect(
                abs(integers[place].toDouble() - expected) <= bound,
                "coefficient \(place) of \(named.testDescription)")
        }
        let coefficients = integers.map { $0.toDouble() / plaintext.scale }
        for slot in places(slots, seed: 19) {
            var sum = Complex<Double>.zero
            for place in 0..<degree {
                sum += roots[generators, slot, place].multiplied(by: coefficients[place])
            }
            #expect(
                (decoded[slot] - sum).length <= 0x1p-45, "slot \(slot) of \(named.testDescription)")
        }
    }
}
