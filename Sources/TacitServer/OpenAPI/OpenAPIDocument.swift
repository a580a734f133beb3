#if Service
    import Foundation
    import TacitProtocol

    /// The description of the service's interface, OpenAPI 3.1.
    enum OpenAPIDocument {
        /// The document as JSON.
        static let json: String = {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return String(decoding: (try? encoder.encode(document)) ?? Data(), as: UTF8.self)
        }()

        private static let document: JSONValue = [
            "openapi": "3.1.0",
            "info": [
                "title": "Tacit: encrypted inference",
                "version": .string(ServiceRelease.version),
                "summary": "Runs models on encrypted rows; never holds a secret key.",
                "description": """
                The Open Inference Protocol, version 2, with the binary tensor data extension: a file of \
                ciphertexts is one BYTES element. Evaluation keys are uploaded once, under the SHA-256 of their \
                file, and belong to whoever uploaded them.
                """,
                "license": ["name": "See the repository"],
            ],
            "servers": [["url": "/"]],
            "security": [["bearer": []]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
                "schemas": OpenAPISchemas.all,
                "responses": [
                    "Error": [
                        "description": "What is wrong, in one sentence, and a code for programs",
                        "content": json(ref("Error")),
                    ]
                ],
            ],
        ]

        private static var paths: [String: JSONValue] {
            var paths = general
            for version in ["", "/versions/{version}"] {
                for (path, operations) in model(version) {
                    paths["/v2/models/{name}" + version + path] = operations
                }
            }
            paths.merge(OpenAPIKeysAndJobs.paths) { $1 }
            return paths
        }

        private static let general: [String: JSONValue] = [
            "/v2": [
                "get": open("server", "Name and extensions", [200: json(ref("Server"))])
            ],
            "/v2/health/live": [
                "get": open("live", "Whether the process lives", [200: json(ref("Live"))])
            ],
            "/v2/health/ready": [
                "get": open(
                    "ready", "Whether requests are taken",
                    [200: json(ref("Ready")), 503: json(ref("Ready"))])
            ],
            "/metrics": [
                "get": operation(
                    "metrics", "Figures in Prometheus's text format", [200: content("text/plain")])
            ],
            "/": [
                "get": operation("status", "The page for people", [200: content("text/html")])
            ],
            "/openapi.json": [
                "get": open(
                    "openapi", "This document", [200: json(["type": "object"])])
            ],
        ]

        private static func model(_ version: String) -> [String: JSONValue] {
            var parameters = [path("name", "The model's name")]
            if !version.isEmpty { parameters.append(path("version", "A version of it")) }
            let suffix = version.isEmpty ? "" : "Version"
            func get(_ id: String, _ summary: String, _ responses: [Int: JSONValue]) -> JSONValue {
                operation(id + suffix, summary, responses, parameters: parameters)
            }
            return [
                "": ["get": get("model", "A model", [200: json(ref("Model"))])],
                "/ready": [
                    "get": get(
                        "modelReady", "Whether a model takes requests",
                        [200: json(ref("Ready")), 503: json(ref("Ready"))])
                ],
                "/card": [
                    "get": get(
                        "card", "The public card: what clients make keys and requests from",
                        [200: content(ServiceHeader.binary), 304: [:]])
                ],
                "/infer": ["post": infer(suffix, parameters)],
            ]
        }

        private static func infer(_ suffix: String, _ parameters: [JSONValue]) -> JSONValue {
            operation(
                "infer" + suffix, "Encrypted rows to encrypted scores",
                [200: json(ref("InferenceResponse")), 202: json(ref("Job"))],
                parameters: parameters + [
                    header(
                        ServiceHeader.inferenceHeaderLength,
                        "Bytes of JSON before the binary elements; without it the body is JSON",
                        "integer"),
                    header(
                        ServiceHeader.timeout,
                        "Milliseconds after which the answer is of no use", "integer"),
                    header(
                        ServiceHeader.evaluationKeys,
                        "SHA-256 of the evaluation keys, for balancers: one client, one process",
                        "string"),
                    header(
                        ServiceHeader.prefer, "`respond-async`: answer 202 with a job", "string"),
                ],
                answerHeaders: [
                    ServiceHeader.serverTiming: [
                        "description":
                            "Milliseconds of `queue`, `keys` and `evaluate`: W3C Server Timing",
                        "schema": ["type": "string"],
                    ]
                ]
            ).adding([
                "requestBody": [
                    "required": true,
                    "content": [
                        "application/json": ["schema": ref("InferenceRequest")],
                        "application/octet-stream": [
                            "schema": [
                                "type": "string",
                                "description": """
                                An InferenceRequest as JSON, then for every element 4 bytes of length, \
                                little-endian, and the element.
                                """,
                            ]
                        ],
                    ],
                ]
            ])
        }
    }
#endif
