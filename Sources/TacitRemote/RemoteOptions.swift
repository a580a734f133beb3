#if Service
    /// How a server is talked to.
    public struct RemoteOptions: Sendable {
        /// Sent with every request, to this server only.
        public var token: BearerToken?
        /// A PEM file of certificates that are trusted besides the system's, for servers with a private authority.
        public var certificateFile: String?
        /// Time for one call altogether, uploads, waiting and retries included.
        public var timeout: Duration = .seconds(600)
        /// Time for a connection to come about.
        public var connectTimeout: Duration = .seconds(10)
        /// What happens after failures that may pass.
        public var retries = RetryPolicy()
        /// Evaluation keys are uploaded in parts of so many bytes; what arrived survives a broken connection.
        public var uploadPartByteCount = 1 << 25
        /// Largest response that is read, in bytes; more is refused before it is in memory.
        public var maximumResponseByteCount = 1 << 28
        /// Whether the server is asked for a job, which is then polled: for evaluations that outlast a connection.
        public var asksForJobs = false
        /// Most connections at a time; further calls wait for one.
        public var connectionCount = 8
        /// Whether `http` may lead beyond this machine.
        public var allowsPlainHTTP = false

        /// Makes the defaults.
        public init() {}
    }

    /// What happens after failures that may pass: busy or absent servers, broken connections.
    public struct RetryPolicy: Sendable {
        /// Attempts in a row without any progress, 1 for no second one.
        public var maximumAttempts: Int
        /// Longest pause before the second attempt; it doubles with every further one.
        public var firstPause: Duration
        /// Longest pause of its own; a server's `Retry-After` may ask for more.
        public var longestPause: Duration
        /// Sleeps; tests replace it.
        package var sleep: @Sendable (Duration) async throws -> Void = {
            try await Task.sleep(for: $0)
        }

        /// Makes a policy; without arguments, 8 attempts within about 40 seconds.
        public init(
            maximumAttempts: Int = 8, firstPause: Duration = .milliseconds(500),
            longestPause: Duration = .seconds(20)
        ) {
            self.maximumAttempts = maximumAttempts
            self.firstPause = firstPause
            self.longestPause = longestPause
        }

        /// One attempt only.
        public static let none = RetryPolicy(maximumAttempts: 1)

        /// The pause after so many failures: exponential, the upper half of it random, so that clients that were refused
        /// together do not come back together; at least what the server asked for.
        package func pause(afterFailures count: Int, retryAfter: Duration?) -> Duration {
            let doublings = min(count - 1, 30)
            let own = min(firstPause * (1 << doublings), longestPause)
            let jittered = own * Double.random(in: 0.5...1)
            return retryAfter.map { $0 + jittered * 0.5 } ?? jittered
        }
    }

    /// How far a call is.
    public enum RemoteProgress: Sendable, Equatable {
        /// Evaluation keys on their way: bytes sent, and all.
        case uploadingKeys(sent: Int, total: Int)
        /// The request on its way: bytes sent, and all.
        case sendingRequest(sent: Int, total: Int)
        /// The request is with the server.
        case waiting
        /// The job's ciphertexts done and all of them, where the server tells.
        case computing(done: Int, total: Int)
        /// The response on its way: bytes received.
        case receiving(received: Int)
        /// Another attempt follows after a pause.
        case retrying(after: Duration, reason: String)
    }

    /// Told how far a call is, from any thread.
    public typealias RemoteProgressObserver = @Sendable (RemoteProgress) -> Void
#endif
