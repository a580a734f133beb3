#if Service
    public import Foundation
    import HummingbirdCore
    import HummingbirdHTTP2
    import NIOCore
    public import NIOSSL

    /// How connections are made: in the clear, or with TLS and HTTP/2.
    public enum ServiceTransport: Sendable {
        /// HTTP/1.1 without encryption: for loopback, or behind a proxy that ends TLS.
        case clear
        /// TLS 1.2 or newer; HTTP/2 or HTTP/1.1, as the client asks.
        case tls(TLSConfiguration)

        /// TLS with a certificate chain and its key, both PEM.
        ///
        /// - Throws: what NIOSSL says about files it cannot use.
        public static func tls(certificate: URL, key: URL) throws -> ServiceTransport {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate.path)
            guard !chain.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key.path, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            // Makes the context once, so that a key that does not fit the certificate is found now.
            _ = try NIOSSLContext(configuration: configuration)
            return .tls(configuration)
        }
    }

    extension ServiceConfiguration {
        /// Connections with this service's limits.
        func serverBuilder(
            _ transport: ServiceTransport, table: ConnectionTable,
            onSlowSender: @escaping @Sendable () -> Void
        ) -> HTTPServerBuilder {
            let limits = ConnectionGuard.Limits(
                minimumBytesPerSecond: self.limits.minimumBytesPerSecond,
                slowStart: TimeAmount(times.slowStart),
                largestBody: max(self.limits.requestByteCount, self.limits.keyByteCount),
                onSlowSender: onSlowSender)
            let http1 = HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(limits: limits, table: table)],
                idleTimeout: TimeAmount(times.idle),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10,
                    maxHeaderFieldCount: 100))
            switch transport {
            case .clear:
                return HTTPServerBuilder { responder in
                    OnEventLoop(base: HTTP1Channel(responder: responder, configuration: http1))
                }
            case .tls(let tls):
                var http2 = HTTP2UpgradeChannel.Configuration(streamConfiguration: http1)
                http2.idleTimeout = times.idle
                http2.gracefulCloseTimeout = times.drain
                let handshake = TimeAmount(times.handshake)
                return HTTPServerBuilder { [http2] responder in
                    OnEventLoop(
                        base: TimedHandshake(
                            base: try HTTP2UpgradeChannel(
                                tlsConfiguration: tls, configuration: http2, responder: responder),
                            limit: handshake))
                }
            }
        }
    }
#endif
