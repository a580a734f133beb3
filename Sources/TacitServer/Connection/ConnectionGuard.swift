#if Service
    import HTTPTypes
    import NIOCore
    import NIOHTTPTypes

    /// Stands in every connection (of HTTP/2: every stream) between protocol and service.
    ///
    /// It notices when a client leaves, ends connections whose sender is slower than allowed while the service waits for
    /// it, answers `Expect: 100-continue`, and closes a connection whose request was answered without being read, instead
    /// of reading what may be gigabytes to its end.
    final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPRequestPart
        typealias InboundOut = HTTPRequestPart
        typealias OutboundIn = HTTPResponsePart
        typealias OutboundOut = HTTPResponsePart

        /// Times and rates.
        struct Limits: Sendable {
            var minimumBytesPerSecond: Int
            var slowStart: TimeAmount
            /// Unread bytes of an answered request that are read to its end to keep the connection.
            var drainByteCount = 4 << 20
            /// How long a closing connection waits for its peer.
            var lingering = TimeAmount.seconds(2)
            /// Largest announced body that `Expect: 100-continue` is granted.
            var largestBody: Int
            let onSlowSender: @Sendable () -> Void
        }

        private let limits: Limits
        private let table: ConnectionTable
        private let state = ConnectionState()
        private var body: BodyWatch?
        private var isLingering = false
        private var timer: Scheduled<Void>?

        init(limits: Limits, table: ConnectionTable) {
            self.limits = limits
            self.table = table
        }

        func handlerAdded(context: ChannelHandlerContext) {
            table.add(state, of: context.channel)
        }

        func handlerRemoved(context: ChannelHandlerContext) { end(context) }

        func channelInactive(context: ChannelHandlerContext) {
            end(context)
            context.fireChannelInactive()
        }

        private func end(_ context: ChannelHandlerContext) {
            timer?.cancel()
            timer = nil
            table.remove(context.channel)
            state.leave()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event {
                state.leave()
                if isLingering { context.close(promise: nil) }
            }
            context.fireUserInboundEventTriggered(event)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            state.leave()
            context.fireErrorCaught(error)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if isLingering { return }
            switch unwrapInboundIn(data) {
            case .head(let head):
                begin(head, context)
            case .body(let buffer):
                body?.receive(buffer.readableBytes)
            case .end:
                body = nil
            }
            context.fireChannelRead(data)
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            body?.stopWaiting(now: .now())
            if isLingering { context.read() }
            context.fireChannelReadComplete()
        }

        func read(context: ChannelHandlerContext) {
            body?.startWaiting(now: .now())
            context.read()
        }

        private func begin(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
            let announced = head.headerFields.value(.contentLength).flatMap { Int($0) }
            body = BodyWatch(announced: announced)
            // One of an earlier body that has not run yet does for this one.
            if timer == nil { schedule(context) }
            let isExpecting = head.headerFields.value(.expect)?.lowercased() == "100-continue"
            if isExpecting, announced ?? 0 <= limits.largestBody {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        }

        private func schedule(_ context: ChannelHandlerContext) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            timer = context.eventLoop.scheduleTask(
                in: .nanoseconds(limits.slowStart.nanoseconds / 2)
            ) {
                let (handler, context) = bound.value
                handler.check(context)
            }
        }

        /// Looks whether the sender keeps up.
        private func check(_ context: ChannelHandlerContext) {
            timer = nil
            guard var body else { return }
            let isSlow = body.isSlow(limits, now: .now())
            self.body = body
            if isSlow {
                limits.onSlowSender()
                context.close(promise: nil)
            } else {
                schedule(context)
            }
        }

        func write(
            context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
        ) {
            guard case .end = unwrapOutboundIn(data), let body,
                body.missing(limit: limits.drainByteCount)
            else { return context.write(data, promise: promise) }
            timer?.cancel()
            context.writeAndFlush(data, promise: promise)
            linger(context)
        }

        /// Ends the answered connection: says so, lets the client read the answer, and closes.
        private func linger(_ context: ChannelHandlerContext) {
            isLingering = true
            body = nil
            guard context.channel.parent?.parent == nil else {
                // A stream of HTTP/2: closing it resets it, the connection stays.
                return context.close(promise: nil)
            }
            context.close(mode: .output, promise: nil)
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            timer = context.eventLoop.scheduleTask(in: limits.lingering) {
                bound.value.close(promise: nil)
            }
            context.read()
        }
    }
#endif
