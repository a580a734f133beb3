#if Service
    import ArgumentParser

    /// Loads a server and checks every answer by decrypting it; the scripts in `Benchmarks/load` run it.
    @main
    struct ServiceLoad: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a tacit server and check every answer by decryption; prints JSON.",
            subcommands: [Overhead.self, Clients.self, Bare.self, Overload.self])
    }
#else
    /// Nothing without the service.
    @main
    enum ServiceLoad {
        static func main() { print("ServiceLoad was built without the trait Service") }
    }
#endif
