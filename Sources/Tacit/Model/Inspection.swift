import CKKS
import Inference
import Secrets

/// What can be said of a file without any key: for `tacit inspect`.
///
/// Encoded as one object: the facts' names in camel case, numbers as numbers.
public struct Inspection: Sendable {
    /// The value of a fact.
    public enum Value: Sendable {
        /// Names, digests, shapes.
        case text(String)
        /// Counts, bytes, bits.
        case count(Int)
        /// Bounds.
        case number(Double)
    }

    /// One fact.
    public struct Fact: Sendable {
        /// What it is about, for example `rows per ciphertext`.
        public let name: String
        /// The fact.
        public let value: Value
        /// What a count counts, for example `bits`.
        public let unit: String?

        init(_ name: String, _ value: Value, unit: String? = nil) {
            self.name = name
            self.value = value
            self.unit = unit
        }
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
        var rows: Int?
        let header = try Frame.read(bytes, as: head.kind, source: source) {
            header, reader throws(WireError) in
            if header.scheme == .ckks, [.request, .response].contains(header.kind) {
                rows = try reader.int(in: 1...CKKSBatchHead.maximumRowCount, "the number of rows")
            }
            _ = try reader.bytes(reader.remaining, "the body")
            return header
        }
        kind = header.kind.name
        var facts = [
            Fact("kind", .text(header.kind.name)),
            Fact("bytes", .count(bytes.count)),
            Fact("digest", .text(try Frame.digest(bytes).description)),
            Fact("parameters", .text(header.ring.description)),
        ]
        if let key = header.keyID { facts.append(Fact("key", .text(key.description))) }
        if let card = header.card { facts.append(Fact("card", .text(card.description))) }
        if let rows { facts.append(Fact("rows", .count(rows))) }
        switch header.kind {
        case .card:
            facts += Self.facts(try Card(bytes: bytes, source: source))
        case .model:
            let model = try Model(bytes: bytes, source: source)
            facts += Self.facts(model.card)
            facts.append(Fact("key switches", .count(model.certificate.keySwitchCount)))
            facts.append(Fact("layers", .count(model.certificate.layers.count)))
        case .publicKey, .evaluationKeys, .request, .response, .packedRows:
            break
        }
        self.facts = facts
    }

    private static func facts(_ card: Card) -> [Fact] {
        let contents = card.contents
        let facts = [
            Fact("model", .text(contents.name)),
            Fact("version", .text(contents.modelID)),
            Fact("scheme", .text(contents.scheme.name)),
            Fact("inputs", .count(contents.input.count)),
            Fact("input shape", .text(shape(contents.input.shape))),
            Fact("scores", .count(contents.output.count)),
            Fact("score bound", .number(contents.output.bound)),
            Fact("error bound", .number(contents.output.errorBound)),
        ]
        switch contents.scheme {
        case .paillier(let paillier):
            return facts + [Fact("modulus", .count(paillier.modulusBits), unit: "bits")]
        case .ckks(let lattice):
            let publicKey = Fact(
                "error bound by public key", .number(contents.output.publicKeyErrorBound))
            return facts + [publicKey] + Self.facts(lattice, card)
        }
    }

    private static func facts(_ lattice: CKKSCard, _ card: Card) -> [Fact] {
        var facts = [
            Fact("degree", .count(lattice.parameters.degree)),
            Fact("levels", .count(lattice.parameters.levelGroups.count)),
            Fact("security", .count(lattice.parameters.security), unit: "bits"),
            Fact("rows per ciphertext", .count(lattice.rowCapacity)),
            Fact("rotation keys", .count(lattice.keys.rotations.count)),
        ]
        if let parameters = card.parameters {
            facts.append(Fact("modulus", .count(Int(parameters.logQP.rounded())), unit: "bits"))
        }
        for hiding in [lattice.flooding, lattice.sharing].compactMap(\.self) {
            let name = hiding.kind == .flooding ? "noise in responses" : "noise in shared results"
            facts.append(Fact(name, .text(hiding.statement)))
        }
        return facts
    }

    private static func shape(_ shape: [Int]) -> String {
        shape.map(String.init).joined(separator: " x ")
    }
}

extension Inspection: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        /// Camel case of a fact's name.
        init(name: String) {
            let words = name.split(separator: " ")
            stringValue = words.enumerated().map { index, word in
                index == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
            }.joined()
        }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// One object, a member for every fact.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for fact in facts {
            let key = Key(name: fact.name)
            switch fact.value {
            case .text(let text): try container.encode(text, forKey: key)
            case .count(let count): try container.encode(count, forKey: key)
            case .number(let number): try container.encode(number, forKey: key)
            }
        }
    }
}
