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

/// A library of the HTTP service: fetched and built only where the trait `Service` is on.
func service(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: ["Service"]))
}

/// What server and client both take from NIO and its neighbors.
let serviceFoundation: [Target.Dependency] = [
    service("Logging", "swift-log"),
    service("NIOCore", "swift-nio"),
    service("NIOPosix", "swift-nio"),
    service("NIOSSL", "swift-nio-ssl"),
    service("NIOHTTP1", "swift-nio"),
]

let package = Package(
    name: "Tacit",
    products: [
        .library(name: "Tacit", targets: ["Tacit"]),
        .library(name: "TacitServer", targets: ["TacitServer"]),
        .library(name: "TacitRemote", targets: ["TacitRemote"]),
        .executable(name: "tacit", targets: ["TacitCLI"]),
    ],
    traits: [
        .default(enabledTraits: ["CommandLine", "Service"]),
        .trait(
            name: "CommandLine",
            description: "The `tacit` command; programs that embed the library switch it off."),
        .trait(
            name: "Service",
            description:
                "The HTTP service and its client: TacitServer, TacitRemote, `tacit serve`.",
            enabledTraits: ["CommandLine"]),
        .trait(
            name: "Checked",
            description:
                "For tests: the ring's kernels check the ranges of arguments and results."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.45.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0",
            traits: ["FullFoundation"]),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // L0: C
        .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(
            name: "RingKernels",
            cSettings: [
                .define("_GNU_SOURCE"), .define("RK_CHECKED", .when(traits: ["Checked"])),
            ]),
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
        module("TacitProtocol", [service("NIOCore", "swift-nio")]),
        // L6: the HTTP service and its client
        module(
            "TacitServer",
            [
                "Tacit", "Inference", "TacitProtocol",
                service("Hummingbird", "hummingbird"),
                service("HummingbirdHTTP2", "hummingbird"),
                service("HummingbirdTLS", "hummingbird"),
                service("HTTPTypes", "swift-http-types"),
                service("Metrics", "swift-metrics"),
                service("CoreMetrics", "swift-metrics"),
                service("NIOHTTPTypes", "swift-nio-extras"),
                service("NIOHTTP2", "swift-nio-http2"),
                service("ServiceLifecycle", "swift-service-lifecycle"),
            ] + serviceFoundation),
        module(
            "TacitRemote",
            [
                "Tacit", "TacitProtocol",
                service("AsyncHTTPClient", "async-http-client"),
            ] + serviceFoundation),
        // L7: the command line
        .executableTarget(
            name: "TacitCLI",
            dependencies: [
                "Tacit", "TacitProtocol", "TacitRemote", "TacitServer",
                service("TOMLKit", "TOMLKit"),
                service("Yams", "Yams"),
                service("Logging", "swift-log"),
                service("ServiceLifecycle", "swift-service-lifecycle"),
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser",
                    condition: .when(traits: ["CommandLine"])),
            ],
            swiftSettings: strict),
        // Examples: programs for readers, built and run with the tests
        .executableTarget(
            name: "GettingStarted", dependencies: ["Tacit"], path: "Examples/GettingStarted",
            swiftSettings: strict),
        .executableTarget(
            name: "BatchJob", dependencies: ["Tacit"], path: "Examples/BatchJob",
            swiftSettings: strict),
        .executableTarget(
            name: "ClientApp", dependencies: ["Tacit", "TacitRemote"], path: "Examples/ClientApp",
            swiftSettings: strict),
        .executableTarget(
            name: "ServerApp",
            dependencies: [
                "TacitServer",
                service("Hummingbird", "hummingbird"),
                service("Logging", "swift-log"),
                service("ServiceLifecycle", "swift-service-lifecycle"),
                service("UnixSignals", "swift-service-lifecycle"),
            ], path: "Examples/ServerApp", swiftSettings: strict),
        // Tests
        .target(
            name: "TestSupport", dependencies: ["Secrets"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(
            name: "AllocationCounter", path: "Tests/AllocationCounter",
            cSettings: [.define("_GNU_SOURCE")]),
        .executableTarget(
            name: "VaultTorture", dependencies: ["Secrets", "TestSupport"],
            path: "Tests/VaultTorture", exclude: ["torture.py"], swiftSettings: strict),
        .executableTarget(
            name: "ServiceLoad",
            dependencies: [
                "Tacit", "TacitRemote",
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser",
                    condition: .when(traits: ["CommandLine"])),
            ],
            path: "Tests/ServiceLoad", swiftSettings: strict),
        tests("BigNumTests", ["BigNum", "IntegerKernels"]),
        tests("SecretsTests", ["Secrets"], exclude: ["Vectors"]),
        tests("RingTests", ["Ring", "RingKernels", "BigNum", "Secrets"]),
        tests("PaillierTests", ["Paillier", "BigNum", "Secrets"]),
        tests(
            "CKKSTests",
            ["CKKS", "Ring", "Secrets", "BigNum", "AllocationCounter", complexModule]),
        tests("CircuitsTests", ["Circuits", "CKKS", "Secrets", complexModule]),
        tests(
            "InferenceTests",
            ["Inference", "Circuits", "CKKS", "Paillier", "Ring", "Secrets", complexModule],
            exclude: ["Vectors"]),
        tests(
            "TacitTests",
            ["Tacit", "Inference", "CKKS", "Paillier", "Ring", "BigNum", "Secrets"]),
        tests(
            "TacitServerTests",
            [
                "TacitServer", "TacitProtocol", "Tacit", "CKKS",
                service("Hummingbird", "hummingbird"),
                service("HummingbirdTesting", "hummingbird"),
                service("HTTPTypes", "swift-http-types"),
                service("Metrics", "swift-metrics"),
                service("ServiceLifecycle", "swift-service-lifecycle"),
            ] + serviceFoundation),
        tests(
            "TacitRemoteTests",
            [
                "TacitRemote", "TacitServer", "TacitProtocol", "Tacit",
                service("AsyncHTTPClient", "async-http-client"),
                service("Hummingbird", "hummingbird"),
                service("HTTPTypes", "swift-http-types"),
                service("ServiceLifecycle", "swift-service-lifecycle"),
            ] + serviceFoundation),
        tests("TacitCLITests", ["Tacit"]),
        tests(
            "ExamplesTests",
            [
                "Tacit", "GettingStarted", "BatchJob", "ClientApp", "ServerApp",
                service("NIOCore", "swift-nio"),
                service("AsyncHTTPClient", "async-http-client"),
            ]),
        tests("TidyTests", []),
    ]
)
