#if Service
    package import Dispatch
    import Foundation
    import Synchronization

    /// Lines on their way to whoever reads the log: made and written in order on a thread that answers nobody.
    ///
    /// Who logs, mostly an event loop, waits for neither. While `capacity` lines wait, because nobody reads them, further
    /// ones are counted in their place; the next line that is made says how many are missing.
    package final class LogQueue: Sendable {
        /// Makes a line; given how many before it are missing.
        package typealias Line = @Sendable (_ missing: Int) -> String

        private struct State {
            /// With the number of lines that are missing before each.
            var waiting: [(make: Line, missing: Int)] = []
            var missing = 0
            /// Whether a run is under way; so it is whenever something waits.
            var isAwake = false
            /// Whether the alarm rings for it.
            var isHurried = false
        }

        /// The lines of standard error.
        package static let standardError = LogQueue {
            // A log that nobody reads any more is no reason to end.
            (try? FileHandle.standardError.write(contentsOf: Data($0.utf8))) != nil
        }
        /// Bytes that are written at once: as many as reach a pipe whole, whoever else writes to it (POSIX, `write`).
        private static let pieceByteCount = 4096
        /// How long lines are collected.
        ///
        /// Who logs wakes the thread at the first one only: that takes longer than to leave a line, and whoever is just
        /// being answered would wait for it.
        private static let nap = DispatchTimeInterval.milliseconds(100)

        private let capacity: Int
        private let write: @Sendable (String) -> Bool
        private let state = Mutex(State())
        private let queue = DispatchQueue(label: "tacit.log", qos: .utility)
        /// Ends a nap.
        private let alarm = DispatchSemaphore(value: 0)

        /// Makes a queue.
        ///
        /// - Parameters:
        ///   - capacity: most lines that wait.
        ///   - write: takes lines, each with its end, on the queue's thread; false where they are lost.
        package init(capacity: Int = 10_000, write: @escaping @Sendable (String) -> Bool) {
            self.capacity = capacity
            self.write = write
        }

        /// Has a line made and written after those before it.
        ///
        /// - Parameters:
        ///   - isUrgent: whether it is written at once.
        ///   - line: makes the line.
        package func append(isUrgent: Bool = false, _ line: @escaping Line) {
            let wakes = state.withLock { state in
                guard state.waiting.count < capacity else {
                    state.missing += 1
                    return false
                }
                state.waiting.append((line, state.missing))
                state.missing = 0
                defer { state.isAwake = true }
                return !state.isAwake
            }
            if wakes { queue.async { self.run() } }
            if isUrgent { hurry() }
        }

        /// Ends the nap, if there is one.
        private func hurry() {
            let rings = state.withLock { state in
                guard state.isAwake, !state.isHurried else { return false }
                state.isHurried = true
                return true
            }
            if rings { alarm.signal() }
        }

        /// Writes what comes until nothing has come for a nap.
        private func run() {
            while true {
                let isHurried = alarm.wait(timeout: .now() + Self.nap) == .success
                guard writeAll(endsRun: true) else { return }
                // Whoever waits for these lines is next on the queue.
                if isHurried { return queue.async { self.run() } }
            }
        }

        /// Writes what waits, together; false where nothing does.
        ///
        /// - Parameter endsRun: whether the thread is let go then, so that the next line wakes it.
        @discardableResult
        private func writeAll(endsRun: Bool = false) -> Bool {
            let lines = state.withLock { state in
                defer { state.waiting = [] }
                if endsRun {
                    state.isAwake = !state.waiting.isEmpty
                    state.isHurried = false
                }
                return state.waiting
            }
            var (piece, count) = ("", 0)
            for line in lines {
                let text = line.make(line.missing) + "\n"
                if piece.utf8.count + text.utf8.count > Self.pieceByteCount {
                    writePiece(piece, lineCount: count)
                    (piece, count) = ("", 0)
                }
                piece += text
                count += 1
            }
            writePiece(piece, lineCount: count)
            return !lines.isEmpty
        }

        private func writePiece(_ piece: String, lineCount: Int) {
            if piece.isEmpty || write(piece) { return }
            state.withLock { $0.missing += lineCount }
        }

        /// Waits until all lines so far are written.
        ///
        /// - Parameter limit: how long at most, as they may have no reader.
        package func flush(within limit: DispatchTimeInterval = .seconds(2)) {
            let done = DispatchSemaphore(value: 0)
            queue.async {
                self.writeAll()
                done.signal()
            }
            hurry()
            _ = done.wait(timeout: .now() + limit)
        }
    }
#endif
