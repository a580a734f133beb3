import ArgumentParser

@main
struct TacitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tacit", abstract: "Inference on encrypted data.")
}
