#if Service
    import ArgumentParser
    import Foundation
    import TacitServer

    /// The options of `tacit serve`; all are optional here, because environment and file may have them.
    struct ServeOptions: ParsableArguments {
        @Option(help: "Folder of the models: NAME/VERSION/model.tacit.")
        var models: String?
        @Option(help: "Folder of the clients' evaluation keys.")
        var keys: String?
        @Option(
            help:
                "Folder of expanded keys and encoded weights, which are mapped. Default: mapped in the folder of keys."
        )
        var cache: String?
        @Option(
            help:
                "Bytes of that folder; what was not used for longest makes room; 0 for none. Default: 4Gi."
        )
        var cacheSize: String?
        @Option(help: "Where to listen, HOST:PORT. Default: 127.0.0.1:8700.")
        var bind: String?
        @Option(help: "Certificate chain, PEM.")
        var tlsCertificate: String?
        @Option(help: "The certificate's key, PEM.")
        var tlsKey: String?
        @Option(help: "File of tokens, lines NAME:SHA256; read again when it changes.")
        var tokens: String?
        @Flag(help: "A proxy ends TLS: listen in the clear beyond loopback.")
        var behindProxy = false
        @Flag(help: "Show the status page and /metrics without a token.")
        var openStatus = false
        @Option(
            help:
                "Threads that compute, in all; a prediction alone uses all. Default: one for each processor."
        )
        var threads: String?
        @Option(help: "Predictions computed at a time. Default: as many as threads.")
        var concurrency: String?
        @Option(help: "Requests that wait for one model. Default: 128.")
        var queue: String?
        @Option(help: "Requests of one owner that wait. Default: 64.")
        var ownerQueue: String?
        @Option(help: "Largest request, bytes. Default: 64Mi.")
        var requestBytes: String?
        @Option(help: "All requests in memory, bytes. Default: 1Gi.")
        var requestMemory: String?
        @Option(help: "Largest file of evaluation keys, bytes. Default: 2Gi.")
        var keyBytes: String?
        @Option(help: "Evaluation keys of one owner, bytes. Default: 8Gi.")
        var ownerKeyBytes: String?
        @Option(help: "Expanded evaluation keys in memory, bytes. Default: half of the machine's.")
        var keyMemory: String?
        @Option(help: "Open connections. Default: 4096.")
        var connections: String?
        @Option(help: "Seconds for a request. Default: 60.")
        var timeout: String?
        @Option(help: "Seconds for a job. Default: 3600.")
        var jobTimeout: String?
        @Option(help: "Seconds that a finished job's result is kept. Default: 900.")
        var jobLife: String?
        @Option(help: "Seconds after which an idle connection is closed. Default: 60.")
        var idle: String?
        @Option(help: "Seconds that unused evaluation keys are kept. Default: 2592000 (30 days).")
        var keyLife: String?
        @Option(help: "Seconds between looks at the models' folder. Default: 2.")
        var reload: String?
        @Option(help: "Seconds of being not ready before listening ends. Default: 0.")
        var drainDelay: String?
        @Option(help: "Seconds for requests under way when it ends. Default: 60.")
        var drain: String?
        @Option(help: "Log lines: text or json. Default: text.")
        var logFormat: String?
        @Option(help: "Least level that is logged; debug has every layer's time. Default: info.")
        var logLevel: String?
        @Option(help: "A file with these settings, .toml, .yaml or .yml.")
        var config: String?

        private var flags: [String: String] {
            let given: [(String, String?)] = [
                ("models", models), ("keys", keys), ("cache", cache), ("cache-size", cacheSize),
                ("bind", bind),
                ("tls-certificate", tlsCertificate), ("tls-key", tlsKey), ("tokens", tokens),
                ("behind-proxy", behindProxy ? "true" : nil),
                ("open-status", openStatus ? "true" : nil), ("threads", threads),
                ("concurrency", concurrency), ("queue", queue), ("owner-queue", ownerQueue),
                ("request-bytes", requestBytes), ("request-memory", requestMemory),
                ("key-bytes", keyBytes), ("owner-key-bytes", ownerKeyBytes),
                ("key-memory", keyMemory), ("connections", connections), ("timeout", timeout),
                ("job-timeout", jobTimeout), ("job-life", jobLife), ("idle", idle),
                ("key-life", keyLife), ("reload", reload), ("drain-delay", drainDelay),
                ("drain", drain), ("log-format", logFormat), ("log-level", logLevel),
                ("config", config),
            ]
            return Dictionary(
                uniqueKeysWithValues: given.compactMap { name, value in value.map { (name, $0) } })
        }

        /// All settings, the file's included.
        func layers() throws -> SettingsLayers {
            let environment = ProcessInfo.processInfo.environment
            let path =
                config
                ?? environment[SettingsLayers.prefix + "CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
            return try SettingsLayers(
                names: ServeSettings.names, flags: flags, environment: environment,
                file: path.map(SettingsFile.read) ?? [:], fileName: path ?? "")
        }
    }
#endif
