#if Service
    import Foundation
    import Hummingbird
    public import Logging
    import ServiceLifecycle
    import Tacit
    import UnixSignals

    /// What `tacit serve` runs.
    public struct ServeRun: Sendable {
        private let settings: ServeSettings
        private let logger: Logger
        private let transport: ServiceTransport
        private let service: TacitService

        /// Opens everything that can be opened before listening.
        ///
        /// - Throws: `SettingsError` in one sentence.
        public init(_ settings: ServeSettings, logger: Logger) throws(SettingsError) {
            self.settings = settings
            self.logger = logger
            let folder = settings.configuration.models
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
                isFolder.boolValue
            else { throw SettingsError("\(folder.path): there is no folder of models") }
            transport = try Self.transport(settings.tls)
            let access = try Self.access(settings.tokens)
            do {
                service = try TacitService(
                    settings.configuration, access: access, logger: logger)
            } catch {
                throw SettingsError(
                    "\(settings.configuration.keys.path): the folder of keys cannot be made or opened; "
                        + "name a folder that this user may write "
                        + "(\(error.localizedDescription))")
            }
        }

        /// How connections are made: with TLS where there are files for it.
        private static func transport(
            _ files: (certificate: URL, key: URL)?
        ) throws(SettingsError) -> ServiceTransport {
            guard let (certificate, key) = files else { return .clear }
            do {
                return try .tls(certificate: certificate, key: key)
            } catch {
                throw SettingsError(
                    "\(certificate.path) and \(key.path): the TLS certificate or its key cannot be used: \(error)"
                )
            }
        }

        /// Who may use the service: whom a tokens file names, or everybody.
        private static func access(_ tokens: URL?) throws(SettingsError) -> AccessControl {
            guard let tokens else { return .open }
            do {
                return try AccessControl(file: tokens)
            } catch let error as TokenTableError {
                throw SettingsError("\(tokens.path): \(error)")
            } catch {
                throw SettingsError(
                    "\(tokens.path): the tokens file cannot be read: \(error.localizedDescription)")
            }
        }

        /// Loads all models and says what would be served.
        ///
        /// - Throws: `SettingsError` for a model file that cannot be used.
        public func check() throws(SettingsError) -> String {
            service.loadModels()
            var lines: [String] = []
            for (place, entry) in service.models.all {
                if let problem = entry.problem {
                    throw SettingsError("model \(place.name), version \(place.version): \(problem)")
                }
                lines.append("model \(place.name), version \(place.version): ready")
            }
            if lines.isEmpty {
                lines.append("no models yet: put NAME/1/model.tacit into the folder")
            }
            lines.append(
                "would listen on \(settings.address) "
                    + (settings.tls == nil ? "in the clear" : "with TLS"))
            lines.append(service.access.isProtected ? "tokens are asked for" : "without tokens")
            return lines.joined(separator: "\n")
        }

        /// Serves until SIGTERM or SIGINT, then drains.
        public func run() async throws {
            signal(SIGPIPE, SIG_IGN)  // whoever reads the log may end before us
            let application = service.application(
                address: .hostname(settings.address.host, port: settings.address.port),
                transport: transport)
            var configuration = ServiceGroupConfiguration(
                services: [application, service], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger)
            configuration.maximumGracefulShutdownDuration = service.shutdownDuration
            try await ServiceGroup(configuration: configuration).run()
            service.scheduler.shutDown()
            service.mapped?.finishWriting()
        }
    }
#endif
