#if Service
    import HummingbirdCore
    import Logging
    import NIOCore
    import TacitProtocol

    /// A child channel whose requests are handled on its own event loop.
    struct OnEventLoop<Base: ServerChildChannel>: ServerChildChannel {
        typealias Value = Base.Value

        /// Bytes of a connection's first read, and most of one read: a request of some hundred kilobytes comes in few.
        private static var readByteCounts: (first: Int, most: Int) { (1 << 16, 1 << 19) }

        let base: Base

        func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
            let base = base
            let allocator = AdaptiveRecvByteBufferAllocator(
                minimum: 1 << 10, initial: Self.readByteCounts.first,
                maximum: Self.readByteCounts.most)
            return channel.setOption(.recvAllocator, value: allocator).flatMap {
                base.setup(channel: channel, logger: logger)
            }
        }

        func handle(value: Value, logger: Logger) async {
            let executor = EventLoopExecutor(value.channel.eventLoop)
            await withTaskExecutorPreference(executor) {
                await base.handle(value: value, logger: logger)
            }
        }
    }
#endif
