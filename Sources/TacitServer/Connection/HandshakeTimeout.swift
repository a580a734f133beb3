#if Service
    import HummingbirdCore
    import Logging
    import NIOCore
    import NIOSSL
    import NIOTLS

    /// A child channel whose TLS handshake must end within a time.
    struct TimedHandshake<Base: ServerChildChannel>: ServerChildChannel {
        typealias Value = Base.Value

        let base: Base
        let limit: TimeAmount

        func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
            let limit = limit
            return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
                let operations = channel.pipeline.syncOperations
                if let tls = try? operations.handler(type: NIOSSLServerHandler.self) {
                    try operations.addHandler(
                        HandshakeTimeout(limit: limit), position: .after(tls))
                }
                return value
            }
        }

        func handle(value: Value, logger: Logger) async {
            await base.handle(value: value, logger: logger)
        }
    }

    /// Closes a connection whose TLS handshake takes too long; leaves once it is done.
    final class HandshakeTimeout: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        private let limit: TimeAmount
        private var timer: Scheduled<Void>?

        init(limit: TimeAmount) { self.limit = limit }

        func handlerAdded(context: ChannelHandlerContext) {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            timer = context.eventLoop.scheduleTask(in: limit) { bound.value.close(promise: nil) }
        }

        func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

        func channelInactive(context: ChannelHandlerContext) {
            timer?.cancel()
            context.fireChannelInactive()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case TLSUserEvent.handshakeCompleted = event { timer?.cancel() }
            context.fireUserInboundEventTriggered(event)
        }
    }
#endif
