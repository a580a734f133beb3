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
            try Console.show(Console.table(inspection.facts.map { [$0.name, Self.text($0)] }))
        }
    }

    private static func text(_ fact: Inspection.Fact) -> String {
        let value =
            switch fact.value {
            case .text(let text): text
            case .count(let count): "\(count)"
            case .number(let number): Console.short(number)
            }
        return fact.unit.map { "\(value) \($0)" } ?? value
    }
}
