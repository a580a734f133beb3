// swift-tools-version: 6.2
// What reads files from strangers, for libFuzzer: see fuzz.py, which builds and runs it (`make fuzz`).
import PackageDescription

let package = Package(
    name: "Fuzz",
    products: [.library(name: "TacitFuzz", type: .static, targets: ["TacitFuzz"])],
    dependencies: [.package(name: "Tacit", path: "../..", traits: [])],
    targets: [
        .target(
            name: "TacitFuzz", dependencies: [.product(name: "Tacit", package: "Tacit")],
            swiftSettings: [.swiftLanguageMode(.v5)])
    ]
)
