/// `GET /v2/jobs/{id}`.
public struct JobStatus: Codable, Sendable, Equatable {
    /// How far a job is.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Waiting for its turn.
        case queued
        /// Being computed.
        case running
        /// The result can be fetched.
        case done
        /// It failed: see `error`.
        case failed
    }

    /// The job's name.
    public var id: String
    /// How far it is.
    public var state: State
    /// When job and result are forgotten, RFC 3339; before it is done: nil.
    public var expires: String?
    /// Ciphertexts done and in all, while it runs.
    public var progress: [Int]?
    /// Why it failed.
    public var error: ServiceErrorBody?

    /// Makes a status.
    public init(
        id: String, state: State, expires: String? = nil, progress: [Int]? = nil,
        error: ServiceErrorBody? = nil
    ) {
        self.id = id
        self.state = state
        self.expires = expires
        self.progress = progress
        self.error = error
    }
}
