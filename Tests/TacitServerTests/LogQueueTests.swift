#if Service
    import Dispatch
    import Testing

    import TacitServer

    @Suite("Lines on their way to the log")
    struct LogQueueTests {
        @Test("lines come in order, and all before a flush ends")
        func order() {
            let lines = LogLines()
            let queue = LogQueue { lines.add($0) }
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
    }
#endif
