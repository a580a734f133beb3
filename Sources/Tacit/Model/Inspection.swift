import CKKS
import Inference
import Secrets

/// What can be said of a file without any key: for `tacit inspect`.
public struct Inspection: Sendable, Encodable {
    /// One fact.
    public struct Fact: Sendable, Encodable {
        /// What it is about.
        public let name: String
        /// The fact, ready to be shown.
        public let value: String
    }

    /// Kind of file.
    public let kind: String
    /// All facts, the kind first.
    public let facts: [Fact]

    /// Looks into a file; its digest is checked.
    ///
    /// - Throws: `WireError` when it is damaged or none of ours.
    public init(bytes: [UInt8], source: String? = nil) throws {
        let head = try Frame.header(bytes, source: source)
        let header = try Frame.read(bytes, as: head.kind, source: source) {
            header, reader throws(WireError) in
            _ = try reader.bytes(reader.remaining, "the body")
            return header
        }
        kind = header.kind.name
        var facts = [
            Fact(name: "kind", value: header.kind.name),
            Fact(name: "bytes", value: "\(bytes.count)"),
            Fact(name: "digest", value: try Frame.digest(bytes).description),
            Fact(name: "parameters", value: header.ring.description),
        ]
        if let key = header.keyID { facts.append(Fact(name: "key", value: key.description)) }
        if let card = header.card { facts.append(Fact(name: "card", value: card.description)) }
        switch header.kind {
        case .card:
            facts += Self.facts(try Card(bytes: bytes, source: source))
        case .model:
            let model = try Model(bytes: bytes, source: source)
            facts += Self.facts(model.card)
            facts.append(Fact(name: "key switches", value: "\(model.certificate.keySwitchCount)"))
            facts.append(Fact(name: "layers", value: "\(model.certificate.layers.count)"))
        case .publicKey, .evaluationKeys, .request, .response:
            break
        }
        self.facts = facts
    }

    private static func facts(_ card: Card) -> [Fact] {
        let contents = card.contents
        var facts = [
            Fact(name: "model", value: contents.name),
            Fact(name: "version", value: contents.modelID),
            Fact(name: "scheme", value: contents.scheme.name),
            Fact(name: "inputs", value: "\(contents.input.count) (\(shape(contents.input.shape)))"),
            Fact(name: "scores", value: "\(contents.output.count)"),
            Fact(name: "score bound", value: "\(contents.output.bound)"),
            Fact(name: "error bound", value: "\(contents.output.errorBound)"),
        ]
        switch contents.scheme {
        case .paillier(let paillier):
            facts.append(Fact(name: "modulus", value: "\(paillier.modulusBits) bits"))
        case .ckks(let lattice):
            facts += [
                Fact(name: "degree", value: "\(lattice.parameters.degree)"),
                Fact(name: "levels", value: "\(lattice.parameters.levelGroups.count)"),
                Fact(name: "security", value: "\(lattice.parameters.security) bits"),
                Fact(name: "rows per ciphertext", value: "\(lattice.inputLayout.rowCapacity)"),
                Fact(name: "rotation keys", value: "\(lattice.keys.rotations.count)"),
            ]
            if let parameters = card.parameters {
                let bits = Int(parameters.logQP.rounded())
                facts.append(Fact(name: "log2(QP)", value: "\(bits)"))
            }
        }
        return facts
    }

    private static func shape(_ shape: [Int]) -> String {
        shape.map(String.init).joined(separator: " x ")
    }
}
