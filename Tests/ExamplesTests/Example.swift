import Foundation
import Testing

/// A built example, run as a process.
struct Example {
    /// The checkout.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Where the examples were built: beside the test program.
    private static let products = URL(filePath: CommandLine.arguments[0])
        .resolvingSymlinksInPath().deletingLastPathComponent()

    /// A file of a model in the checkout.
    static func model(_ name: String, _ file: String) -> String {
        root.appending(path: "models/\(name)/\(file)").path
    }

    /// A folder of its own, removed after `body`.
    static func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "tacit-example-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    /// Runs an example to its end.
    static func run(
        _ name: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:]
    ) throws -> (code: Int32, output: String) {
        let (process, output) = try start(name, arguments, in: folder, environment: environment)
        let bytes = try output.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    /// Starts an example; what it says, on either stream, comes through the handle.
    static func start(
        _ name: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:]
    ) throws -> (process: Process, output: FileHandle) {
        let process = Process()
        process.executableURL = products.appending(path: name)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return (process, output.fileHandleForReading)
    }
}
