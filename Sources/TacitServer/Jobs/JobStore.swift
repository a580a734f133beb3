#if Service
    package import Foundation
    import Synchronization
    import Tacit
    package import TacitProtocol

    /// Requests that are computed after their answer: what became of them.
    ///
    /// They live in this process's memory and end with it; a client that gets 404 sends its request again.
    package final class JobStore: Sendable {
        /// A finished job's answer.
        package struct Output: Sendable {
            let header: InferenceResponseHeader
            let elements: [[UInt8]]
            let wantsBinary: Bool
            /// Of the stages on a computing thread and before it.
            let times: StageTimes
            var byteCount: Int { elements.reduce(0) { $0 + $1.count } }
        }

        private struct Job {
            let owner: Principal
            let created = Date()
            var state = JobStatus.State.queued
            var progress: [Int]?
            var expires: Date?
            var result: Result<Output, ServiceFailure>?
            var cancel: @Sendable () -> Void = {}
        }

        private struct Content {
            var jobs: [String: Job] = [:]
            /// Jobs whose results are gone, oldest first.
            var expired: [(id: String, owner: Principal)] = []
            var byteCount = 0
        }

        private let content = Mutex(Content())
        private let limits: ServiceLimits
        private let life: TimeInterval
        /// Jobs that are remembered only to say that they expired.
        private static let maximumExpiredCount = 4096

        package init(limits: ServiceLimits, times: ServiceTimes) {
            self.limits = limits
            life = times.jobResult / .seconds(1)
        }

        /// Jobs that are known.
        package var count: Int { content.withLock { $0.jobs.count } }

        /// A new job's name.
        package func create(owner: Principal) throws(ServiceFailure) -> String {
            let id = Hex.string(SystemRandomSource().publicBytes(count: 16))
            let isFull = content.withLock { content in
                if content.jobs.values.count(where: { $0.owner == owner }) >= limits.ownerJobCount {
                    return true
                }
                content.jobs[id] = Job(owner: owner)
                return false
            }
            if isFull {
                throw ServiceFailure(
                    .tooManyRequests, "you have \(limits.ownerJobCount) jobs, which is the limit",
                    retryAfter: 10)
            }
            return id
        }

        /// Says how a job can be stopped.
        package func setCancel(_ id: String, _ cancel: @escaping @Sendable () -> Void) {
            content.withLock { $0.jobs[id]?.cancel = cancel }
        }

        /// Says that a job is being computed.
        package func progress(_ id: String, _ done: Int, of total: Int) {
            content.withLock { content in
                content.jobs[id]?.state = .running
                content.jobs[id]?.progress = [done, total]
            }
        }

        /// Ends a job; its result is kept for the stated time, or as long as there is room.
        package func finish(_ id: String, _ result: Result<Output, ServiceFailure>) {
            content.withLock { content in
                guard content.jobs[id] != nil else { return }
                content.jobs[id]?.cancel = {}
                content.jobs[id]?.progress = nil
                content.jobs[id]?.expires = Date().addingTimeInterval(life)
                content.jobs[id]?.result = result
                if case .success(let output) = result {
                    content.jobs[id]?.state = .done
                    content.byteCount += output.byteCount
                    makeRoom(&content, keeping: id)
                } else {
                    content.jobs[id]?.state = .failed
                }
            }
        }

        private func makeRoom(_ content: inout Content, keeping id: String) {
            while content.byteCount > limits.jobMemoryByteCount {
                let finished = content.jobs.filter { $0.value.result != nil && $0.key != id }
                guard let oldest = finished.min(by: { $0.value.created < $1.value.created }) else {
                    return
                }
                expire(oldest.key, &content)
            }
        }

        private func expire(_ id: String, _ content: inout Content) {
            guard let job = content.jobs.removeValue(forKey: id) else { return }
            if case .success(let output) = job.result { content.byteCount -= output.byteCount }
            content.expired.append((id, job.owner))
            if content.expired.count > Self.maximumExpiredCount { content.expired.removeFirst() }
        }

        /// Forgets results whose time has passed.
        package func removeExpired(now: Date = Date()) {
            content.withLock { content in
                for (id, job) in content.jobs where job.expires.map({ $0 < now }) ?? false {
                    expire(id, &content)
                }
            }
        }

        private func find<Value>(
            _ id: String, of owner: Principal, _ body: (Job) -> Value
        ) throws(ServiceFailure) -> Value {
            removeExpired()
            let found: Result<Value, ServiceFailure> = content.withLock { content in
                if let job = content.jobs[id], job.owner == owner { return .success(body(job)) }
                if content.expired.contains(where: { $0.id == id && $0.owner == owner }) {
                    return .failure(
                        ServiceFailure(.jobExpired, "the job's result is no longer kept"))
                }
                return .failure(ServiceFailure(.jobNotFound, "there is no such job"))
            }
            return try found.get()
        }

        /// How far a job is.
        package func status(_ id: String, of owner: Principal) throws(ServiceFailure) -> JobStatus {
            try find(id, of: owner) { job in
                var error: ServiceErrorBody?
                if case .failure(let failure) = job.result { error = failure.body }
                return JobStatus(
                    id: id, state: job.state, expires: job.expires.map(RFC3339.text),
                    progress: job.progress, error: error)
            }
        }

        /// A finished job's answer.
        package func output(_ id: String, of owner: Principal) throws(ServiceFailure) -> Output {
            guard let result = try find(id, of: owner, { $0.result }) else {
                throw ServiceFailure(.jobNotDone, "the job is not done yet", retryAfter: 1)
            }
            return try result.get()
        }

        /// Stops a job and forgets it.
        package func remove(_ id: String, of owner: Principal) throws(ServiceFailure) {
            let cancel = try find(id, of: owner) { $0.cancel }
            cancel()
            content.withLock { content in
                if let job = content.jobs.removeValue(forKey: id),
                    case .success(let output) = job.result
                {
                    content.byteCount -= output.byteCount
                }
            }
        }
    }

    /// Points in time as HTTP headers write them, RFC 9110, section 5.6.7.
    package enum HTTPDate {
        package static func text(_ date: Date) -> String {
            let style = Date.VerbatimFormatStyle(
                format: """
                    \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \
                    \(year: .defaultDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\
                    \(minute: .twoDigits):\(second: .twoDigits) GMT
                    """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt,
                calendar: Calendar(identifier: .gregorian))
            return date.formatted(style)
        }
    }

    /// Points in time as RFC 3339 writes them.
    package enum RFC3339 {
        package static func text(_ date: Date) -> String { date.formatted(.iso8601) }
    }
#endif
