import Foundation
import Testing

@Suite("The documentation keeps its word")
struct DocumentationTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Example.root.appending(path: path), encoding: .utf8)
    }

    /// The Swift code of an article, one block after the other.
    private func blocks(_ article: String) throws -> [String] {
        try text("Sources/Tacit/Tacit.docc/\(article).md").components(separatedBy: "```swift\n")
            .dropFirst().compactMap { $0.components(separatedBy: "```").first }
    }

    @Test("the landing page's example is the program that the embedding fixture runs")
    func landingPage() throws {
        let code = try #require(blocks("Tacit").first)
        #expect(code.contains("import Tacit"))
        #expect(try text("Tests/Embedding/Sources/Embedding/main.swift").hasPrefix(code))
    }

    @Test("every block of Getting started stands in the example of that name")
    func gettingStarted() throws {
        let program = try text("Examples/GettingStarted/main.swift")
        let blocks = try blocks("GettingStarted").filter { !$0.hasPrefix(".package(") }
        #expect(blocks.count == 6)
        for block in blocks { #expect(program.contains(block), "\(block)") }
    }

    @Test("Getting started runs, and its results stay within their bound")
    func runs() throws {
        try Example.inFolder { folder in
            for (name, copy) in [
                ("breast_cancer.onnx", "model.onnx"), ("calibration.csv", "calibration.csv"),
                ("test.csv", "rows.csv"),
            ] {
                try FileManager.default.copyItem(
                    atPath: Example.model("breast_cancer", name),
                    toPath: folder.appending(path: copy).path)
            }
            let (code, output) = try Example.run(
                "GettingStarted", [], in: folder, environment: ["TACIT_PASSPHRASE": "for a test"])
            #expect(code == 0)
            #expect(output.hasSuffix("true\n"), "\(output)")
            let result = try String(
                contentsOf: folder.appending(path: "result.csv"), encoding: .utf8)
            #expect(result.split(separator: "\n").count == 144)
        }
    }
}
