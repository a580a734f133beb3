// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode comes with the tools version.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A library target with its dependencies, which point only to lower layers (see ARCHITECTURE.md).
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// A test target beside its module.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
        swiftSettings: strict)
}

let complexModule: Target.Dependency = .product(name: "ComplexModule", package: "swift-numerics")

let package = Package(
    name: "Tacit",
    products: [
        .library(name: "Tacit", targets: ["Tacit"]),
        .executable(name: "tacit", targets: ["TacitCLI"]),
    ],
    traits: [
        .default(enabledTraits: ["CommandLine"]),
        .trait(
            name: "CommandLine",
            description: "The `tacit` command; programs that embed the library switch it off."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // L0: C
        .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "RingKernels", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "IntegerKernels", cSettings: [.define("_GNU_SOURCE")]),
        // L1: integers, secrets
        module("BigNum", ["CGMP", "IntegerKernels"]),
        module("Secrets", ["CSodium"]),
        // L2: the ring, Paillier
        module("Ring", ["RingKernels", "BigNum", "Secrets"]),
        module("Paillier", ["BigNum", "Secrets"]),
        // L3: the lattice scheme and its circuits
        module("CKKS", ["Ring", "Secrets", "BigNum", complexModule]),
        module("Circuits", ["CKKS", complexModule]),
        // L4: models
        module(
            "Inference",
            [
                "Circuits", "CKKS", "Paillier", "Secrets", complexModule,
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ], exclude: ["Import/onnx.proto"]),
        // L5: the one import of an embedder
        module(
            "Tacit",
            [
                "Inference", "CKKS", "Paillier", "Ring", "BigNum", "Secrets",
                .product(name: "SwiftCSV", package: "SwiftCSV"),
            ]),
        // L6: the command line
        .executableTarget(
            name: "TacitCLI",
            dependencies: [
                "Tacit",
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser",
                    condition: .when(traits: ["CommandLine"])),
            ],
            swiftSettings: strict),
        // Tests
        .target(
            name: "TestSupport", dependencies: ["Secrets"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "VaultTorture", dependencies: ["Secrets", "TestSupport"],
            path: "Tests/VaultTorture", exclude: ["torture.py"], swiftSettings: strict),
        tests("BigNumTests", ["BigNum", "IntegerKernels"]),
        tests("SecretsTests", ["Secrets"], exclude: ["Vectors"]),
        tests("RingTests", ["Ring", "RingKernels", "BigNum", "Secrets"]),
        tests("PaillierTests", ["Paillier", "BigNum", "Secrets"]),
        tests("CKKSTests", ["CKKS", "Ring", "Secrets", "BigNum", complexModule]),
        tests("CircuitsTests", ["Circuits", "CKKS", "Secrets", complexModule]),
        tests(
            "InferenceTests",
            ["Inference", "Circuits", "CKKS", "Paillier", "Secrets", complexModule],
            exclude: ["Vectors"]),
        tests(
            "TacitTests",
            ["Tacit", "Inference", "CKKS", "Paillier", "Ring", "BigNum", "Secrets"]),
        tests("TacitCLITests", ["Tacit"]),
        tests("TidyTests", []),
    ]
)
