import Foundation
import Tacit

/// What people see: results on standard output, progress on standard error and only on a terminal.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// A note for people, on standard error, so that results can be piped.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }

    /// Says on a terminal what is being done, in place; an empty text erases it.
    static func status(_ text: String) {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
    }

    /// Does work that counts up in place, on a terminal, when it takes longer than a second.
    static func showingProgress<Value>(
        of label: String, _ work: (@escaping ProgressObserver) throws -> Value
    ) rethrows -> Value {
        let progress = Progress(label)
        defer { progress.erase() }
        return try work(progress.update)
    }

    private final class Progress {
        private let label: String
        private let start = ContinuousClock.now
        private var shown = false

        init(_ label: String) { self.label = label }

        func update(_ done: Int, of total: Int) {
            guard Console.isTerminal, ContinuousClock.now - start > .seconds(1) else { return }
            shown = true
            FileHandle.standardError.write(Data("\r\(label): \(done) of \(total)\u{1B}[K".utf8))
        }

        func erase() {
            if shown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        }
    }

    /// Results for standard output; unlike `print`, fails when they cannot be written.
    static func show(_ text: String) throws {
        try Files.write(Array("\(text)\n".utf8), to: "-")
    }

    /// Prints a value as JSON with sorted keys.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try show(String(decoding: encoder.encode(value), as: UTF8.self))
    }

    /// A table with aligned columns: the first `leading` to the left, all others to the right; a table of two
    /// columns is a list of facts, both to the left.
    static func table(_ rows: [[String]], leading: Int = 1) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let left = columns == 2 ? 2 : leading
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                if column == row.count - 1 && column < left { return cell }
                return column < left ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// For example `12.3 kB`.
    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1000: "\(count) B"
        case ..<1_000_000: "\(decimal(Double(count) / 1e3)) kB"
        case ..<1_000_000_000: "\(decimal(Double(count) / 1e6)) MB"
        default: "\(decimal(Double(count) / 1e9)) GB"
        }
    }

    /// For example `1.4 ms`.
    static func time(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        switch seconds {
        case ..<1e-3: return "\(decimal(seconds * 1e6)) us"
        case ..<0.01: return "\(decimal(seconds * 1e3, places: 2)) ms"
        case ..<1: return "\(decimal(seconds * 1e3)) ms"
        default: return "\(decimal(seconds)) s"
        }
    }

    /// One decimal or as many as asked, without locale.
    static func decimal(_ value: Double, places: Int = 1) -> String {
        String(format: "%.\(places)f", locale: Locale(identifier: "en_US_POSIX"), value)
    }

    /// Two significant digits.
    static func short(_ value: Double) -> String {
        String(format: "%.2g", locale: Locale(identifier: "en_US_POSIX"), value)
    }
}
