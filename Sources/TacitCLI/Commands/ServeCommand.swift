#if Service
    import ArgumentParser
    import Foundation
    import Logging
    import TacitServer

    /// `tacit serve`: the HTTP service.
    struct ServeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve",
            abstract: "Serve models over HTTP: Open Inference Protocol, on ciphertexts.",
            discussion: """
                Models stand as NAME/VERSION/model.tacit in one folder and are loaded again when they change; clients' \
                evaluation keys are kept in another, which several processes may share. Both hold nothing secret of \
                the clients.

                  tacit serve --models models --keys client-keys
                  tacit token alice >> tokens      # the token is shown once
                  tacit serve --models models --keys client-keys --tokens tokens --bind 0.0.0.0:8700 \
                --tls-certificate chain.pem --tls-key key.pem

                Every option can also be given as an environment variable (--key-memory: TACIT_SERVE_KEY_MEMORY) and \
                in a file, TOML or YAML, named by --config (key-memory = "2Gi"). An option wins over the environment, \
                the environment over the file. SIGTERM ends it in order: what it took is answered first.
                """)

        @OptionGroup var options: ServeOptions
        @Flag(help: "Check settings, certificate, tokens and all models, and exit.")
        var check = false

        func run() throws {
            var settings = try ServeSettings(options.layers())
            if check { settings.logLevel = .critical }
            let (form, level) = (settings.logForm, settings.logLevel)
            let logger = Logger(label: "tacit") { label in
                LineLog(label: label, form: form, level: level)
            }
            defer { LineLog.flush() }
            let serving = try ServeRun(settings, logger: logger)
            if check { return try Console.show(serving.check()) }
            try Blocking.run { try await serving.run() }
        }
    }

    /// `tacit token`: a new bearer token.
    struct TokenCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "token",
            abstract: "Make a bearer token for `tacit serve`.",
            discussion: """
                Prints the line for the tokens file on standard output and the token itself, once, on standard error. \
                Several lines of one name are tokens being rotated: keys and jobs belong to the name.
                """)

        @Argument(help: "Whose token: letters, digits, '-', '_', '.', '@'.")
        var name: String

        func run() throws {
            guard let principal = Principal(name) else {
                throw ValidationError(
                    "'\(name)' is no name: use letters, digits, '-', '_', '.', '@'")
            }
            let (token, line) = TokenTable.newToken(for: principal)
            Console.note(token)
            try Console.show(line)
        }
    }
#endif
