#if Service
    import Foundation
    import HTTPTypes
    import TacitProtocol
    import TestSupport
    import Testing

    import TacitServer

    @Suite("The body of an inference request")
    struct BodyTests {
        private static let keys = String(repeating: "a", count: 64)

        private func parse(
            _ bytes: [UInt8], header: Int?, content: Int? = nil, pieces: [Int] = [],
            limits: ServiceLimits = ServiceLimits()
        ) throws -> InferenceInput {
            var body = try InferenceBody(
                headerLength: header.map { "\($0)" }, contentLength: content.map { "\($0)" },
                limits: limits)
            var rest = bytes[...]
            for size in pieces {
                try rest.prefix(size).withUnsafeBytes { try body.feed($0) }
                rest = rest.dropFirst(size)
            }
            try rest.withUnsafeBytes { try body.feed($0) }
            return try body.finish()
        }

        private func request(_ elements: [[UInt8]]) throws -> (json: [UInt8], all: [UInt8]) {
            let json = [UInt8](
                try JSONEncoder().encode(
                    InferenceRequestHeader.binary(
                        elementByteCounts: elements.map(\.count), evaluationKeys: Self.keys)))
            return (json, json + BytesElements.encode(elements))
        }

        @Test("the pieces a body arrives in make no difference")
        func pieces() throws {
            let elements: [[UInt8]] = [[1, 2, 3], [], (0..<300).map { UInt8($0 & 255) }]
            let (json, all) = try request(elements)
            var random = TestGenerator(seed: 3)
            for round in 0..<200 {
                var pieces: [Int] = []
                while pieces.reduce(0, +) < all.count {
                    pieces.append(round == 0 ? 1 : Int(random.next() % 97) + 1)
                }
                let input = try parse(all, header: json.count, content: all.count, pieces: pieces)
                #expect(input.elements == elements && input.wantsBinary)
            }
        }

        @Test("every truncation and every extra byte is refused")
        func truncation() throws {
            let (json, all) = try request([[1, 2, 3], [4]])
            for count in 0..<all.count {
                #expect(throws: ServiceFailure.self) {
                    try parse(Array(all[..<count]), header: json.count)
                }
            }
            #expect(throws: ServiceFailure.self) { try parse(all + [0], header: json.count) }
        }

        @Test(
            "a body that contradicts itself is refused by name",
            arguments: [
                (#"{"inputs":[]}"#, "one input"),
                (#"{"inputs":[{"name":"x","datatype":"BYTES","shape":[1]}]}"#, "one input"),
                (#"{"inputs":[{"name":"request","datatype":"FP32","shape":[1]}]}"#, "one input"),
                (#"{"inputs":[{"name":"request","datatype":"BYTES","shape":[0]}]}"#, "shape"),
                (#"{"inputs":[{"name":"request","datatype":"BYTES","shape":[1,1]}]}"#, "shape"),
                (
                    #"{"inputs":[{"name":"request","datatype":"BYTES","shape":[9223372036854775807]}]}"#,
                    "shape"
                ),
                (
                    #"{"inputs":[{"name":"request","datatype":"BYTES","shape":[1]}]}"#,
                    "binary_data_size"
                ),
                (
                    #"{"inputs":[{"name":"request","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":7}}]}"#,
                    "binary_data_size"
                ),
                (
                    #"{"inputs":[{"name":"request","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":-1}}]}"#,
                    "binary_data_size"
                ), ("[1", "not an inference request"), ("{}", "not an inference request"),
                (String(repeating: "[", count: 100), "nested"),
            ])
        func contradictions(json: String, word: String) {
            let error = #expect(throws: ServiceFailure.self) {
                try parse(Array(json.utf8) + [0, 0, 0, 0], header: json.utf8.count)
            }
            #expect(error?.sentence.contains(word) == true, "\(String(describing: error))")
        }

        @Test("an element longer than its tensor is refused before it is read")
        func longElement() throws {
            var (json, all) = try request([[1, 2, 3]])
            all[json.count + 3] = 0xFF  // about 4 GB
            let error = #expect(throws: ServiceFailure.self) {
                try parse(Array(all[...(json.count + 3)]), header: json.count)
            }
            #expect(error?.sentence.contains("longer than its tensor") == true)
            json = []
        }

        @Test("limits hold whatever is announced")
        func limits() throws {
            var limits = ServiceLimits()
            limits.requestByteCount = 1000
            limits.headerByteCount = 500
            limits.elementCount = 2
            func refused(
                _ code: ServiceErrorCode, header: Int?, content: Int?, bytes: [UInt8] = [],
                location: SourceLocation = #_sourceLocation
            ) {
                let error = #expect(throws: ServiceFailure.self, sourceLocation: location) {
                    try parse(bytes, header: header, content: content, limits: limits)
                }
                #expect(error?.code == code, sourceLocation: location)
            }
            refused(.payloadTooLarge, header: 10, content: 10_000_000_000)
            refused(.payloadTooLarge, header: 501, content: nil)
            refused(.payloadTooLarge, header: nil, content: 1_000_000)
            refused(.badRequest, header: 200, content: 100)
            refused(
                .payloadTooLarge, header: nil, content: nil,
                bytes: Array(repeating: 32, count: 4000))
            let three = try request([[1], [2], [3]])
            refused(.badRequest, header: three.json.count, content: nil, bytes: three.all)
            for text in ["-1", "+5", "1e3", "", "99999999999999999999"] {
                #expect(throws: ServiceFailure.self) {
                    try InferenceBody(headerLength: text, contentLength: nil, limits: limits)
                }
            }
        }

        @Test("depth is counted outside of strings")
        func depth() {
            func shallow(_ text: String) -> Bool {
                JSONShape.isShallow(Array(text.utf8), limit: 2)
            }
            #expect(shallow(#"{"a":[1]}"#) && shallow(#"{"a":"[[[[\"[[["}"#))
            #expect(!shallow("[[[]]]") && !shallow(#"{"a":{"b":["#))
        }

        @Test("memory for bodies is shared out and given back")
        func budget() throws {
            let budget = ByteBudget(limit: 100)
            var first: ByteBudget.Share? = ByteBudget.Share(budget)
            try first?.grow(to: 60)
            try first?.grow(to: 30)
            let second = ByteBudget.Share(budget)
            #expect(throws: ServiceFailure.self) { try second.grow(to: 41) }
            try second.grow(to: 40)
            #expect(budget.usedByteCount == 100)
            first = nil
            #expect(budget.usedByteCount == 40)
        }

        @Test("upload ranges")
        func ranges() throws {
            let range = try UploadRange([.contentRange: "bytes 5-9/20", .contentLength: "5"])
            #expect(range.start == 5 && range.end == 10 && range.total == 20 && !range.isWhole)
            let whole = try UploadRange([.contentLength: "7"])
            #expect(whole.end == 7 && whole.total == 7 && whole.isWhole)
            for text in [
                "bytes 5-4/20", "bytes 5-20/20", "bytes */20", "5-9/20", "bytes 5-9/*",
                "bytes -1-9/20", "bytes 5-9/99999999999999999999",
            ] {
                #expect(throws: ServiceFailure.self) { try UploadRange([.contentRange: text]) }
            }
            #expect(throws: ServiceFailure.self) { try UploadRange([:]) }
            #expect(throws: ServiceFailure.self) {
                try UploadRange([.contentRange: "bytes 5-9/20", .contentLength: "6"])
            }
        }
    }
#endif
