import Foundation
import Testing

/// All tests of the command: one process at a time, each takes a core and, for a passphrase, 256 MiB.
@Suite("The tacit command", .serialized)
enum CommandTests {}

/// One finished run of the built `tacit`.
struct Run {
    let arguments: [String]
    let code: Int32
    let output: String
    let errors: String

    /// Lines on standard error.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

    /// Records an issue unless the run succeeded.
    @discardableResult
    func succeeded(_ location: SourceLocation = #_sourceLocation) -> Run {
        #expect(code == 0, "\(arguments) failed: \(errors)", sourceLocation: location)
        return self
    }

    /// Records an issue unless the run was refused with one line that says all of `words`.
    func refused(
        _ code: Int32 = 65, _ words: String..., location: SourceLocation = #_sourceLocation
    ) {
        #expect(self.code == code, "\(arguments): \(errors)", sourceLocation: location)
        #expect(errorLines.count == 1, "\(arguments): \(errors)", sourceLocation: location)
        #expect(errors.hasPrefix("tacit: "), sourceLocation: location)
        #expect(output.isEmpty, "\(arguments): \(output)", sourceLocation: location)
        for word in words {
            #expect(errors.contains(word), "'\(word)' is missing", sourceLocation: location)
        }
    }
}

/// A folder of its own in which `tacit` is run.
final class Workspace: Sendable {
    let folder: URL
    static let passphrase = "correct horse battery staple"

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The command that was built with the tests: it stands beside the test program.
    static var executable: URL {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "tacit")
    }

    /// The folder of the demo models.
    static let models = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "models")

    /// Runs `tacit` with the passphrase in its environment.
    func run(_ arguments: String..., passphrase: String? = Workspace.passphrase) throws -> Run {
        try run(arguments, passphrase: passphrase)
    }

    func run(_ arguments: [String], passphrase: String? = Workspace.passphrase) throws -> Run {
        try run(Self.executable, arguments, arguments, passphrase)
    }

    /// Runs `tacit` with the passphrase lines on descriptor 3.
    func run(_ arguments: String..., passphraseLines: [String]) throws -> Run {
        let file = folder.appending(path: ".lines")
        try Data(passphraseLines.map { $0 + "\n" }.joined().utf8).write(to: file)
        return try shell(
            "exec \"$0\" \"$@\" 3<.lines", arguments + ["--passphrase-fd", "3"], passphrase: nil)
    }

    /// Runs a shell line in which `"$0" "$@"` stands for `tacit` and its arguments.
    func shell(
        _ line: String, _ arguments: [String], passphrase: String? = Workspace.passphrase
    ) throws -> Run {
        try run(
            URL(filePath: "/bin/sh"), ["-c", line, Self.executable.path] + arguments, arguments,
            passphrase)
    }

    /// Runs `tacit` where there is neither a passphrase nor a terminal.
    func runDetached(_ arguments: [String]) throws -> Run {
        try run(
            URL(filePath: "/usr/bin/setsid"), ["--wait", Self.executable.path] + arguments,
            arguments, nil)
    }

    private func run(
        _ program: URL, _ arguments: [String], _ shown: [String], _ passphrase: String?
    ) throws -> Run {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["TACIT_PASSPHRASE"] = passphrase
        environment["TACIT_CACHE"] = folder.appending(path: ".captured-cache").path
        process.environment = environment
        let captured = folder.appending(path: ".captured")
        try FileManager.default.createDirectory(at: captured, withIntermediateDirectories: true)
        func sink(_ name: String) throws -> FileHandle {
            let file = captured.appending(path: name)
            try Data().write(to: file)
            return try FileHandle(forWritingTo: file)
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try sink("output")
        process.standardError = try sink("errors")
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: captured.appending(path: name)), as: UTF8.self)
        }
        #expect(process.terminationReason == .exit, "\(shown) ended by a signal")
        return Run(
            arguments: shown, code: process.terminationStatus, output: try text("output"),
            errors: try text("errors"))
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }

    /// Everything in the folder, hidden files included: what a refused command must not change.
    func contents() throws -> Set<String> {
        let walker = FileManager.default.enumerator(atPath: folder.path)
        return Set(
            (walker?.allObjects as? [String] ?? []).filter {
                !$0.hasPrefix(".captured") && $0 != ".lines"
            })
    }

    /// Copies the header and the first rows of a demo model's test data.
    func writeRows(_ count: Int, of model: String, to name: String) throws {
        let whole = try String(
            contentsOf: Self.models.appending(path: "\(model)/test.csv"), encoding: .utf8)
        let lines = whole.split(separator: "\n").prefix(count + 1)
        try write(lines.joined(separator: "\n") + "\n", to: name)
    }

    /// The arguments that compile a demo model.
    static func onnx(_ model: String) -> String {
        models.appending(path: "\(model)/\(model).onnx").path
    }

    static func calibration(_ model: String) -> String {
        models.appending(path: "\(model)/calibration.csv").path
    }
}
