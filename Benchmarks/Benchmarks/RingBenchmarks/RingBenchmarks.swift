import Benchmark
import Ring
import Secrets
import Settings

/// The ring Z_q[X]/(X^N + 1), by operation, degree and instruction set: transforms, products, sums,
/// automorphisms, base conversion, uniform residues.
let benchmarks: @Sendable () -> Void = {
    Settings.apply()
    for kernels in Kernels.all {
        for degree in [8192, 16384, 32768] {
            let place = Place(kernels: kernels, degree: degree)
            declareTransforms(place)
            declareElementwise(place)
            declareMoves(place)
        }
    }
}

/// Where an operation is measured.
struct Place: Sendable {
    let kernels: Kernels
    let degree: Int

    var name: String { "N=\(degree), \(kernels.name)" }
}

/// A ring of one modulus of 50 bits, as the lowest of a ciphertext, and seven of 40, as of its levels.
struct Limbs {
    static let count = 8

    let ring: RingContext
    let wide = Basis(0..<1)
    let narrow = Basis(1..<2)
    let all = Basis(0..<count)

    init(_ place: Place) throws {
        try place.kernels.select()
        let wide = try PrimeLadder.primes(degree: place.degree, near: 0x1p50, count: 1)
        let narrow = try PrimeLadder.primes(
            degree: place.degree, near: 0x1p40, count: Self.count - 1)
        ring = try RingContext(degree: place.degree, moduli: wide + narrow)
    }

    func zero<Form: PolynomialForm>(_ basis: Basis) -> Polynomial<Form> {
        Polynomial(zero: ring, basis: basis)
    }
}

/// Declares an operation: `prepare` makes its operands, and what is called again and again.
func declare(
    _ operation: String, _ place: Place,
    _ prepare: @escaping @Sendable (Limbs) throws -> (() -> Void)
) {
    Benchmark("\(operation), \(place.name)") { benchmark, run in
        for _ in benchmark.scaledIterations { run() }
    } setup: {
        try prepare(Limbs(place))
    }
}

/// Transforms in place, of a limb of either size: kernels for IFMA tell them apart.
func declareTransforms(_ place: Place) {
    for bits in [40, 50] {
        Benchmark("forward NTT, a limb of \(bits) bits, \(place.name)") { benchmark, limbs in
            let basis = bits == 50 ? limbs.wide : limbs.narrow
            let polynomial: Polynomial<Coefficient> = limbs.zero(basis)
            benchmark.startMeasurement()
            let result = polynomial.toEvaluation()
            benchmark.stopMeasurement()
            blackHole(result)
        } setup: {
            try Limbs(place)
        }
        Benchmark("inverse NTT, a limb of \(bits) bits, \(place.name)") { benchmark, limbs in
            let basis = bits == 50 ? limbs.wide : limbs.narrow
            let polynomial: Polynomial<Evaluation> = limbs.zero(basis)
            benchmark.startMeasurement()
            let result = polynomial.toCoefficient()
            benchmark.stopMeasurement()
            blackHole(result)
        } setup: {
            try Limbs(place)
        }
    }
}

func declareElementwise(_ place: Place) {
    declare("product, \(Limbs.count) limbs", place) { limbs in
        let a: Polynomial<Evaluation> = limbs.zero(limbs.all)
        var b = a
        return { b *= a }
    }
    declare("sum, \(Limbs.count) limbs", place) { limbs in
        let a: Polynomial<Evaluation> = limbs.zero(limbs.all)
        var b = a
        return { b += a }
    }
    declare("product added to a sum, \(Limbs.count) limbs", place) { limbs in
        let a: Polynomial<Evaluation> = limbs.zero(limbs.all)
        var sum = a
        return { sum.multiplyAccumulate(a, a) }
    }
}

func declareMoves(_ place: Place) {
    declare("automorphism, \(Limbs.count) limbs", place) { limbs in
        let a: Polynomial<Evaluation> = limbs.zero(limbs.all)
        let element = GaloisElement.rotation(by: 1, degree: place.degree)
        return { blackHole(a.applying(element)) }
    }
    declare("conversion of 2 limbs to 6", place) { limbs in
        let a: Polynomial<Coefficient> = limbs.zero(Basis(0..<2))
        let converter = try BasisConverter(
            context: limbs.ring, from: Basis(0..<2), to: Basis(2..<Limbs.count))
        return { blackHole(converter.convert(a)) }
    }
    declare("uniform residues, \(Limbs.count) limbs", place) { limbs in
        let seed = try Seed(bytes: [UInt8](repeating: 7, count: Seed.byteCount))
        return {
            blackHole(
                Polynomial<Evaluation>.uniform(
                    seed: seed, stream: 0, digit: 0, context: limbs.ring, basis: limbs.all))
        }
    }
}
