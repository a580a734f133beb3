#if Service
    import TacitProtocol

    /// The paths of evaluation keys and jobs.
    enum OpenAPIKeysAndJobs {
        private typealias Document = OpenAPIDocument

        static let paths: [String: JSONValue] = [
            "/v2/keys/{sha256}": keys,
            "/v2/jobs/{id}": [
                "get": Document.operation(
                    "job", "How far a job is", [200: Document.json(Document.ref("Job"))],
                    parameters: job),
                "delete": Document.operation(
                    "cancelJob", "Stops a job and forgets it", [204: [:]], parameters: job),
            ],
            "/v2/jobs/{id}/result": [
                "get": Document.operation(
                    "jobResult",
                    "A finished job's answer; 409 before it is done, 410 once it is forgotten",
                    [200: Document.json(Document.ref("InferenceResponse"))], parameters: job)
            ],
        ]

        private static let job = [
            Document.path("id", "The job's name, from `Location`"),
            Document.header(
                ServiceHeader.evaluationKeys,
                "As in the request that made the job, for balancers", "string"),
        ]
        private static let name = [
            Document.path(
                "sha256", "SHA-256 of the file of evaluation keys, lower-case hexadecimal")
        ]

        private static let keys: JSONValue = [
            "head": Document.operation(
                "keyStatus",
                "Whether keys are here (200, with `Tacit-Expires`); else 404 with `Upload-Offset`",
                [200: [:]], parameters: name),
            "put": Document.operation(
                "uploadKeys",
                "Uploads keys: all of them, or with `Content-Range` from `Upload-Offset` on",
                [200: [:], 201: [:], 202: [:]],
                parameters: name + [
                    Document.header(
                        "Content-Range",
                        "`bytes START-LAST/TOTAL`; START must be the `Upload-Offset` that HEAD tells",
                        "string")
                ]
            ).adding([
                "requestBody": [
                    "required": true, "content": Document.content(ServiceHeader.binary),
                ]
            ]),
            "delete": Document.operation(
                "deleteKeys", "Removes keys, or what is here of an upload", [204: [:]],
                parameters: name),
        ]
    }
#endif
