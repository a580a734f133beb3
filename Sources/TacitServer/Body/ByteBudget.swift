#if Service
    import Synchronization
    import TacitProtocol

    /// Memory that bodies of requests may take together.
    package final class ByteBudget: Sendable {
        private let limit: Int
        private let used = Mutex(0)

        package init(limit: Int) { self.limit = limit }

        /// Bytes taken.
        package var usedByteCount: Int { used.withLock { $0 } }

        fileprivate func take(_ byteCount: Int) -> Bool {
            used.withLock { used in
                guard used + byteCount <= limit else { return false }
                used += byteCount
                return true
            }
        }

        fileprivate func give(_ byteCount: Int) { used.withLock { $0 -= byteCount } }

        /// Room for one body, given back with the last reference.
        package final class Share: Sendable {
            private let budget: ByteBudget
            private let taken = Mutex(0)

            package init(_ budget: ByteBudget) { self.budget = budget }

            deinit { taken.withLock { budget.give($0) } }

            /// Makes sure of room for so many bytes in all.
            package func grow(to byteCount: Int) throws(ServiceFailure) {
                let hasRoom = taken.withLock { taken in
                    guard byteCount > taken else { return true }
                    guard budget.take(byteCount - taken) else { return false }
                    taken = byteCount
                    return true
                }
                guard hasRoom else {
                    throw ServiceFailure(
                        .unavailable, "too many requests are being received", retryAfter: 1)
                }
            }
        }
    }
#endif
