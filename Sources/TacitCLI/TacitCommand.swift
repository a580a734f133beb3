import ArgumentParser
import Foundation
import Tacit

/// The `tacit` command: parses, runs one subcommand, and turns errors into one line and an exit code.
@main
struct TacitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tacit",
        abstract: "Run a trained model on data that stays encrypted.",
        discussion: """
            The model's owner compiles an ONNX model; the data's owner makes keys from the public card, \
            encrypts rows, and decrypts the answers. The server computes on ciphertexts and never holds a \
            secret key.

              tacit compile m.onnx -o m.tacit --card m.card --calibrate rows.csv
              tacit keygen  --card m.card --vault keys --name me --evaluation-keys me.evk
              tacit encrypt --card m.card --vault keys --name me rows.csv -o req.ct
              tacit infer   --model m.tacit --evaluation-keys me.evk req.ct -o resp.ct
              tacit decrypt --vault keys --name me resp.ct -o result.csv

            tacit predict does the last four in one step, here or by a server.

            The passphrase of a vault is asked for on the terminal; scripts pass it with \
            --passphrase-fd N or in TACIT_PASSPHRASE, never as an argument.
            """,
        version: Version.string,
        subcommands: [
            CompileCommand.self, KeygenCommand.self, EncryptCommand.self, InferCommand.self,
            DecryptCommand.self, PredictCommand.self, VerifyCommand.self, ClearCommand.self,
            SimulateCommand.self, InspectCommand.self, AggregateCommand.self, NumbersCommand.self,
            KeysCommand.self, CacheCommand.self,
            BenchCommand.self,
        ] + serviceCommands)

    /// The commands of the HTTP service.
    private static var serviceCommands: [any ParsableCommand.Type] {
        #if Service
            [ServeCommand.self, TokenCommand.self]
        #else
            []
        #endif
    }

    static func main() async {
        var command: any ParsableCommand
        do {
            if let number = Arguments.firstThatIsNotText {
                throw ValidationError(
                    "argument \(number) is not valid UTF-8; rename the file or folder it names")
            }
            command = try parseAsRoot()
        } catch {
            exit(withError: error)
        }
        let ending = type(of: command) is any EndsInOrder.Type ? nil : Ending()
        defer { withExtendedLifetime(ending) {} }
        do {
            try ProcessHardening.apply()
            if var patient = command as? any AsyncParsableCommand {
                try await patient.run()
            } else {
                try command.run()
            }
            if let warning = LockedMemory.warning { Console.note("warning: \(warning)") }
        } catch {
            // `--help` arrives here too: it is a command whose `run` throws the text to show.
            let isOurs = exitCode(for: error) == .failure && !(error is ExitCode)
            if isOurs { Failure.exit(error) }
            exit(withError: error)
        }
    }
}

/// The version that `--version` prints.
enum Version {
    static let string = "0.1.0"
}
