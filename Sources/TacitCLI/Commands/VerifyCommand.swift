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
            differ), with exit code 1. The difference is split into approximation (polynomials in the place of functions), \
            rounding (of weights and inputs) and noise (of encryption); --trace does so for every layer, as root mean \
            squares over the first rows. Columns and coefficients have no approximations, Paillier no noise; coefficients \
            and Paillier are one layer. A - stands where one function became several layers.

            Rows go through a few at a time, so that thousands of them take no more memory than some.
            """)

    @Option(help: "The compiled model.")
    var model: String
    @Argument(help: "The rows.")
    var rows: String
    @Flag(help: "Encrypt with the public key instead of the secret one.")
    var publicKey = false
    @Flag(help: "Follow the first rows through every layer of the program.")
    var trace = false
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var reading: RowsOptions
    @OptionGroup var engine: ArithmeticOption

    func run() throws {
        let model = try Files.model(model)
        let path = self.rows
        let rows = try Files.rows(path, for: model.card, reading)
        let report = try Files.blaming(path) {
            try Console.showingProgress(of: "groups of rows") { progress in
                try Verification.run(
                    model: model, rows: rows, arithmetic: engine.arithmetic,
                    encryption: publicKey ? .publicKey : .secretKey, traces: trace,
                    progress: progress)
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
        lines.append([
            "root mean square",
            "\(Console.short(report.rootMeanSquare)), predicted "
                + Console.short(report.predictedRootMeanSquare),
        ])
        if let parts = report.parts {
            func line(_ name: String, _ part: Verification.Part) -> [String] {
                [
                    name,
                    "\(Console.short(part.rootMeanSquare)) in the mean square, \(Console.short(part.largest)) at most",
                ]
            }
            if report.hasApproximations {
                lines.append(line("of it by approximation", parts.approximation))
            }
            lines.append(line("of it by rounding", parts.rounding))
            lines.append(line("of it by noise", parts.noise))
        }
        if report.hasApproximations {
            lines.append([
                "largest error of the approximation", Console.short(report.approximationError),
            ])
        }
        if let agreement = report.classAgreement {
            lines.append(["same class", "\(agreement) of \(report.rowCount)"])
        }
        if let decided = report.decidedRows, let wrong = report.decidedDisagreements {
            lines.append([
                "rows decided beyond twice the bound",
                "\(decided) of \(report.rowCount), \(wrong) with another class",
            ])
        }
        for stage in report.stages {
            lines.append([stage.name, Console.time(.seconds(stage.seconds)) + bytes(stage)])
        }
        guard let trace = report.trace else { return Console.table(lines) }
        return Console.table(lines) + "\n\n" + traceText(trace)
    }

    private func traceText(_ trace: [Verification.TraceLine]) -> String {
        let header = [
            "layer", "operation", "level", "magnitude", "approximation", "rounding", "noise",
            "predicted",
        ]
        return Console.table(
            [header]
                + trace.map {
                    [
                        $0.name, $0.operation, "\($0.level)", Console.short($0.magnitude),
                        $0.approximation.map(Console.short) ?? "-", Console.short($0.rounding),
                        Console.short($0.noise),
                        Console.short($0.predicted),
                    ]
                }, leading: 2)
    }

    private func bytes(_ stage: Verification.Stage) -> String {
        stage.byteCount.map { ", \(Console.bytes($0))" } ?? ""
    }
}
