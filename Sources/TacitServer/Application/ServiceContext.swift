#if Service
    public import Hummingbird
    public import NIOCore

    /// A request context that knows its connection, so that the service notices when a client leaves.
    public protocol ConnectionRequestContext: RequestContext {
        /// The connection; of HTTP/2, the stream.
        var channel: any Channel { get }
    }

    /// The context of the service's own application.
    public struct ServiceContext: ConnectionRequestContext {
        /// Hummingbird's part.
        public var coreContext: CoreRequestContextStorage
        /// The connection.
        public let channel: any Channel

        /// Makes a context of an incoming request.
        public init(source: ApplicationRequestContextSource) {
            coreContext = CoreRequestContextStorage(source: source)
            channel = source.channel
        }
    }
#endif
