// swift-tools-version: 6.2
import PackageDescription

/// Latency benchmarks, a package of their own so that nobody who uses Tacit builds them.
///
///     make bench                               everything, as a table
///     cd Benchmarks && swift package benchmark --target RingBenchmarks
///     TACIT_ISA=avx2 swift package benchmark   on another instruction set
func benchmarks(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "\(name)Benchmarks",
        dependencies: [.product(name: "Benchmark", package: "benchmark")] + dependencies,
        path: "Benchmarks/\(name)Benchmarks",
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "tacit", path: "..", traits: []),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
    ],
    targets: [
        benchmarks("Ring", [.product(name: "Tacit", package: "tacit")]),
        benchmarks("Scheme", [.product(name: "Tacit", package: "tacit")]),
        benchmarks("Circuits", [.product(name: "Tacit", package: "tacit")]),
        benchmarks("Paillier", [.product(name: "Tacit", package: "tacit")]),
        benchmarks("Models", [.product(name: "Tacit", package: "tacit")]),
    ]
)
