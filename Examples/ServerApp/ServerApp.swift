// Encrypted inference inside an application of your own: its routes, and Tacit's beside them.
//
//     ServerApp MODELS KEYS PORT
//
// MODELS holds NAME/VERSION/model.tacit, KEYS is where clients' evaluation keys are kept.

#if Service
    import Foundation
    import Hummingbird
    import Logging
    import ServiceLifecycle
    import TacitServer
    import UnixSignals

    @main
    struct ServerApp {
        static func main() async throws {
            let arguments = Array(CommandLine.arguments.dropFirst())
            guard arguments.count == 3, let port = Int(arguments[2]) else {
                print("usage: ServerApp MODELS KEYS PORT")
                exit(64)
            }
            var configuration = ServiceConfiguration(
                models: URL(filePath: arguments[0], directoryHint: .isDirectory),
                keys: URL(filePath: arguments[1], directoryHint: .isDirectory))
            // Limits are plain values; everything above them is answered 413 or 429.
            configuration.limits.ownerQueueLength = 16
            // Without tokens everybody is one owner. Beyond loopback: `AccessControl(file:)` and TLS.
            let logger = Logger(label: "server-app")
            let tacit = try TacitService(configuration, access: .open, logger: logger)

            let router = Router()
            router.get("/about") { _, _ in "An application with routes of its own." }
            tacit.addRoutes(to: router)
            let application = Application(
                router: router,
                configuration: ApplicationConfiguration(
                    address: .hostname("127.0.0.1", port: port)), logger: logger)

            // The last service hears of a shutdown first: Tacit says "not ready" and drains before the listener closes.
            let group = ServiceGroup(
                services: [application, tacit], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger)
            try await group.run()
        }
    }
#else
    @main
    struct ServerApp {
        static func main() { print("ServerApp needs the package trait Service") }
    }
#endif
