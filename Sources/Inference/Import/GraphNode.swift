import Foundation

/// One node of the model with checked access to its attributes.
struct GraphNode {
    let proto: OnnxNodeProto
    private let attributes: [String: OnnxAttributeProto]

    init(_ proto: OnnxNodeProto) throws(InferenceError) {
        self.proto = proto
        var attributes: [String: OnnxAttributeProto] = [:]
        for attribute in proto.attribute {
            guard attributes.updateValue(attribute, forKey: attribute.name) == nil else {
                throw .invalidNode(
                    node: GraphNode.label(proto),
                    reason: "attribute '\(attribute.name)' is given twice")
            }
        }
        self.attributes = attributes
    }

    var inputs: [String] { proto.input }
    var outputs: [String] { proto.output }
    /// The operator with its domain unless that is the default one.
    var operatorName: String { GraphNode.operatorName(proto) }
    /// How messages call the node.
    var label: String { GraphNode.label(proto) }
    var origin: Network.Origin { Network.Origin([label]) }

    static func operatorName(_ proto: OnnxNodeProto) -> String {
        isDefaultDomain(proto.domain) ? proto.opType : "\(proto.domain).\(proto.opType)"
    }

    static func label(_ proto: OnnxNodeProto) -> String {
        if !proto.name.isEmpty { return "\(operatorName(proto)) '\(proto.name)'" }
        return "\(operatorName(proto)) (making '\(proto.output.first ?? "")')"
    }

    static func isDefaultDomain(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }

    // MARK: Errors

    func invalid(_ reason: String) -> InferenceError { .invalidNode(node: label, reason: reason) }

    func unsupported(_ reason: String, _ wayOut: String) -> InferenceError {
        .unsupportedUse(node: label, reason: reason, wayOut: wayOut)
    }

    func tooLarge(_ what: String, _ size: String, _ limit: Int) -> InferenceError {
        .tooLarge(what: "\(label): \(what)", size: size, limit: "\(limit)")
    }

    // MARK: Attributes

    func has(_ name: String) -> Bool { attributes[name] != nil }

    private func attribute(
        _ name: String, _ type: OnnxAttributeProto.AttributeType
    ) throws(InferenceError) -> OnnxAttributeProto? {
        guard let attribute = attributes[name] else { return nil }
        guard attribute.refAttrName.isEmpty,
            attribute.type == .undefined || attribute.type == type
        else { throw invalid("attribute '\(name)' has the wrong type") }
        return attribute
    }

    func int(_ name: String) throws(InferenceError) -> Int64? {
        guard let attribute = try attribute(name, .int) else { return nil }
        return attribute.i
    }

    func int(_ name: String, _ fallback: Int64) throws(InferenceError) -> Int64 {
        try int(name) ?? fallback
    }

    func float(_ name: String, _ fallback: Double) throws(InferenceError) -> Double {
        guard let attribute = try attribute(name, .float) else { return fallback }
        guard attribute.f.isFinite else { throw nonFinite(name, 0, attribute.f) }
        return Double(attribute.f)
    }

    func string(_ name: String, _ fallback: String) throws(InferenceError) -> String {
        guard let attribute = try attribute(name, .string) else { return fallback }
        return String(decoding: attribute.s, as: UTF8.self)
    }

    func ints(_ name: String) throws(InferenceError) -> [Int64]? {
        guard let attribute = try attribute(name, .ints) else { return nil }
        return attribute.ints
    }

    func floats(_ name: String) throws(InferenceError) -> [Double]? {
        guard let attribute = try attribute(name, .floats) else { return nil }
        if let index = attribute.floats.firstIndex(where: { !$0.isFinite }) {
            throw nonFinite(name, index, attribute.floats[index])
        }
        return attribute.floats.map(Double.init)
    }

    func strings(_ name: String) throws(InferenceError) -> [String]? {
        guard let attribute = try attribute(name, .strings) else { return nil }
        return attribute.strings.map { String(decoding: $0, as: UTF8.self) }
    }

    func tensor(_ name: String) throws(InferenceError) -> OnnxTensorProto? {
        guard let attribute = try attribute(name, .tensor) else { return nil }
        return attribute.t
    }

    /// Whether an Imputer replaces what is not a number, and nothing else.
    var replacesMissingNumbers: Bool { attributes["replaced_value_float"]?.f.isNaN ?? false }

    private func nonFinite(_ name: String, _ index: Int, _ value: Float) -> InferenceError {
        .nonFiniteWeight(
            tensor: "attribute \(name) of \(label)", index: index, value: "\(value)")
    }
}
