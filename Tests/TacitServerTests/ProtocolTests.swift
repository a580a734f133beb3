import Foundation
import TacitProtocol
import Testing

@Suite("The wire protocol's types")
struct ProtocolTests {
    @Test("elements of a BYTES tensor come back, and nothing else is accepted")
    func elements() {
        let elements: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 7, count: 300)]
        let bytes = BytesElements.encode(elements)
        #expect(bytes.prefix(4) == [3, 0, 0, 0])
        #expect(bytes.count == 4 * 3 + 303)
        #expect(BytesElements.decode(bytes, count: 3) == elements)
        #expect(BytesElements.decode(bytes, count: 2) == nil)
        #expect(BytesElements.decode(bytes, count: 4) == nil)
        #expect(BytesElements.decode(bytes.dropLast(), count: 3) == nil)
        #expect(BytesElements.decode([255, 255, 255, 255, 0], count: 1) == nil)
    }

    @Test("an inference header has the protocol's names")
    func inferenceHeader() throws {
        let header = InferenceRequestHeader.binary(
            elementByteCounts: [10, 20], evaluationKeys: "ab", id: "x")
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(header))
        let expected: [String: Any] = [
            "id": "x",
            "inputs": [
                [
                    "name": "request", "datatype": "BYTES", "shape": [2],
                    "parameters": ["binary_data_size": 38],
                ] as [String: Any]
            ],
            "outputs": [["name": "response", "parameters": ["binary_data": true]]],
            "parameters": ["evaluation_keys": "ab"],
        ]
        #expect(NSDictionary(dictionary: expected).isEqual(json))
    }

    #if Service
        @Test("what was computed is kept for equal bytes, failures are not")
        func memo() throws {
            struct Failure: Error {}
            let memo = Memo<ByteKey, Int>(capacity: 2)
            var count = 0
            func value(_ bytes: [UInt8]) throws -> Int {
                try memo(ByteKey(bytes)) { key in
                    count += 1
                    guard let first = key.bytes.first else { throw Failure() }
                    return Int(first) * count
                }
            }
            #expect(try value([5, 1]) == 5 && value([5, 2]) == 10 && value([5, 1]) == 5)
            for _ in 0..<2 { #expect(throws: Failure.self) { try value([]) } }
            #expect(count == 4)
            // A third makes room for itself: all are forgotten.
            #expect(try value([1]) == 5 && value([5, 1]) == 30 && value([1]) == 5)
        }
    #endif

    @Test("paths encode what a name may not contain")
    func paths() {
        #expect(ServicePath.infer("a/b c", version: "2") == "/v2/models/a%2Fb%20c/versions/2/infer")
        #expect(ServicePath.card("m") == "/v2/models/m/card")
        #expect(ServicePath.jobResult("7") == "/v2/jobs/7/result")
    }

    @Test("every error code has a status of its class and its own name")
    func errors() {
        let codes = ServiceErrorCode.allCases
        #expect(Set(codes.map(\.rawValue)).count == codes.count)
        #expect(codes.allSatisfy { (400...599).contains($0.status) })
        #expect(ServiceErrorBody(error: "x", code: .quotaExceeded).code == "quota_exceeded")
    }
}
