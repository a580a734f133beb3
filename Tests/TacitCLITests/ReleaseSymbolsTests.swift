import Foundation
import Testing

extension CommandTests {
    /// What the built command contains, and above all what it does not.
    @Suite("Symbols of the product")
    struct ReleaseSymbolsTests {
        /// The demangled symbols, or nil where there are no tools to list them.
        private func symbols() throws -> [String]? {
            let work = try Workspace()
            let line =
                "command -v nm >/dev/null && command -v swift-demangle >/dev/null || exit 9; "
                + "nm \"$0\" | swift-demangle > symbols"
            guard try work.shell(line, []).code == 0 else { return nil }
            return try work.text("symbols").split(separator: "\n").map(String.init)
        }

        @Test("the only source of randomness is the operating system's")
        func randomness() throws {
            guard let symbols = try symbols() else { return }
            #expect(symbols.count > 10_000)
            let table = "protocol witness table for "
            let sources = Set(
                symbols.compactMap { symbol -> String? in
                    guard let start = symbol.range(of: table),
                        let end = symbol.range(of: " : Secrets.RandomSource in ")
                    else { return nil }
                    return String(symbol[start.upperBound..<end.lowerBound])
                })
            #expect(sources.contains("Secrets.SystemRandomSource"))
            // Two private types that draw nothing: they wipe a seed that has served, or serves nothing.
            let wipers = sources.filter { $0.hasPrefix("CKKS.(") || $0.contains(" in _") }
            #expect(wipers.allSatisfy { $0.contains("ZeroBytes") || $0.contains("NoRandomness") })
            #expect(sources.subtracting(wipers) == ["Secrets.SystemRandomSource"])
            for name in [
                "SeededRandomSource", "TestGenerator", "TestSupport",
                "randombytes_set_implementation", "randombytes_buf_deterministic",
                "arc4random", " rand@", " srand", " drand48",
            ] {
                let found = symbols.filter { $0.contains(name) }
                #expect(found.isEmpty, "\(name): \(found.prefix(3))")
            }
            #expect(symbols.contains { $0.contains("randombytes_buf") })
        }
    }
}
