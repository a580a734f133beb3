#if Service
    import Foundation

    /// Where a server is: scheme, host and port, perhaps a path before the service's own.
    public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
        /// Whether the connection is encrypted.
        public let usesTLS: Bool
        /// The host, as it is written; an IPv6 address without brackets.
        public let host: String
        /// The port.
        public let port: Int
        /// What stands before the paths of the service: empty, or `/…` without a slash at its end.
        public let prefix: String
        /// The address, without a slash at its end.
        public let description: String

        /// Reads an address such as `https://tacit.example.org` or `http://127.0.0.1:8080`.
        ///
        /// - Parameters:
        ///   - text: the address; `https`, or `http`.
        ///   - allowsPlainHTTP: whether `http` may lead beyond this machine.
        /// - Throws: `RemoteError` with code `address`.
        public init(_ text: String, allowsPlainHTTP: Bool = false) throws(RemoteError) {
            func wrong(_ why: String) -> RemoteError {
                RemoteError(
                    .address,
                    "'\(harmless(text))' is no address of a server: \(why); expected https://HOST[:PORT]"
                )
            }
            guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased()
            else { throw wrong("it has no scheme") }
            guard scheme == "https" || scheme == "http" else {
                throw wrong("its scheme is neither https nor http")
            }
            guard var host = parts.host, !host.isEmpty else { throw wrong("it has no host") }
            guard parts.user == nil, parts.password == nil else {
                throw wrong("names and passwords do not belong there")
            }
            guard parts.query == nil, parts.fragment == nil else {
                throw wrong("it has a query or fragment")
            }
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = String(host.dropFirst().dropLast())
            }
            let port = parts.port ?? (scheme == "https" ? 443 : 80)
            guard (1...65535).contains(port) else { throw wrong("its port is \(port)") }
            usesTLS = scheme == "https"
            self.host = host
            self.port = port
            var path = parts.percentEncodedPath[...]
            while path.last == "/" { path.removeLast() }
            prefix = String(path)
            let shown = host.contains(":") ? "[\(host)]" : host
            let isCommon = port == (usesTLS ? 443 : 80)
            description =
                (usesTLS ? "https://" : "http://") + shown + (isCommon ? "" : ":\(port)") + prefix
            guard usesTLS || allowsPlainHTTP || isLoopback else {
                throw RemoteError(
                    .address,
                    "http://\(host) would send requests and token readable and changeable by anybody on the way; "
                        + "use https, or allow plain HTTP explicitly")
            }
        }

        /// Whether the host is this machine by its name or number.
        public var isLoopback: Bool {
            host.lowercased() == "localhost" || host == "::1"
                || host.wholeMatch(of: /127\.\d{1,3}\.\d{1,3}\.\d{1,3}/) != nil
        }

        /// The address of one of the service's paths.
        func url(_ path: String) -> String { description + path }
    }
#endif
