import Dispatch
import Foundation
import Tacit

/// Removes unfinished files when a user or the system ends the process, which then ends by the same signal.
///
/// A signal that the process was started to ignore (by `nohup`, or behind a script) stays ignored.
final class Ending {
    private var sources: [any DispatchSourceSignal] = []

    init() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number, SIG_IGN)
            guard unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self) else {
                continue
            }
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: DispatchQueue.global(qos: .userInitiated))
            source.setEventHandler {
                UnfinishedFiles.removeAll { Self.end(by: number) }
            }
            source.activate()
            sources.append(source)
        }
    }

    /// Ends the process as if nothing had caught the signal; the threads of dispatch sources hold it back.
    private static func end(by number: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        signal(number, SIG_DFL)
        raise(number)
        _exit(128 + number)
    }
}

/// A command that ends in its own way when it is asked to.
protocol EndsInOrder {}

extension InferCommand: EndsInOrder {}

#if Service
    extension ServeCommand: EndsInOrder {}
#endif
