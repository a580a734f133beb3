/// What the service answers instead of a result.
public enum ServiceErrorCode: String, Codable, Sendable, CaseIterable {
    /// The request contradicts the protocol.
    case badRequest = "bad_request"
    /// No token, or one that the server does not know.
    case unauthorized
    /// No such model, or no such version of it.
    case modelNotFound = "model_not_found"
    /// The server does not hold these evaluation keys for this owner: upload them.
    case evaluationKeysNotFound = "evaluation_keys_not_found"
    /// No such job of this owner.
    case jobNotFound = "job_not_found"
    /// Nothing under this path.
    case notFound = "not_found"
    /// The path exists for other methods.
    case methodNotAllowed = "method_not_allowed"
    /// The job is not done yet.
    case jobNotDone = "job_not_done"
    /// An upload continues at another byte than the server holds: see `Upload-Offset`.
    case uploadConflict = "upload_conflict"
    /// The job's result is no longer kept.
    case jobExpired = "job_expired"
    /// No loaded model uses the parameters of these keys: get the card again and make keys for it.
    case parametersRetired = "parameters_retired"
    /// Larger than the server takes.
    case payloadTooLarge = "payload_too_large"
    /// The owner's evaluation keys take as much room as they may.
    case quotaExceeded = "quota_exceeded"
    /// The bytes arrived, but the library refuses what they hold.
    case requestRefused = "request_refused"
    /// The uploaded bytes have another SHA-256 than their name; they were dropped.
    case digestMismatch = "digest_mismatch"
    /// This owner has as many requests waiting as allowed: try again later.
    case tooManyRequests = "too_many_requests"
    /// The server failed.
    case `internal` = "internal"
    /// Loading, draining, or full: try again later.
    case unavailable
    /// The deadline passed.
    case deadlineExceeded = "deadline_exceeded"
    /// The server's disk is full.
    case insufficientStorage = "insufficient_storage"

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .badRequest: 400
        case .unauthorized: 401
        case .modelNotFound, .evaluationKeysNotFound, .jobNotFound, .notFound: 404
        case .methodNotAllowed: 405
        case .jobNotDone, .uploadConflict: 409
        case .jobExpired, .parametersRetired: 410
        case .payloadTooLarge, .quotaExceeded: 413
        case .requestRefused, .digestMismatch: 422
        case .tooManyRequests: 429
        case .internal: 500
        case .unavailable: 503
        case .deadlineExceeded: 504
        case .insufficientStorage: 507
        }
    }
}

/// The body of an answer that is an error.
public struct ServiceErrorBody: Codable, Sendable, Equatable {
    /// One sentence for people.
    public let error: String
    /// For programs; a `ServiceErrorCode`, or one of a newer server.
    public let code: String?

    /// Makes a body.
    public init(error: String, code: ServiceErrorCode) {
        self.error = error
        self.code = code.rawValue
    }
}
