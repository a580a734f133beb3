// swift-tools-version: 6.2
// A program that embeds Tacit, as somebody else would write it: one import, without the command line.
import PackageDescription

let package = Package(
    name: "Embedding",
    dependencies: [.package(name: "Tacit", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "Embedding", dependencies: [.product(name: "Tacit", package: "Tacit")])
    ]
)
