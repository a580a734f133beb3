#if Service
    public import Foundation
    public import Logging

    /// Everything that `tacit serve` can be told.
    public struct ServeSettings: Sendable {
        /// Folders, limits, threads, times.
        public var configuration: ServiceConfiguration
        /// Where it listens.
        public var address = ListenAddress.standard
        /// Certificate chain and key, PEM; nil without TLS.
        public var tls: (certificate: URL, key: URL)?
        /// The tokens file; nil without tokens.
        public var tokens: URL?
        /// How log lines look.
        public var logForm = LineLog.Form.text
        /// Nothing below this is logged.
        public var logLevel = Logger.Level.info

        /// The names of all settings.
        public static let names: Set<String> = [
            "models", "keys", "cache", "cache-size", "bind", "tls-certificate", "tls-key", "tokens",
            "behind-proxy",
            "open-status", "threads", "concurrency", "queue", "owner-queue", "request-bytes",
            "request-memory", "key-bytes", "owner-key-bytes", "key-memory", "connections",
            "timeout", "job-timeout", "job-life", "idle", "key-life", "reload", "drain-delay",
            "drain", "log-format", "log-level", "config",
        ]

        /// Reads and checks settings.
        ///
        /// - Throws: `SettingsError`.
        public init(_ layers: SettingsLayers) throws(SettingsError) {
            configuration = ServiceConfiguration(
                models: URL(filePath: try layers.required("models").text),
                keys: URL(filePath: try layers.required("keys").text),
                threads: try layers["threads"]?.integer(1...1024))
            if let value = layers["concurrency"] {
                configuration.concurrency = try value.integer(1...1024)
            }
            if let value = layers["open-status"] {
                configuration.protectsStatus = try !value.boolean()
            }
            let folder =
                layers["cache"].map { URL(filePath: $0.text) }
                ?? configuration.keys.appending(path: "mapped")
            configuration.cache =
                try layers["cache-size"]?.byteCount(0...(1 << 50)) == 0 ? nil : folder
            try readLimits(layers)
            try readTimes(layers)
            if let value = layers["log-format"] {
                guard let form = LineLog.Form(rawValue: value.text) else {
                    throw value.refused("json or text")
                }
                logForm = form
            }
            if let value = layers["log-level"] {
                guard let level = Logger.Level(rawValue: value.text) else {
                    throw value.refused(
                        Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
                }
                logLevel = level
            }
            tokens = layers["tokens"].map { URL(filePath: $0.text) }
            try readAddress(layers)
        }

        private mutating func readLimits(_ layers: SettingsLayers) throws(SettingsError) {
            func set(
                _ name: String, _ path: WritableKeyPath<ServiceLimits, Int>,
                _ range: ClosedRange<Int>
            ) throws(SettingsError) {
                guard let value = layers[name] else { return }
                configuration.limits[keyPath: path] = try value.byteCount(range)
            }
            let bytes = 1...(1 << 50)
            try set("queue", \.queueLength, 1...1_000_000)
            try set("owner-queue", \.ownerQueueLength, 1...1_000_000)
            try set("connections", \.connectionCount, 1...1_000_000)
            try set("request-bytes", \.requestByteCount, bytes)
            try set("request-memory", \.requestMemoryByteCount, bytes)
            try set("key-bytes", \.keyByteCount, bytes)
            try set("owner-key-bytes", \.ownerKeyByteCount, bytes)
            try set("key-memory", \.keyMemoryByteCount, bytes)
            try set("cache-size", \.cacheByteCount, 0...(1 << 50))
        }

        private mutating func readTimes(_ layers: SettingsLayers) throws(SettingsError) {
            func set(
                _ name: String, _ path: WritableKeyPath<ServiceTimes, Duration>,
                _ range: ClosedRange<Double> = 0.1...1e9
            ) throws(SettingsError) {
                guard let value = layers[name] else { return }
                configuration.times[keyPath: path] = try value.duration(range)
            }
            try set("timeout", \.request)
            try set("job-timeout", \.job)
            try set("job-life", \.jobResult)
            try set("idle", \.idle)
            try set("key-life", \.keyLife, 60...1e10)
            try set("reload", \.reload, 0.05...86400)
            try set("drain-delay", \.drainDelay, 0...3600)
            try set("drain", \.drain, 0...86400)
        }

        /// Address, TLS, and what may not be: traffic in the clear, or without tokens, beyond this machine.
        private mutating func readAddress(_ layers: SettingsLayers) throws(SettingsError) {
            if let value = layers["bind"] {
                guard let parsed = ListenAddress(value.text) else {
                    throw value.refused("HOST:PORT, such as 127.0.0.1:8700 or [::1]:8700")
                }
                address = parsed
            }
            switch (layers["tls-certificate"], layers["tls-key"]) {
            case (let certificate?, let key?):
                tls = (URL(filePath: certificate.text), URL(filePath: key.text))
            case (nil, nil): tls = nil
            case (let alone?, nil), (nil, let alone?):
                throw SettingsError(
                    "\(alone.origin) is given alone; TLS needs tls-certificate and tls-key")
            }
            let isBehindProxy = try layers["behind-proxy"]?.boolean() ?? false
            guard !address.isLoopback else { return }
            guard tls != nil || isBehindProxy else {
                throw SettingsError(
                    "without TLS it listens on loopback only, not on \(address.host): give --tls-certificate and "
                        + "--tls-key, or --behind-proxy where a proxy ends TLS")
            }
            guard tokens != nil else {
                throw SettingsError(
                    "without tokens it listens on loopback only, not on \(address.host): give --tokens FILE, "
                        + "with lines made by: tacit token NAME")
            }
        }
    }

    /// Host and port to listen on.
    public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
        /// A name or an address.
        public let host: String
        /// 0 for any free port.
        public let port: Int

        /// Where it listens if nothing is said.
        public static let standard = ListenAddress(host: "127.0.0.1", port: 8700)

        private init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `HOST:PORT`, the host in brackets where it has colons.
        public init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"),
                let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
            else { return nil }
            var host = String(text[..<colon])
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = String(host.dropFirst().dropLast())
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty else { return nil }
            self.host = host
            self.port = port
        }

        /// Whether only this machine reaches it.
        public var isLoopback: Bool {
            host == "localhost" || host == "::1"
                || host.wholeMatch(of: /127\.\d{1,3}\.\d{1,3}\.\d{1,3}/) != nil
        }

        /// `HOST:PORT`.
        public var description: String {
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
#endif
