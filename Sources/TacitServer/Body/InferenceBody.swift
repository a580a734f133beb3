#if Service
    import Foundation
    package import TacitProtocol

    /// A whole inference request.
    package struct InferenceInput: Sendable {
        package let header: InferenceRequestHeader
        /// The request files.
        package let elements: [[UInt8]]
        package let keys: KeyName
        /// Whether the answer's elements shall follow as binary.
        package let wantsBinary: Bool
    }

    /// Takes the body of an inference request apart while it arrives.
    ///
    /// Memory is never more than what arrived and the limits allow: every length is checked before anything is read
    /// for it.
    package struct InferenceBody {
        private enum State {
            case header
            case prefix([UInt8])
            case element([UInt8], missing: Int)
            case end
        }

        /// What JSON says.
        private struct Parsed: Sendable {
            var header: InferenceRequestHeader
            let keys: KeyName?

            init(_ header: InferenceRequestHeader) {
                self.header = header
                keys = header.parameters?.evaluationKeys.flatMap { KeyName($0) }
            }
        }

        private let limits: ServiceLimits
        /// Bytes of JSON; nil where the whole body is JSON.
        private let headerByteCount: Int?
        private let contentByteCount: Int?
        private var state = State.header
        private var json: [UInt8] = []
        private var parsed: Parsed?
        private var elements: [[UInt8]] = []
        private var missingElements = 0
        private var missingBinary = 0
        private(set) var received = 0

        /// Depth of JSON that is parsed.
        private static let maximumDepth = 16

        /// Begins a body.
        ///
        /// - Parameters:
        ///   - headerLength: the value of `Inference-Header-Content-Length`.
        ///   - contentLength: the value of `Content-Length`.
        /// - Throws: `bad_request` or `payload_too_large`.
        package init(
            headerLength: String?, contentLength: String?, limits: ServiceLimits
        ) throws(ServiceFailure) {
            self.limits = limits
            contentByteCount = try Self.length(contentLength, "Content-Length")
            headerByteCount = try Self.length(
                headerLength, ServiceHeader.inferenceHeaderLength)
            if let headerByteCount, headerByteCount > limits.headerByteCount {
                throw ServiceFailure(
                    .payloadTooLarge, "the JSON may have \(limits.headerByteCount) bytes")
            }
            if let contentByteCount, contentByteCount > maximumByteCount {
                var failure = ServiceFailure(
                    .payloadTooLarge, "a request may have \(limits.requestByteCount) bytes")
                failure.closesConnection = true
                throw failure
            }
            if let headerByteCount, let contentByteCount, headerByteCount > contentByteCount {
                throw Self.bad("the JSON is announced longer than the body")
            }
        }

        /// Base64 takes a third more than the bytes it stands for.
        private var maximumByteCount: Int {
            headerByteCount == nil
                ? limits.requestByteCount / 3 * 4 + limits.headerByteCount
                : limits.requestByteCount + limits.headerByteCount
        }

        private static func length(
            _ text: String?, _ name: String
        ) throws(ServiceFailure) -> Int? {
            guard let text else { return nil }
            guard let value = Int(text), value >= 0, text.first != "+" else {
                throw bad("\(name) is no length")
            }
            return value
        }

        package static func bad(_ sentence: String) -> ServiceFailure {
            ServiceFailure(.badRequest, sentence)
        }

        /// Takes the next piece.
        package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(ServiceFailure) {
            received += bytes.count
            guard received <= maximumByteCount else {
                var failure = ServiceFailure(
                    .payloadTooLarge, "a request may have \(limits.requestByteCount) bytes")
                failure.closesConnection = true
                throw failure
            }
            var rest = bytes[...]
            while !rest.isEmpty {
                switch state {
                case .header: try feedHeader(&rest)
                case .prefix(let prefix): try feedPrefix(prefix, &rest)
                case .element(var element, let missing):
                    state = .end  // so that the array is ours alone while it grows
                    let count = min(missing, rest.count)
                    element.append(
                        contentsOf: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
                    rest = rest.dropFirst(count)
                    try finishElement(element, missing: missing - count)
                case .end: throw Self.bad("there are bytes after the last tensor")
                }
            }
        }

        private mutating func feedHeader(
            _ rest: inout Slice<UnsafeRawBufferPointer>
        ) throws(ServiceFailure) {
            let count = min(headerByteCount.map { $0 - json.count } ?? rest.count, rest.count)
            json.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
            rest = rest.dropFirst(count)
            if let headerByteCount, json.count == headerByteCount { try parseBinaryHeader() }
        }

        private mutating func feedPrefix(
            _ prefix: [UInt8], _ rest: inout Slice<UnsafeRawBufferPointer>
        ) throws(ServiceFailure) {
            let count = min(BytesElements.prefixByteCount - prefix.count, rest.count)
            let whole = prefix + UnsafeRawBufferPointer(rebasing: rest.prefix(count))
            rest = rest.dropFirst(count)
            guard let length = BytesElements.readPrefix(whole) else {
                state = .prefix(whole)
                return
            }
            missingBinary -= BytesElements.prefixByteCount
            let others = (missingElements - 1) * BytesElements.prefixByteCount
            guard length + others <= missingBinary else {
                throw Self.bad("an element is announced longer than its tensor")
            }
            var element: [UInt8] = []
            element.reserveCapacity(min(length, 1 << 20))
            try finishElement(element, missing: length)
        }

        private mutating func finishElement(
            _ element: [UInt8], missing: Int
        ) throws(ServiceFailure) {
            guard missing == 0 else {
                state = .element(element, missing: missing)
                return
            }
            missingBinary -= element.count
            elements.append(element)
            missingElements -= 1
            if missingElements > 0 {
                state = .prefix([])
            } else {
                guard missingBinary == 0 else {
                    throw Self.bad("the tensor is announced longer than its elements")
                }
                state = .end
            }
        }

        private mutating func parseBinaryHeader() throws(ServiceFailure) {
            let parsed = try Self.parse(json)
            let input = try Self.input(of: parsed.header, limits)
            guard input.data == nil, let size = input.parameters?.binaryDataSize else {
                throw Self.bad("the input has no binary_data_size")
            }
            let count = input.shape[0]
            guard size >= count * BytesElements.prefixByteCount,
                size <= limits.requestByteCount
            else { throw Self.bad("binary_data_size does not fit the shape and the limits") }
            if let contentByteCount, let headerByteCount,
                headerByteCount + size != contentByteCount
            {
                throw Self.bad("binary_data_size does not fit Content-Length")
            }
            self.parsed = parsed
            (missingElements, missingBinary) = (count, size)
            state = .prefix([])
        }

        /// Headers of the last clients' requests, which differ from one client to the next only.
        private static let headers = Memo<ByteKey, Parsed>(capacity: 256)
        /// Bytes of headers that are kept: those of elements in binary.
        private static let keptByteCount = 1 << 10

        private static func parse(_ json: [UInt8]) throws(ServiceFailure) -> Parsed {
            guard json.count <= keptByteCount else { return try decode(json) }
            return try headers(ByteKey(json)) { key throws(ServiceFailure) in try decode(key.bytes)
            }
        }

        private static func decode(_ json: [UInt8]) throws(ServiceFailure) -> Parsed {
            guard JSONShape.isShallow(json, limit: maximumDepth) else {
                throw bad("the JSON is nested too deeply")
            }
            do {
                return Parsed(
                    try JSONDecoder().decode(InferenceRequestHeader.self, from: Data(json)))
            } catch {
                throw bad("the JSON is not an inference request")
            }
        }

        /// The one input, with a shape that the limits allow.
        private static func input(
            of header: InferenceRequestHeader, _ limits: ServiceLimits
        ) throws(ServiceFailure) -> InferenceTensor {
            guard header.inputs.count == 1, let input = header.inputs.first,
                input.name == TensorName.request, input.datatype == "BYTES"
            else { throw bad("expected one input, 'request', of datatype BYTES") }
            guard input.shape.count == 1, (1...limits.elementCount).contains(input.shape[0]) else {
                throw bad("the shape must be [n] with n from 1 to \(limits.elementCount)")
            }
            return input
        }

        /// The request, once all of the body is here.
        package mutating func finish() throws(ServiceFailure) -> InferenceInput {
            if headerByteCount == nil { try parseWholeJSON() }
            guard let parsed, case .end = state else {
                throw Self.bad("the body ends too early")
            }
            let header = parsed.header
            guard let keys = parsed.keys else {
                throw Self.bad(
                    "parameters.evaluation_keys must be the SHA-256 of the evaluation keys' file")
            }
            let wish = header.outputs?.first { $0.name == TensorName.response }
            return InferenceInput(
                header: header, elements: elements, keys: keys,
                wantsBinary: wish?.parameters?.binaryData ?? header.parameters?.binaryDataOutput
                    ?? (headerByteCount != nil))
        }

        private mutating func parseWholeJSON() throws(ServiceFailure) {
            var parsed = try Self.parse(json)
            json = []
            let input = try Self.input(of: parsed.header, limits)
            guard let data = input.data, data.count == input.shape[0] else {
                throw Self.bad("data must hold as many elements as the shape says, in base64")
            }
            for text in data {
                guard let element = Data(base64Encoded: text) else {
                    throw Self.bad("an element is no base64")
                }
                elements.append([UInt8](element))
            }
            parsed.header.inputs[0].data = nil
            self.parsed = parsed
            state = .end
        }
    }
#endif
