#if Service
    import Dispatch
    import Synchronization
    import Testing

    import TacitServer

    @Suite("Lines on their way to the log")
    struct LogQueueTests {
        private func collecting() -> (LogQueue, LogLines) {
            let lines = LogLines()
            let queue = LogQueue {
                lines.add($0)
                return true
            }
            return (queue, lines)
        }

        @Test(
            "a line comes without a flush: at once, after nothing came for long, after a flush",
            arguments: [0, 300], [false, true])
        func unasked(pause: Int, isFlushed: Bool) async throws {
            let (queue, lines) = collecting()
            for count in 1...4 {
                queue.append(isUrgent: count == 3) { "\(count) \($0)" }
                for _ in 0..<500 where lines.all.count < count {
                    try await Task.sleep(for: .milliseconds(10))
                }
                #expect(lines.all.count == count)
                if isFlushed { queue.flush() }
                // Or longer than the thread stays awake for the next one.
                try await Task.sleep(for: .milliseconds(pause))
            }
            #expect(lines.all == ["1 0\n", "2 0\n", "3 0\n", "4 0\n"])
        }

        @Test("lines come in order, and all before a flush ends")
        func order() {
            let (queue, lines) = collecting()
            for number in 0..<1000 { queue.append { "\(number) \($0)" } }
            queue.flush()
            #expect(lines.all.joined() == (0..<1000).map { "\($0) 0\n" }.joined())
        }

        @Test("where the reader has stopped lines are counted, and the count is told later")
        func stuckReader() {
            let lines = LogLines()
            let (isStuck, read) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let queue = LogQueue(capacity: 3) {
                isStuck.signal()
                read.wait()
                lines.add($0)
                return true
            }
            queue.append { "a \($0)" }
            isStuck.wait()
            for name in ["b", "c", "d", "e", "f"] { queue.append { "\(name) \($0)" } }
            queue.flush(within: .milliseconds(1))
            #expect(lines.all.isEmpty)
            read.signal()
            isStuck.wait()
            queue.append { "g \($0)" }
            for _ in 0..<2 { read.signal() }
            queue.flush()
            #expect(lines.all == ["a 0\n", "b 0\nc 0\nd 0\n", "g 2\n"])
        }

        @Test("lines go in pieces that a pipe takes whole, a longer line by itself")
        func pieces() {
            let (queue, lines) = collecting()
            let long = String(repeating: "x", count: 5000)
            for number in 0..<1000 { queue.append { _ in "\(1000 + number)" + "...\(number % 7)" } }
            queue.append { _ in long }
            queue.flush()
            #expect(lines.all.dropLast().allSatisfy { $0.utf8.count <= 4096 && $0.hasSuffix("\n") })
            #expect((4...100).contains(lines.all.count) && lines.all.last == long + "\n")
            #expect(lines.all.joined().split(separator: "\n").count == 1001)
        }

        @Test("lines that cannot be written are counted too")
        func lost() {
            let lines = LogLines()
            let isFull = Mutex(true)
            let queue = LogQueue {
                if isFull.withLock({ $0 }) { return false }
                lines.add($0)
                return true
            }
            for name in ["a", "b"] { queue.append { "\(name) \($0)" } }
            queue.flush()
            isFull.withLock { $0 = false }
            queue.append { "c \($0)" }
            queue.flush()
            #expect(lines.all == ["c 2\n"])
        }
    }
#endif
