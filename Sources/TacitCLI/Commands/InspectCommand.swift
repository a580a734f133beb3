import ArgumentParser
import Tacit

/// `tacit inspect`: what a file of ours is.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say what a file is: kind, parameters, sizes, digests; never a secret.")

    @Argument(help: "A model, card, request, response, evaluation keys or public key.")
    var file: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let inspection = try Inspection(bytes: Files.read(file), source: file)
        if json {
            try Console.json(inspection)
        } else {
            try Console.show(Console.table(inspection.facts.map { [$0.name, $0.value] }))
        }
    }
}
