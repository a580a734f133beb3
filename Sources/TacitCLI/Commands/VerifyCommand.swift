import ArgumentParser
import Foundation
import Tacit

/// `tacit verify`: rows both ways in one process, encrypted against clear.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Run rows encrypted and in the clear, and compare.",
        discussion: """
            Makes a throwaway key, encrypts, infers and decrypts, and holds the scores against the exact model. \
            Fails when an error exceeds the card's bound (for models with fitted activations: when classes \
            differ), with exit code 1.
            """)

    @Option(help: "The compiled model.")
    var model: String
    @Argument(help: "The rows.")
    var rows: String
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var engine: ArithmeticOption

    func run() throws {
        let model = try Files.model(model)
        let path = self.rows
        let rows = try Files.rows(path, for: model.card)
        let report = try Files.blaming(path) {
            try Console.showingProgress(of: "ciphertexts") { progress in
                try Verification.run(
                    model: model, rows: rows, arithmetic: engine.arithmetic, progress: progress)
            }
        }
        if json { try Console.json(report) } else { try Console.show(text(report)) }
        if !report.isWithinBound { throw ExitCode(1) }
    }

    private func text(_ report: Verification) -> String {
        var lines = [
            ["rows", "\(report.rowCount)"],
            [
                "largest error",
                "\(Console.short(report.largestError)) (\(Console.decimal(report.largestErrorBits)) bits)",
            ],
            [
                "mean error",
                "\(Console.short(report.meanError)) (\(Console.decimal(report.meanErrorBits)) bits)",
            ],
            ["error bound of the card", Console.short(report.errorBound)],
        ]
        if report.hasApproximations {
            lines.append([
                "largest error of the approximation", Console.short(report.approximationError),
            ])
        }
        if let agreement = report.classAgreement {
            lines.append(["same class", "\(agreement) of \(report.rowCount)"])
        }
        for stage in report.stages {
            lines.append([stage.name, Console.time(.seconds(stage.seconds)) + bytes(stage)])
        }
        return Console.table(lines)
    }

    private func bytes(_ stage: Verification.Stage) -> String {
        stage.byteCount.map { ", \(Console.bytes($0))" } ?? ""
    }
}
