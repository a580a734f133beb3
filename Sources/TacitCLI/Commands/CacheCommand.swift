import ArgumentParser
import Foundation
import Tacit

/// `tacit cache`: shows or clears what is kept to start quickly.
struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Show or clear the cache of expanded keys and encoded weights.",
        discussion: """
            compile, infer and predict keep expanded evaluation keys and encoded weights in a private folder, and map \
            them the next time instead of making them again. Nothing there is secret, and all of it can be made again.

              tacit cache            # what is kept, and where
              tacit cache --clear

            The folder is mapped in $TACIT_CACHE, else in tacit of $XDG_CACHE_HOME, else in ~/.cache/tacit. Files that \
            were not used for longest go at the end of a command once all take more than its --cache-size; infer --no-cache \
            does without.
            """)

    @Flag(help: "Remove everything.")
    var clear = false
    @Flag(help: "Print JSON.")
    var json = false

    /// What the command says.
    private struct Report: Encodable {
        struct Entry: Encodable {
            let name: String
            let kind: String
            let bytes: Int
            /// In ISO 8601.
            let lastUse: String
        }
        let folder: String
        let bytes: Int
        let removed: Bool
        let files: [Entry]
    }

    func run() throws {
        let cache = try MappedCache()
        let entries = try clear ? cache.clear() : cache.entries()
        let report = Report(
            folder: cache.folder.path, bytes: entries.reduce(0) { $0 + $1.byteCount },
            removed: clear,
            files: entries.map {
                Report.Entry(
                    name: $0.name, kind: $0.kind, bytes: $0.byteCount,
                    lastUse: $0.lastUse.formatted(.iso8601))
            })
        if json { return try Console.json(report) }
        let total = Console.bytes(report.bytes)
        if clear {
            return try Console.show(
                "removed \(entries.count) files, \(total), from \(report.folder)")
        }
        let rows = entries.map {
            [
                String($0.name.prefix(12)), $0.kind, Console.bytes($0.byteCount),
                $0.lastUse.formatted(.iso8601),
            ]
        }
        let table = rows.isEmpty ? "" : Console.table(rows, leading: 2) + "\n"
        try Console.show("\(table)\(entries.count) files, \(total), in \(report.folder)")
    }
}
