#if Service
    import NIOCore

    /// Bytes in pieces, as a request's body is sent; tells how many were taken.
    struct ByteChunks: AsyncSequence, Sendable {
        typealias Element = ByteBuffer

        /// What is sent, in order.
        let parts: [ArraySlice<UInt8>]
        /// Told the bytes taken so far, which are on their way or wait for the network.
        let taken: @Sendable (Int) -> Void
        /// Bytes of a piece.
        static let size = 1 << 20

        /// Bytes altogether.
        var byteCount: Int { parts.reduce(0) { $0 + $1.count } }

        func makeAsyncIterator() -> Iterator { Iterator(rest: parts[...], taken: taken) }

        struct Iterator: AsyncIteratorProtocol {
            var rest: ArraySlice<ArraySlice<UInt8>>
            var count = 0
            let taken: @Sendable (Int) -> Void

            init(rest: ArraySlice<ArraySlice<UInt8>>, taken: @escaping @Sendable (Int) -> Void) {
                self.rest = rest
                self.taken = taken
            }

            mutating func next() async -> ByteBuffer? {
                var buffer = ByteBuffer()
                while buffer.readableBytes < ByteChunks.size, let part = rest.first {
                    let piece = part.prefix(ByteChunks.size - buffer.readableBytes)
                    buffer.writeBytes(piece)
                    rest.removeFirst()
                    if piece.count < part.count {
                        rest.insert(part.dropFirst(piece.count), at: rest.startIndex)
                    }
                }
                guard buffer.readableBytes > 0 else { return nil }
                count += buffer.readableBytes
                taken(count)
                return buffer
            }
        }
    }
#endif
