#if Service
    import TacitProtocol

    /// The JSON bodies.
    enum OpenAPISchemas {
        static let all: JSONValue = [
            "Error": object(
                [
                    "error": string, "code": .object(["type": "string", "enum": .array(codes)]),
                ], required: ["error", "code"]),
            "Server": object(
                ["name": string, "version": string, "extensions": list(string)],
                required: ["name", "version", "extensions"]),
            "Live": object(["live": boolean], required: ["live"]),
            "Ready": object(["ready": boolean, "name": string], required: ["ready"]),
            "Model": object(
                [
                    "name": string, "versions": list(string), "platform": string,
                    "inputs": list(OpenAPIDocument.ref("TensorDescription")),
                    "outputs": list(OpenAPIDocument.ref("TensorDescription")),
                ], required: ["name", "versions", "platform", "inputs", "outputs"]),
            "TensorDescription": object(
                ["name": string, "datatype": string, "shape": list(integer)],
                required: ["name", "datatype", "shape"]),
            "Tensor": object(
                [
                    "name": string, "datatype": string, "shape": list(integer),
                    "parameters": object(["binary_data_size": integer]), "data": list(string),
                ], required: ["name", "datatype", "shape"]),
            "InferenceRequest": object(
                [
                    "id": string, "inputs": list(OpenAPIDocument.ref("Tensor")),
                    "outputs": list(
                        object(
                            ["name": string, "parameters": object(["binary_data": boolean])],
                            required: ["name"])),
                    "parameters": object(
                        ["evaluation_keys": string, "binary_data_output": boolean],
                        required: ["evaluation_keys"]),
                ], required: ["inputs", "parameters"]),
            "InferenceResponse": object(
                [
                    "model_name": string, "model_version": string, "id": string,
                    "outputs": list(OpenAPIDocument.ref("Tensor")),
                ], required: ["model_name", "outputs"]),
            "Job": object(
                [
                    "id": string,
                    "state": .object([
                        "type": "string",
                        "enum": .array(JobStatus.State.allCases.map { .string($0.rawValue) }),
                    ]), "expires": string, "progress": list(integer),
                    "error": OpenAPIDocument.ref("Error"),
                ], required: ["id", "state"]),
        ]

        private static let codes = ServiceErrorCode.allCases.map { JSONValue.string($0.rawValue) }
        private static let string: JSONValue = ["type": "string"]
        private static let integer: JSONValue = ["type": "integer"]
        private static let boolean: JSONValue = ["type": "boolean"]

        private static func list(_ items: JSONValue) -> JSONValue {
            ["type": "array", "items": items]
        }

        private static func object(
            _ properties: [String: JSONValue], required: [String] = []
        ) -> JSONValue {
            var schema: JSONValue = ["type": "object", "properties": .object(properties)]
            if !required.isEmpty {
                schema = schema.adding(["required": .array(required.map { .string($0) })])
            }
            return schema
        }
    }
#endif
