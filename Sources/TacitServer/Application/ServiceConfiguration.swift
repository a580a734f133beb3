#if Service
    public import Foundation
    import Tacit

    /// What a service works with: folders, limits, threads, times.
    public struct ServiceConfiguration: Sendable {
        /// Folder of the models, as `NAME/VERSION/model.tacit`.
        public var models: URL
        /// Folder of the clients' evaluation keys; several processes may share it.
        public var keys: URL
        /// Folder of expanded evaluation keys and encoded weights, which are mapped instead of made again.
        ///
        /// Several processes may share it. Nil for none: nothing is written but to `keys`.
        public var cache: URL?
        /// Threads that compute, in all.
        public var threads: Int
        /// Predictions computed at a time; they share the threads, one alone has all.
        public var concurrency: Int
        /// What is taken at most.
        public var limits = ServiceLimits()
        /// How long things take at most.
        public var times = ServiceTimes()
        /// Whether `/metrics` and `/` need a token where there are tokens.
        public var protectsStatus = true

        /// Makes a configuration.
        ///
        /// - Parameters:
        ///   - models: folder of the models.
        ///   - keys: folder of the clients' evaluation keys; made if it does not exist.
        ///   - threads: threads that compute; nil for one per processor.
        public init(models: URL, keys: URL, threads: Int? = nil) {
            self.models = models
            self.keys = keys
            let count = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
            self.threads = count
            concurrency = count
        }
    }

    /// What a service takes at most.
    public struct ServiceLimits: Sendable {
        /// Bytes of the body of an inference request.
        public var requestByteCount = 64 << 20
        /// Bytes of all such bodies in memory at a time.
        public var requestMemoryByteCount = 1 << 30
        /// Bytes of the JSON before binary tensors.
        public var headerByteCount = 64 << 10
        /// Elements of a request.
        public var elementCount = 16
        /// Bytes of one file of evaluation keys.
        public var keyByteCount = 2 << 30
        /// Bytes of evaluation keys of one owner, uploads under way included.
        public var ownerKeyByteCount = 8 << 30
        /// Bytes of expanded evaluation keys in memory.
        public var keyMemoryByteCount = Int(ProcessInfo.processInfo.physicalMemory / 2)
        /// Bytes of the folder `cache`; what was not used for longest makes room.
        public var cacheByteCount = MappedCache.standardByteLimit
        /// Bytes of the disk that stay free.
        public var freeDiskByteCount = 64 << 20
        /// Requests that wait for one model.
        public var queueLength = 128
        /// Requests of one owner that wait.
        public var ownerQueueLength = 64
        /// Jobs of one owner, finished ones included.
        public var ownerJobCount = 64
        /// Bytes of finished jobs' results.
        public var jobMemoryByteCount = 512 << 20
        /// Open connections.
        public var connectionCount = 4096
        /// Bytes a second that a sender must reach while the service waits for it.
        public var minimumBytesPerSecond = 1024

        /// The limits of a fresh installation.
        public init() {}
    }

    /// How long things take at most.
    public struct ServiceTimes: Sendable {
        /// An inference request without `Tacit-Timeout-Ms`, and the most that header can ask for.
        public var request = Duration.seconds(60)
        /// A job.
        public var job = Duration.seconds(3600)
        /// Until a finished job's result is forgotten.
        public var jobResult = Duration.seconds(900)
        /// A connection on which nothing happens; a request's head.
        public var idle = Duration.seconds(60)
        /// A sender's start before its rate counts.
        public var slowStart = Duration.seconds(10)
        /// A TLS handshake.
        public var handshake = Duration.seconds(10)
        /// Evaluation keys that nobody uses.
        public var keyLife = Duration.seconds(30 * 86400)
        /// An upload that nobody continues.
        public var partialUploadLife = Duration.seconds(86400)
        /// Between looks at the models' folder.
        public var reload = Duration.seconds(2)
        /// Between "not ready" and the end of listening, for balancers to notice.
        public var drainDelay = Duration.zero
        /// For requests under way once listening ended.
        public var drain = Duration.seconds(60)

        /// The times of a fresh installation.
        public init() {}
    }
#endif
