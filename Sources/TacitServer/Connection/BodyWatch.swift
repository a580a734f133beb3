#if Service
    import NIOCore

    /// How a request's body arrives.
    struct BodyWatch {
        private let announced: Int?
        private var received = 0
        private var waited: Int64 = 0
        private var waitingSince: NIODeadline?

        init(announced: Int?) { self.announced = announced }

        mutating func receive(_ byteCount: Int) { received += byteCount }

        /// The service asked for more.
        mutating func startWaiting(now: NIODeadline) {
            if waitingSince == nil { waitingSince = now }
        }

        /// Something came.
        mutating func stopWaiting(now: NIODeadline) {
            if let since = waitingSince { waited += (now - since).nanoseconds }
            waitingSince = nil
        }

        /// Whether the sender has fallen below the rate, counting only the time in which it was waited for.
        mutating func isSlow(_ limits: ConnectionGuard.Limits, now: NIODeadline) -> Bool {
            if waitingSince != nil {
                stopWaiting(now: now)
                startWaiting(now: now)
            }
            let seconds = Double(waited - limits.slowStart.nanoseconds) / 1e9
            return seconds > 0 && Double(received) < Double(limits.minimumBytesPerSecond) * seconds
        }

        /// Whether more than `limit` bytes of the body are still to come, or nobody knows how many.
        func missing(limit: Int) -> Bool {
            guard let announced else { return true }
            return announced - received > limit
        }
    }
#endif
