import Foundation
import Testing

/// A model with a key, a request and a response that many tests read and none changes.
///
/// `digits` under CKKS with key `one`; `two` is another secret with equal parameters.
struct Bench: Sendable {
    let workspace: Workspace

    private static let made = Result { try Bench() }

    static func shared() throws -> Workspace { try made.get().workspace }

    private init() throws {
        workspace = try Workspace()
        let bench = workspace
        try bench.writeRows(3, of: "digits", to: "rows.csv")
        try bench.run(
            "compile", Workspace.onnx("digits"), "-o", "m.tacit", "--rows", "4", "--calibrate",
            Workspace.calibration("digits")
        ).succeeded()
        for key in ["one", "two"] {
            try bench.run(
                "keygen", "--card", "m.card", "--vault", "vault", "--name", key,
                "--evaluation-keys", "\(key).evk", "--public-key", "\(key).pub"
            ).succeeded()
        }
        try bench.run(
            "encrypt", "--card", "m.card", "--vault", "vault", "--name", "one", "rows.csv", "-o",
            "request.ct"
        ).succeeded()
        try bench.run(
            "infer", "--model", "m.tacit", "--evaluation-keys", "one.evk", "request.ct", "-o",
            "response.ct"
        ).succeeded()
    }
}

extension Workspace {
    /// Fails unless `work` leaves the folder as it was.
    func unchanged(_ location: SourceLocation = #_sourceLocation, by work: () throws -> Void) throws
    {
        let before = try contents()
        try work()
        let after = try contents()
        #expect(
            before == after, "left behind or lost: \(before.symmetricDifference(after))",
            sourceLocation: location)
    }

    /// Scores of a result file, header left out.
    func numbers(_ name: String) throws -> [[Double]] { Self.numbers(try text(name)) }

    static func numbers(_ csv: String) -> [[Double]] {
        csv.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").compactMap { Double($0) }
        }
    }
}

/// Largest distance of two tables of numbers; infinite where their shapes differ.
func largestDistance(_ left: [[Double]], _ right: [[Double]]) -> Double {
    guard left.map(\.count) == right.map(\.count), !left.isEmpty else { return .infinity }
    return zip(left.joined(), right.joined()).map { abs($0 - $1) }.max() ?? .infinity
}
