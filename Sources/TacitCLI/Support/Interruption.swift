import Dispatch
import Foundation
import Synchronization

/// Lets work end in order when a user or the system ends the process, so that unfinished files are removed; asked a second
/// time, the process ends at once.
final class Interruption {
    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    private static let signals = [SIGINT, SIGTERM]
    private let flag = Flag()
    private let sources: [any DispatchSourceSignal]

    init() {
        let flag = flag
        sources = Self.signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: DispatchQueue.global(qos: .userInitiated))
            source.setEventHandler {
                signal(number, SIG_DFL)
                flag.isSet.withLock { $0 = true }
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in Self.signals { signal(number, SIG_DFL) }
    }

    /// Whether the process was asked to end.
    var isAsked: Bool { flag.isSet.withLock { $0 } }
}
