#if Service
    package import HTTPTypes

    /// All routes of the service: what the OpenAPI document describes and the router answers.
    package enum RouteTable {
        /// One method of one path.
        package struct Route: Hashable, Sendable {
            package let method: HTTPRequest.Method
            /// Segments in braces stand for anything.
            package let path: String
        }

        package static let all: [Route] =
            models("") + models("/versions/{version}") + [
                Route(method: .get, path: "/v2"),
                Route(method: .get, path: "/v2/health/live"),
                Route(method: .get, path: "/v2/health/ready"),
                Route(method: .head, path: "/v2/keys/{sha256}"),
                Route(method: .put, path: "/v2/keys/{sha256}"),
                Route(method: .delete, path: "/v2/keys/{sha256}"),
                Route(method: .get, path: "/v2/jobs/{id}"),
                Route(method: .delete, path: "/v2/jobs/{id}"),
                Route(method: .get, path: "/v2/jobs/{id}/result"),
                Route(method: .get, path: "/metrics"),
                Route(method: .get, path: "/"),
                Route(method: .get, path: "/openapi.json"),
            ]

        private static func models(_ version: String) -> [Route] {
            let base = "/v2/models/{name}" + version
            return [
                Route(method: .get, path: base), Route(method: .get, path: base + "/ready"),
                Route(method: .get, path: base + "/card"),
                Route(method: .post, path: base + "/infer"),
            ]
        }

        /// The methods that a path has; none where there is no such path.
        package static func methods(of path: String) -> [HTTPRequest.Method] {
            all.filter { matches($0.path, path) }.map(\.method)
        }

        private static func matches(_ template: String, _ path: String) -> Bool {
            let left = template.split(separator: "/")
            let right = path.split(separator: "/")
            return left.count == right.count
                && zip(left, right).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
    }
#endif
