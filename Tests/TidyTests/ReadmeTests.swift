import Foundation
import Testing

@Suite("The README keeps its word")
struct ReadmeTests {
    private func text(_ path: String) throws -> String {
        try String(
            contentsOf: SourceTree.current.root.appending(path: path), encoding: .utf8)
    }

    @Test("the library example is the code that the embedding fixture compiles and runs")
    func libraryExample() throws {
        let readme = try text("README.md")
        let section = try #require(readme.range(of: "\n## As a library\n"))
        let rest = readme[section.upperBound...]
        let opening = try #require(rest.range(of: "```swift\n"))
        let closing = try #require(rest[opening.upperBound...].range(of: "```"))
        let example = String(rest[opening.upperBound..<closing.lowerBound])
        #expect(example.contains("import Tacit"))
        let program = try text("Tests/Embedding/Sources/Embedding/main.swift")
        #expect(program.hasPrefix(example))
        let statements = example.split(separator: "\n").filter { !$0.hasPrefix("//") }
        #expect(statements.count <= 12)
    }
}
