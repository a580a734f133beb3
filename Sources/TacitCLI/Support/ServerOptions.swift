#if Service
    import ArgumentParser
    import TacitRemote

    /// Where a server is, and how it is talked to.
    struct ServerOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Ask this server instead of computing here, such as https://tacit.example.org.",
                valueName: "url"))
        var server: String?
        @Option(
            help: ArgumentHelp(
                "File whose first line is the token that the server knows you by.",
                valueName: "file"))
        var tokenFile: String?
        @Option(
            help: ArgumentHelp(
                "PEM file of certificates to trust besides the system's, for a private authority.",
                valueName: "file"))
        var caCertificate: String?
        @Option(
            help: ArgumentHelp(
                "Time for all of it, uploads and retries included.", valueName: "seconds"))
        var timeout = 600
        @Option(
            help: ArgumentHelp(
                "Attempts after failures that may pass (busy server, broken connection).",
                valueName: "count"))
        var retries = 7
        @Flag(
            help: "Ask the server for a job and poll it: for evaluations that outlast a connection."
        )
        var job = false
        @Flag(
            help:
                "Allow http beyond this machine: everybody on the way can read and change requests."
        )
        var allowPlainHTTP = false

        func validate() throws {
            guard (1...604_800).contains(timeout) else {
                throw ValidationError("--timeout is \(timeout); expected 1 to 604800 seconds")
            }
            guard (0...100).contains(retries) else {
                throw ValidationError("--retries is \(retries); expected 0 to 100")
            }
            guard
                server != nil
                    || (tokenFile == nil && caCertificate == nil && !job && !allowPlainHTTP)
            else {
                throw ValidationError(
                    "--token-file, --ca-certificate, --job and --allow-plain-http belong to --server"
                )
            }
        }

        /// The server, where one was named.
        func remote() throws -> RemoteServer? {
            guard let server else { return nil }
            var options = RemoteOptions()
            if let tokenFile { options.token = try BearerToken(contentsOf: tokenFile) }
            options.certificateFile = caCertificate
            options.timeout = .seconds(timeout)
            options.retries = RetryPolicy(maximumAttempts: retries + 1)
            options.asksForJobs = job
            options.allowsPlainHTTP = allowPlainHTTP
            return try RemoteServer(server, options: options)
        }
    }

    extension Console {
        /// Shows in place on a terminal how far a call to a server is.
        static func show(_ progress: RemoteProgress) {
            func part(_ label: String, _ done: Int, _ total: Int) -> String {
                "\(label): \(bytes(done)) of \(bytes(total))"
            }
            switch progress {
            case .uploadingKeys(let sent, let total):
                status(part("uploading evaluation keys", sent, total))
            case .sendingRequest(let sent, let total):
                status(part("sending the request", sent, total))
            case .waiting: status("waiting for the server")
            case .computing(let done, let total): status("ciphertexts: \(done) of \(total)")
            case .receiving(let received): status("receiving: \(bytes(received))")
            case .retrying(let pause, let reason):
                status("\(reason); trying again in \(time(pause))")
            }
        }

        /// Does work with a server, showing how far it is, and cleans the line.
        static func showingRemoteProgress<Value>(
            _ work: (@escaping RemoteProgressObserver) async throws -> Value
        ) async throws -> Value {
            defer { status("") }
            return try await work { show($0) }
        }
    }
#endif
