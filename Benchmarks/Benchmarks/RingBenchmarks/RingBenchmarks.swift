import Benchmark
import CKKS
import Foundation
import Ring
import Secrets

/// The ring Z_q[X]/(X^N + 1): transforms, products, sums, automorphisms, conversion, uniform residues.
/// The instruction set is the machine's best, or what TACIT_ISA names.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration.metrics = [.wallClock, .instructions]
    Benchmark.defaultConfiguration.maxDuration = .seconds(1)

    for logDegree in 13...15 {
        let degree = 1 << logDegree
        let limbCount = 8
        guard
            let parameters = try? CKKSParameters.make(
                degree: degree, baseBits: 50, scaleBits: 21, levels: limbCount - 1, digits: .none),
            let ring = try? RingContext(
                degree: degree, moduli: parameters.baseGroup + parameters.levelGroups.joined())
        else { fatalError("no ring of degree \(degree)") }
        let one = Basis(0..<1)
        let all = Basis(0..<limbCount)
        let name = "N=\(degree), \(ring.instructionSet)"

        Benchmark("inverse and forward NTT, one limb, \(name)") { benchmark in
            var polynomial = Polynomial<Evaluation>(zero: ring, basis: one)
            for _ in benchmark.scaledIterations {
                polynomial = polynomial.toCoefficient().toEvaluation()
            }
            blackHole(polynomial)
        }
        Benchmark("product, \(limbCount) limbs, \(name)") { benchmark in
            let polynomial = Polynomial<Evaluation>(zero: ring, basis: all)
            var other = polynomial
            for _ in benchmark.scaledIterations { other *= polynomial }
            blackHole(other)
        }
        Benchmark("sum, \(limbCount) limbs, \(name)") { benchmark in
            let polynomial = Polynomial<Evaluation>(zero: ring, basis: all)
            var other = polynomial
            for _ in benchmark.scaledIterations { other += polynomial }
            blackHole(other)
        }
        Benchmark("automorphism, \(limbCount) limbs, \(name)") { benchmark in
            let polynomial = Polynomial<Evaluation>(zero: ring, basis: all)
            let element = GaloisElement.rotation(by: 1, degree: degree)
            for _ in benchmark.scaledIterations { blackHole(polynomial.applying(element)) }
        }
        Benchmark("conversion of 2 limbs to 6, \(name)") { benchmark in
            let polynomial = Polynomial<Coefficient>(zero: ring, basis: Basis(0..<2))
            let converter = try BasisConverter(
                context: ring, from: Basis(0..<2), to: Basis(2..<limbCount))
            for _ in benchmark.scaledIterations { blackHole(converter.convert(polynomial)) }
        }
    }
}
