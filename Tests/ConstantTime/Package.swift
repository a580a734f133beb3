// swift-tools-version: 6.2
// Secrets marked undefined, under valgrind's memcheck: see check.sh, which builds and runs it (`make constant-time`).
// The modules are the product's own, by links, so that only what handles secrets is built.
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

let complexModule: Target.Dependency = .product(name: "ComplexModule", package: "swift-numerics")

let package = Package(
    name: "ConstantTime",
    dependencies: [.package(url: "https://github.com/apple/swift-numerics", from: "1.1.0")],
    targets: [
        .systemLibrary(name: "CGMP", pkgConfig: "gmp"),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
        .target(name: "RingKernels", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "IntegerKernels", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CValgrind"),
        module("BigNum", ["CGMP", "IntegerKernels"]),
        module("Secrets", ["CSodium"]),
        module("Ring", ["RingKernels", "BigNum", "Secrets"]),
        module("CKKS", ["Ring", "Secrets", "BigNum", complexModule]),
        module("Paillier", ["BigNum", "Secrets"]),
        .executableTarget(
            name: "ConstantTime",
            dependencies: [
                "CKKS", "Ring", "Paillier", "BigNum", "Secrets", "CValgrind", complexModule,
            ],
            swiftSettings: strict),
    ]
)
