import Foundation
import Testing

@Suite("House style")
struct StyleTests {
    private func sources() throws -> [SourceTree.File] {
        try SourceTree.current.files(in: "Sources", extensions: ["swift", "c", "h"])
            .filter { !$0.isGenerated }
    }

    @Test("no source file is longer than 400 lines")
    func fileLength() throws {
        for file in try sources() {
            // SIMD kernels are one file for each instruction set.
            let limit = file.path.contains("/rk_") ? 600 : 400
            #expect(file.lines.count <= limit, "\(file.path): \(file.lines.count) lines")
        }
    }

    @Test("sources hold no trap, no forced cast and no unfinished mark")
    func traps() throws {
        let forbidden = [
            "try!", "as!", "fatalError(", "unsafeFlags", "TO" + "DO", "FIX" + "ME", "XX" + "X",
        ]
        for file in try sources() {
            for (index, line) in file.lines.enumerated() {
                for mark in forbidden where line.contains(mark) {
                    Issue.record("\(file.path):\(index + 1) contains \(mark)")
                }
            }
        }
    }

    @Test("the manifest has no unsafe flags")
    func manifest() throws {
        #expect(try !SourceTree.current.manifest().contains("unsafeFlags"))
    }

    @Test("American spelling in code")
    func spelling() throws {
        let british = [
            "normalis", "linearis", "initialis", "serialis", "randomis", "optimis", "recognis",
            "centre", "behaviour", "colour", "neighbour",
        ]
        for file in try sources() {
            for (index, line) in file.lines.enumerated() {
                for word in british where line.lowercased().contains(word) {
                    Issue.record("\(file.path):\(index + 1) spells '\(word)…' the British way")
                }
            }
        }
    }

    @Test("pointers stay in the files named for them")
    func pointers() throws {
        let swift = try sources().filter { $0.path.hasSuffix(".swift") }
        for file in swift
        where !file.path.contains("UnsafeHandle") && !file.path.contains("Pointers") {
            for (index, line) in file.lines.enumerated() {
                let code = line.split(separator: "//", omittingEmptySubsequences: false)[0]
                if code.contains("UnsafeMutablePointer<") || code.contains("UnsafePointer<") {
                    Issue.record("\(file.path):\(index + 1) names a typed pointer")
                }
            }
        }
    }
}
