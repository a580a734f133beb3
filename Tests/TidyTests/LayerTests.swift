import Foundation
import Testing

/// The layers of ARCHITECTURE.md, lowest first.
///
/// An arrow may only point to a lower row.
private let layers: [[String]] = [
    ["CGMP", "CSodium", "RingKernels", "IntegerKernels"],
    ["BigNum", "Secrets"],
    ["Ring", "Paillier"],
    ["CKKS"],
    ["Circuits"],
    ["Inference"],
    ["Tacit", "TacitProtocol"],
    ["TacitServer", "TacitRemote"],
    ["TacitCLI"],
]

private let layerOf: [String: Int] = Dictionary(
    uniqueKeysWithValues: layers.enumerated().flatMap { row, names in names.map { ($0, row) } })

/// The modules imported by a Swift line, or nothing.
private func importedModule(_ line: String) -> String? {
    let importLine =
        /^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:public |package |internal |private )?import (?:(?:struct|class|enum|func|protocol|typealias|let|var) )?(\w+)/
    return line.firstMatch(of: importLine).map { String($0.output.1) }
}

@Suite("Arrows go down only")
struct LayerTests {
    @Test("every module of the manifest has a layer and every layer has its module")
    func everyModuleHasALayer() throws {
        let sources = SourceTree.current.root.appending(path: "Sources").path
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources)
            .filter { !$0.hasPrefix(".") }
        #expect(Set(folders) == Set(layerOf.keys))
    }

    @Test("the manifest declares no upward and no sideways arrow")
    func manifestArrows() throws {
        let arrows = ManifestArrows(
            manifest: try SourceTree.current.manifest(), modules: Set(layerOf.keys))
        for (target, row) in layerOf {
            let dependencies = try #require(
                arrows.dependencies[target], "\(target) is not declared")
            for dependency in dependencies where dependency != target {
                let lower = try #require(layerOf[dependency])
                #expect(lower < row, "\(target) -> \(dependency) does not point down")
            }
        }
        #expect(arrows.dependencies["CKKS"]?.contains("Ring") == true)
        #expect(arrows.dependencies["Tacit"]?.contains("Inference") == true)
    }

    @Test("every import points down and is declared in the manifest")
    func imports() throws {
        let arrows = ManifestArrows(
            manifest: try SourceTree.current.manifest(), modules: Set(layerOf.keys))
        var arrowsSeen = 0
        for file in try SourceTree.current.files(in: "Sources", extensions: ["swift"]) {
            let row = try #require(layerOf[file.target])
            for line in file.lines {
                guard let module = importedModule(line), let lower = layerOf[module] else {
                    continue
                }
                arrowsSeen += 1
                #expect(lower < row, "\(file.path) imports \(module)")
                #expect(
                    arrows.dependencies[file.target]?.contains(module) == true,
                    "\(file.path) imports \(module), which Package.swift does not give it")
            }
        }
        #expect(arrowsSeen > 10)
    }

    @Test("an upward import is recognized in every spelling")
    func recognizesImports() {
        #expect(importedModule("import CKKS") == "CKKS")
        #expect(importedModule("public import Ring") == "Ring")
        #expect(importedModule("@preconcurrency import struct Tacit.Client") == "Tacit")
        #expect(importedModule("// import CKKS") == nil)
        let manifest = #"module("BigNum", ["CGMP", "CKKS"]), module("CKKS", ["BigNum"])"#
        let arrows = ManifestArrows(manifest: manifest, modules: ["BigNum", "CKKS", "CGMP"])
        #expect(arrows.dependencies["BigNum"] == ["CGMP", "CKKS"])
    }
}
