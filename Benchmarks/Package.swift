// swift-tools-version: 6.2
import PackageDescription

/// Latency benchmarks, a package of their own so that nobody who uses Tacit builds them.
///
///     make microbench                       everything, as a table a suite
///     make microbench SECONDS=0.1 FILTER='NTT.*avx2'
///     cd Benchmarks && swift package -c release --disable-sandbox benchmark --target RingBenchmarks
///     TACIT_ISA=avx2 swift package ...       on one instruction set
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func benchmarks(_ name: String) -> Target {
    .executableTarget(
        name: "\(name)Benchmarks",
        dependencies: [
            "Settings", .product(name: "Benchmark", package: "benchmark"),
            .product(name: "Tacit", package: "tacit"),
        ],
        path: "Benchmarks/\(name)Benchmarks", swiftSettings: strict,
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "tacit", path: "..", traits: []),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
    ],
    targets: [
        .target(
            name: "Settings",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "Tacit", package: "tacit"),
            ],
            path: "Benchmarks/Settings", swiftSettings: strict),
        benchmarks("Ring"),
        benchmarks("Scheme"),
        benchmarks("Circuits"),
        benchmarks("Paillier"),
        benchmarks("Models"),
    ]
)
