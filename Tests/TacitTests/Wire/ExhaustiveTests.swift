import CKKS
import Dispatch
import Foundation
import Inference
import Secrets
import Synchronization
import Tacit
import TestSupport
import Testing

/// Every flipped bit and every truncation of whole files, by the readers that the product has.
@Suite("Exhaustive damage")
struct ExhaustiveTests {
    /// What is found wrong with bytes; nil when they are accepted.
    private func problem(_ read: () throws -> Void) -> WireProblem? {
        do {
            try read()
            return nil
        } catch let error as WireError {
            return error.problem
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    /// Whether a flip in byte `place` of a frame may be called that.
    private func isRight(_ problem: WireProblem?, place: Int) -> Bool {
        switch (place, problem) {
        case (0..<8, .notTacit), (8..<10, .unknownVersion): true
        case (10..<12, .unknownKind), (10..<12, .wrongKind), (10..<12, .header): true
        case (12..<16, .header): true
        case (16..<24, .truncated(part: "the body")), (16..<24, .trailingBytes(part: "the file")):
            true
        // An identity that the kind does not carry.
        case (72..<104, .header): true
        // A scheme that exists, identities, body and digest: one thing to say.
        case (12..., .damaged): true
        default: false
        }
    }

    /// Tries every bit and every length, on all processors; returns what was not as it should be.
    private func exceptions(
        _ good: [UInt8], _ read: @escaping @Sendable ([UInt8]) throws -> Void
    ) -> [String] {
        let wrong = Mutex<[String]>([])
        let blocks = 64
        DispatchQueue.concurrentPerform(iterations: blocks) { block in
            var bytes = good
            for place in stride(from: block, to: good.count, by: blocks) {
                for bit in 0..<8 {
                    bytes[place] ^= 1 << UInt8(bit)
                    let found = problem { try read(bytes) }
                    if !isRight(found, place: place) {
                        wrong.withLock { $0.append("byte \(place), bit \(bit): \(found as Any)") }
                    }
                    bytes[place] ^= 1 << UInt8(bit)
                }
                let expected: WireProblem =
                    place == 0
                    ? .notTacit : .truncated(part: place < 104 ? "the header" : "the body")
                let found = problem { try read(Array(good.prefix(place))) }
                if found != expected {
                    wrong.withLock { $0.append("\(place) bytes: \(found as Any)") }
                }
            }
        }
        return wrong.withLock { $0 }
    }

    @Test("a request of a small model")
    func request() throws {
        var model = ONNXWriter(inputWidth: 4)
        model.matrix([[1], [-0.5], [0.25], [2]])
        var options = CompileOptions()
        options.inputRange = -2...2
        options.scheme = .ckks
        let talk = try Conversation(
            Model(onnx: Data(model.bytes(outputWidth: 1)), options: options))
        let good = try talk.client.encrypt([[0.5, -1, 2, 0.25]])
        #expect(good.count < 20_000)
        let predictor = talk.predictor
        _ = try predictor.predict(good)
        let wrong = exceptions(good) { _ = try predictor.predict($0) }
        #expect(wrong.isEmpty, "\(wrong.prefix(5)) and \(wrong.count) in all")
    }

    @Test("evaluation keys with relinearization, rotations and conjugation in a small ring")
    func evaluationKeys() throws {
        let parameters = try CKKSParameters.insecure(
            degree: 16, baseBits: 45, scaleBits: 35, levels: 2, digits: .limbsPerDigit(2))
        let context = try CKKSContext(parameters)
        let generator = KeyGenerator(context: context, source: SeededRandomSource(seed: 6))
        let keys = try generator.evaluationKeys(
            for: generator.secretKey(), publicKeyLevel: 1, relinearizationLevel: 2,
            rotations: [1: 2, -3: 1], conjugationLevel: 0)
        let header = try FrameHeader(
            kind: .evaluationKeys, scheme: .ckks, ring: parameters.ringDigest, keyID: keys.keyID)
        let good = try Frame.bytes(header) { writer throws(WireError) in
            try writer.evaluationKeys(keys)
        }
        let read: @Sendable ([UInt8]) throws -> Void = { bytes in
            _ = try Frame.read(bytes, as: .evaluationKeys) { header, reader throws(WireError) in
                try header.check(ring: parameters.ringDigest, keyID: keys.keyID)
                return try reader.evaluationKeys(keyID: keys.keyID, context: context)
            }
        }
        try read(good)
        let wrong = exceptions(good, read)
        #expect(wrong.isEmpty, "\(wrong.prefix(5)) and \(wrong.count) in all")
        // The same through a file, where the parser runs before the digest is known: one bit of every byte.
        let scratch = try ScratchDirectory()
        for place in good.indices {
            var bytes = good
            bytes[place] ^= 1 << UInt8(place % 8)
            let path = try scratch.file("keys", bytes)
            let found = problem {
                _ = try Frame.read(path: path, as: .evaluationKeys) {
                    header, reader throws(WireError) in
                    try reader.evaluationKeys(keyID: keys.keyID, context: context)
                }
            }
            #expect(isRight(found, place: place), "byte \(place): \(found as Any)")
        }
    }
}
