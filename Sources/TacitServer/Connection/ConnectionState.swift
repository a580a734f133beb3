#if Service
    package import NIOCore
    import Synchronization

    /// What a route may know about its connection (of HTTP/2: its stream): whether the client is still there.
    package final class ConnectionState: Sendable {
        private struct Content {
            var hasLeft = false
            var next = 0
            var watchers: [Int: @Sendable () -> Void] = [:]
        }

        private let content = Mutex(Content())

        /// Calls `body` once when the client leaves; at once if it has left.
        ///
        /// - Returns: what `forget` takes.
        package func onLeave(_ body: @escaping @Sendable () -> Void) -> Int {
            let number = content.withLock { content -> Int? in
                guard !content.hasLeft else { return nil }
                content.next += 1
                content.watchers[content.next] = body
                return content.next
            }
            guard let number else {
                body()
                return 0
            }
            return number
        }

        /// Takes a watcher back.
        package func forget(_ number: Int) {
            content.withLock { _ = $0.watchers.removeValue(forKey: number) }
        }

        /// The client is gone.
        package func leave() {
            let watchers = content.withLock { content in
                content.hasLeft = true
                defer { content.watchers = [:] }
                return content.watchers.values
            }
            for watcher in watchers { watcher() }
        }
    }

    /// The states of all open connections, by channel.
    package final class ConnectionTable: Sendable {
        private let states = Mutex<[ObjectIdentifier: ConnectionState]>([:])

        package var count: Int { states.withLock { $0.count } }

        package func state(of channel: any Channel) -> ConnectionState? {
            states.withLock { $0[ObjectIdentifier(channel)] }
        }

        package func add(_ state: ConnectionState, of channel: any Channel) {
            states.withLock { $0[ObjectIdentifier(channel)] = state }
        }

        package func remove(_ channel: any Channel) {
            states.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }
#endif
