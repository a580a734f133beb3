#if Service
    import Foundation
    import NIOCore
    import NIOPosix
    import NIOSSL
    import Synchronization

    /// What arrived at a scripted server; of a body, what was read of it.
    struct Received: Sendable {
        let method: String
        let path: String
        let headers: [String: String]
        var body: [UInt8] = []

        var length: Int { Int(headers["content-length"] ?? "") ?? 0 }
    }

    /// What a scripted server does.
    enum Reaction: Sendable {
        /// A regular answer.
        case answer(Int, headers: [String: String] = [:], body: [UInt8] = [])
        /// These bytes as they are, and the connection stays or is closed.
        case raw([UInt8], closes: Bool = true)
        /// The connection is closed without an answer.
        case close
        /// Nothing, ever.
        case silence
        /// A head, then a body without end, in chunks.
        case endless

        static func json(_ status: Int, _ text: String, headers: [String: String] = [:]) -> Reaction
        {
            .answer(status, headers: headers, body: Array(text.utf8))
        }

        static func error(
            _ status: Int, _ code: String, headers: [String: String] = [:]
        ) -> Reaction {
            json(status, #"{"error":"said the server","code":"\#(code)"}"#, headers: headers)
        }
    }

    /// An HTTP server of this process that answers, or misbehaves, as a test says.
    final class ScriptedServer: Sendable {
        /// Asked when a request's head has arrived: how many bytes of its body are read before the reaction; nil for all.
        typealias Appetite = @Sendable (Received) -> Int?
        typealias Script = @Sendable (Received) -> Reaction

        private let channel: any Channel
        private let log = Mutex<[Received]>([])
        private let sentByteCount = Mutex(0)

        /// What arrived, in order.
        var received: [Received] { log.withLock { $0 } }
        /// Bytes of endless bodies that were written.
        var endlessByteCount: Int { sentByteCount.withLock { $0 } }
        var port: Int { channel.localAddress?.port ?? 0 }
        var address: String { "http://127.0.0.1:\(port)" }

        init(
            tls: NIOSSLContext? = nil, appetite: @escaping Appetite = { _ in nil },
            script: @escaping Script
        ) async throws {
            let box = Box()
            channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLServerHandler(context: tls))
                        }
                        try channel.pipeline.syncOperations.addHandler(
                            Handler(
                                appetite: appetite,
                                script: { received in
                                    box.server?.log.withLock { $0.append(received) }
                                    return script(received)
                                },
                                sent: { count in box.server?.sentByteCount.withLock { $0 += count }
                                }))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            box.set(self)
        }

        deinit { channel.close(promise: nil) }

        /// Refers to the server from its connections without keeping it.
        private final class Box: Sendable {
            private struct Weak: Sendable { weak let server: ScriptedServer? }
            private let held = Mutex<Weak?>(nil)
            var server: ScriptedServer? { held.withLock { $0?.server } }
            func set(_ server: ScriptedServer) { held.withLock { $0 = Weak(server: server) } }
        }
    }

    /// Reads requests by hand, so that answers may be as wrong as the script wants.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let appetite: ScriptedServer.Appetite
        private let script: ScriptedServer.Script
        private let sent: @Sendable (Int) -> Void
        private var buffer: [UInt8] = []
        private var head: Received?
        private var isDone = false

        init(
            appetite: @escaping ScriptedServer.Appetite, script: @escaping ScriptedServer.Script,
            sent: @escaping @Sendable (Int) -> Void
        ) {
            self.appetite = appetite
            self.script = script
            self.sent = sent
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !isDone else { return }
            buffer += unwrapInboundIn(data).readableBytesView
            while advance(context) {}
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        /// Takes one request out of the buffer, if it is there.
        private func advance(_ context: ChannelHandlerContext) -> Bool {
            if head == nil {
                guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
                head = Self.parse(buffer[..<end.lowerBound])
                buffer.removeFirst(end.upperBound)
            }
            guard var request = head else { return false }
            let wanted = min(request.length, appetite(request) ?? request.length)
            guard buffer.count >= wanted else { return false }
            request.body = Array(buffer.prefix(wanted))
            buffer.removeFirst(wanted)
            head = nil
            react(script(request), request, context)
            return !isDone
        }

        private static func parse(_ bytes: ArraySlice<UInt8>) -> Received {
            let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
            let words = lines[0].split(separator: " ").map(String.init)
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                    .trimmingCharacters(in: .whitespaces)
            }
            return Received(method: words[0], path: words[1], headers: headers)
        }

        private func react(
            _ reaction: Reaction, _ request: Received, _ context: ChannelHandlerContext
        ) {
            switch reaction {
            case .answer(let status, let headers, let body):
                var text = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\n"
                for (name, value) in headers { text += "\(name): \(value)\r\n" }
                write(Array((text + "\r\n").utf8) + (request.method == "HEAD" ? [] : body), context)
            case .raw(let bytes, let closes):
                write(bytes, context)
                if closes { close(context) }
            case .close: close(context)
            case .silence: isDone = true
            case .endless:
                isDone = true
                write(Array("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n".utf8), context)
                writeChunk(NIOLoopBound(context, eventLoop: context.eventLoop))
            }
        }

        private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }

        private func close(_ context: ChannelHandlerContext) {
            isDone = true
            context.close(promise: nil)
        }

        private func writeChunk(_ bound: NIOLoopBound<ChannelHandlerContext>) {
            let size = 1 << 16
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x41, count: size)
            let promise = bound.value.eventLoop.makePromise(of: Void.self)
            bound.value.writeAndFlush(
                wrapOutboundOut(ByteBuffer(bytes: chunk + Array("\r\n".utf8))), promise: promise)
            let sent = sent
            let this = NIOLoopBound(self, eventLoop: bound.value.eventLoop)
            promise.futureResult.whenSuccess {
                sent(size)
                this.value.writeChunk(bound)
            }
        }
    }
#endif
