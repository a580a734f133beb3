#if Service
    import Foundation
    import Synchronization
    import Tacit
    import TacitRemote
    import Testing

    /// All tests of the client, one after the other: they share two cores with their servers.
    @Suite("The remote client", .serialized)
    enum RemoteTests {}

    /// Pauses that were asked for, instead of made.
    final class Pauses: Sendable {
        private let log = Mutex<[Duration]>([])
        var all: [Duration] { log.withLock { $0 } }

        func policy(_ attempts: Int) -> RetryPolicy {
            var policy = RetryPolicy(maximumAttempts: attempts)
            policy.sleep = { [self] pause in
                log.withLock { $0.append(pause) }
                try await Task.sleep(for: .milliseconds(1))
            }
            return policy
        }
    }

    /// Progress that was told.
    final class Told: Sendable {
        private let log = Mutex<[RemoteProgress]>([])
        var all: [RemoteProgress] { log.withLock { $0 } }
        var observer: RemoteProgressObserver { { [self] step in log.withLock { $0.append(step) } } }
    }

    extension RemoteOptions {
        /// Attempts without pauses, and much time: other tests may keep all processors busy.
        static func quick(_ pauses: Pauses = Pauses(), attempts: Int = 4) -> RemoteOptions {
            var options = RemoteOptions()
            options.retries = pauses.policy(attempts)
            options.timeout = .seconds(120)
            return options
        }
    }

    /// The code of the error that work ends with; any other end is an issue.
    func code<Value>(
        _ location: SourceLocation = #_sourceLocation, of work: () async throws -> Value
    ) async -> RemoteError.Code? {
        await failure(location, of: work)?.code
    }

    /// The `RemoteError` that work ends with; any other end is an issue.
    func failure<Value>(
        _ location: SourceLocation = #_sourceLocation, of work: () async throws -> Value
    ) async -> RemoteError? {
        do {
            _ = try await work()
            Issue.record("it succeeded", sourceLocation: location)
        } catch let error as RemoteError {
            return error
        } catch {
            Issue.record("\(error)", sourceLocation: location)
        }
        return nil
    }

    /// A file that looks like evaluation keys of the sample from outside, as large as wanted.
    func largeKeys(of sample: Sample, byteCount: Int) throws -> [UInt8] {
        let own = try Frame.header(sample.keys)
        let header = try FrameHeader(
            kind: .evaluationKeys, scheme: own.scheme, ring: own.ring, keyID: own.keyID)
        var generator = SystemRandomNumberGenerator()
        let body = (0..<byteCount / 8).flatMap { _ in
            withUnsafeBytes(of: UInt64.random(in: .min ... .max, using: &generator)) { Array($0) }
        }
        return try Frame.bytes(header) { writer in writer.bytes(body) }
    }
#endif
