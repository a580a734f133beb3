import Foundation

/// Paths of the service: the Open Inference Protocol's, and ours for cards, evaluation keys and jobs.
public enum ServicePath {
    /// Name and extensions of the server.
    public static let server = "/v2"
    /// Whether the process lives.
    public static let live = "/v2/health/live"
    /// Whether it takes requests.
    public static let ready = "/v2/health/ready"
    /// Figures in Prometheus's text format.
    public static let metrics = "/metrics"
    /// The page for people.
    public static let status = "/"
    /// The description of this interface.
    public static let openAPI = "/openapi.json"

    /// A model's description.
    ///
    /// - Parameters:
    ///   - name: the model's name; anything but letters, digits, `-`, `.`, `_`, `~` is percent-encoded.
    ///   - version: a version's name; nil for the newest.
    public static func model(_ name: String, version: String? = nil) -> String {
        let base = "/v2/models/" + encoded(name)
        return version.map { base + "/versions/" + encoded($0) } ?? base
    }

    /// Whether a model takes requests.
    public static func modelReady(_ name: String, version: String? = nil) -> String {
        model(name, version: version) + "/ready"
    }

    /// A model's public card.
    public static func card(_ name: String, version: String? = nil) -> String {
        model(name, version: version) + "/card"
    }

    /// Encrypted rows to encrypted scores.
    public static func infer(_ name: String, version: String? = nil) -> String {
        model(name, version: version) + "/infer"
    }

    /// A client's evaluation keys; `id` is the lower-case hexadecimal SHA-256 of their file.
    public static func keys(_ id: String) -> String { "/v2/keys/" + encoded(id) }

    /// A job's state.
    public static func job(_ id: String) -> String { "/v2/jobs/" + encoded(id) }

    /// A finished job's response.
    public static func jobResult(_ id: String) -> String { job(id) + "/result" }

    private static func encoded(_ segment: String) -> String {
        var allowed = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        allowed.insert(charactersIn: "-._~")
        return segment.addingPercentEncoding(withAllowedCharacters: allowed) ?? segment
    }
}

/// Header names beside the common ones, and the values we give them.
public enum ServiceHeader {
    /// Bytes of JSON at the start of a body with binary tensors.
    public static let inferenceHeaderLength = "Inference-Header-Content-Length"
    /// How long the stages of an answered inference took: waiting for a thread, finding the keys, evaluating.
    public static let serverTiming = "Server-Timing"
    /// Bytes of a partial upload that the server holds.
    public static let uploadOffset = "Upload-Offset"
    /// Milliseconds after which the answer is of no use any more.
    public static let timeout = "Tacit-Timeout-Ms"
    /// The evaluation keys that a request, or the job it became, is about: their SHA-256 in lower-case hexadecimal.
    ///
    /// For balancers, which send a client's requests to one process by it; servers take the identity from the body.
    public static let evaluationKeys = "Tacit-Evaluation-Keys"
    /// When evaluation keys expire if they are not used, RFC 3339.
    public static let expires = "Tacit-Expires"
    /// Asks for a job instead of an answer, with the value `respondAsync`.
    public static let prefer = "Prefer"
    /// The value of `Prefer`.
    public static let respondAsync = "respond-async"
    /// Media type of bodies with binary parts.
    public static let binary = "application/octet-stream"
}
