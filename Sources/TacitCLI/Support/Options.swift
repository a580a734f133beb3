public import ArgumentParser
import Foundation
public import Tacit

/// Where the secret key is.
struct VaultOptions: ParsableArguments {
    @Option(help: "Folder of the sealed keys.")
    var vault: String

    @Option(help: "Name of the key in the vault.")
    var name: String
}

/// Where the passphrase comes from.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read the passphrase from this open file descriptor, up to the first line end.",
            valueName: "fd"))
    var passphraseFd: Int32?
    @Flag(
        help:
            "Refuse to work where the system does not lock secrets in memory (else there is a warning)."
    )
    var requireLocked = false

    func validate() throws {
        if requireLocked { try LockedMemory.require() }
    }

    /// From the descriptor, else from TACIT_PASSPHRASE, else from the terminal without echo.
    func passphrase(prompt: String, confirm: Bool = false) throws(SecretsError) -> Passphrase {
        if let passphraseFd { return try Passphrase.fromFileDescriptor(passphraseFd) }
        if let passphrase = try Passphrase.fromEnvironment() { return passphrase }
        return try Passphrase.fromTerminal(prompt: prompt, confirm: confirm)
    }
}

/// Which engine computes.
struct ArithmeticOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Engine: residues (fast), or gmp (integers of arbitrary size; slow, an independent audit)."
        ))
    var arithmetic = Arithmetic.residues
}

/// How many threads compute.
struct ThreadsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Threads that share the work; results do not depend on it. Default: one for each processor.",
            valueName: "count"))
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads is \(threads); expected 1 to 1024")
        }
    }
}

extension Arithmetic: ExpressibleByArgument {}

/// How files of rows are read.
struct RowsOptions: ParsableArguments {
    /// Whether the first line of a CSV holds names.
    enum Header: String, CaseIterable, ExpressibleByArgument {
        case auto, yes, no
    }

    @Option(
        help:
            "Whether the first line of CSV rows holds names: auto (it does if it has text), yes or no."
    )
    var header = Header.auto

    fileprivate var choice: RowReadingOptions.Header {
        switch header {
        case .auto: .detect
        case .yes: .present
        case .no: .absent
        }
    }
}

/// Reading and writing whole files.
enum Files {
    /// Largest file that is read into memory.
    private static let limit = 1 << 36

    static func read(_ path: String) throws -> [UInt8] {
        try WholeFile.read(path: path, maximumByteCount: limit)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        try WholeFile.write(bytes, path: path)
    }

    /// Says of a file what is refused about the bytes that came from it.
    static func blaming<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as WireError {
            throw error.of(path)
        } catch let error as TacitError {
            throw TacitError(error.code, "\(path): \(error.reason)")
        }
    }

    static func card(_ path: String) throws -> Card {
        try Card(bytes: read(path), source: path)
    }

    static func model(_ path: String) throws -> Model {
        try Model(bytes: read(path), source: path)
    }

    /// Rows as the card takes them.
    static func rows(_ path: String, for card: Card, _ reading: RowsOptions) throws -> [[Double]] {
        try rows(path, count: card.inputCount, reading)
    }

    static func rows(_ path: String, count: Int, _ reading: RowsOptions) throws -> [[Double]] {
        var options = RowReadingOptions(expected: ExpectedColumns(count: count))
        options.header = reading.choice
        let table = try RowTable.read(path: path, options: options)
        return (0..<table.rowCount).map { Array(table.row($0)) }
    }
}
