#if Service
    extension OpenAPIDocument {
        static func ref(_ schema: String) -> JSONValue {
            ["$ref": .string("#/components/schemas/" + schema)]
        }

        static func json(_ schema: JSONValue) -> JSONValue {
            ["application/json": ["schema": schema]]
        }

        static func content(_ type: String) -> JSONValue {
            [type: ["schema": ["type": "string"]]]
        }

        static func path(_ name: String, _ description: String) -> JSONValue {
            [
                "name": .string(name), "in": "path", "required": true,
                "description": .string(description), "schema": ["type": "string"],
            ]
        }

        static func header(
            _ name: String, _ description: String, _ type: String
        ) -> JSONValue {
            [
                "name": .string(name), "in": "header", "description": .string(description),
                "schema": ["type": .string(type)],
            ]
        }

        /// An operation; `responses` are contents by status, empty where there is none.
        static func operation(
            _ id: String, _ summary: String, _ responses: [Int: JSONValue],
            parameters: [JSONValue] = [], answerHeaders: [String: JSONValue] = [:]
        ) -> JSONValue {
            var all: [String: JSONValue] = [
                "default": ["$ref": "#/components/responses/Error"]
            ]
            for (status, content) in responses {
                var response: JSONValue = ["description": .string(meaning(status))]
                if case .object(let types) = content, !types.isEmpty {
                    response = response.adding(["content": content])
                }
                if status == 200, !answerHeaders.isEmpty {
                    response = response.adding(["headers": .object(answerHeaders)])
                }
                all["\(status)"] = response
            }
            var operation: JSONValue = [
                "operationId": .string(id), "summary": .string(summary),
                "responses": .object(all),
            ]
            if !parameters.isEmpty {
                operation = operation.adding(["parameters": .array(parameters)])
            }
            return operation
        }

        /// An operation without a token.
        static func open(
            _ id: String, _ summary: String, _ responses: [Int: JSONValue]
        ) -> JSONValue {
            operation(id, summary, responses).adding(["security": []])
        }

        private static func meaning(_ status: Int) -> String {
            switch status {
            case 200: "Done"
            case 201: "Accepted after a full check"
            case 202: "Taken; more to come"
            case 204: "Removed"
            case 304: "As it was"
            case 503: "Not now"
            default: "Refused"
            }
        }
    }
#endif
