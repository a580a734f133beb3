/// What the library refuses; `code` is for programs, the description for people.
public struct TacitError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Hashable {
        /// A value in a row is outside what the card allows.
        case inputOutOfRange
        /// A row has the wrong number of values, or there are no rows.
        case wrongShape
        /// A file's contents contradict themselves.
        case malformed
        /// Keys, request, response, card or model do not belong together.
        case mismatch
        /// An operation of one scheme was asked of another.
        case wrongScheme
        /// A decrypted score is outside the card's range: something overflowed, or the key is wrong.
        case outputOutOfRange
        /// The evaluation stopped.
        case evaluationFailed
        /// The observer ended the prediction.
        case stopped
        /// A key cannot be used for this.
        case key
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, where, and what to do.
    public let reason: String

    /// Makes an error.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// The reason.
    public var description: String { reason }
}
