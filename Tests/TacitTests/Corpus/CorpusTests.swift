import Foundation
import Inference
import Paillier
import Secrets
import Tacit
import TestSupport
import Testing

/// Good files of every kind of the corpus, and the library's reader of each.
private struct Goods {
    let files: [String: [UInt8]]
    let readers: [String: ([UInt8]) throws -> Void]

    private static let phrase = "corpus"

    private static func passphrase() throws -> Passphrase {
        var bytes = Array(phrase.utf8)
        return try Passphrase(SecretBytes(moving: &bytes))
    }

    private static func model(_ name: String, _ scheme: CompileOptions.Scheme) throws -> Model {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "InferenceTests/Vectors/operators")
        var options = CompileOptions()
        options.inputRange = -2...2
        options.precisionBits = 8
        options.scheme = scheme
        options.layout = scheme == .ckks ? .slots : .auto
        return try Model(onnx: folder.appending(path: "\(name).onnx"), options: options)
    }

    init() throws {
        let lattice = try Self.model("Square_plus", .ckks)
        let additive = try Self.model("Conv_pointwise", .paillier)
        let client = try Client(card: lattice.card)
        let owner = try Client(card: additive.card)
        let keys = try client.evaluationKeys()
        let ownerKeys = try owner.evaluationKeys()
        let predictor = try Predictor(model: lattice, evaluationKeys: keys)
        let adder = try Predictor(model: additive, evaluationKeys: ownerKeys)
        let request = try client.encrypt([[1, -2, 0.5, 1]])
        let additiveRequest = try owner.encrypt([[Double](repeating: 1, count: 18)])
        let header = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 4), }\n".utf8)
        var made: [String: [UInt8]] = [
            "model": try lattice.bytes(), "card": lattice.card.bytes, "keys": keys,
            "public": try client.publicKey(), "request": request,
            "response": try predictor.predict(request), "pkeys": ownerKeys,
            "prequest": additiveRequest, "csv": Array("1,-2,0.5,1\n".utf8),
            "npy": [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header
                + [UInt8](repeating: 0, count: 32),
        ]
        made["phe"] = try PythonPaillier.json(
            of: PaillierPrivateKey(generating: .bits3072)
        ).withUnsafeBytes { Array($0) }
        let rows = RowReadingOptions(expected: ExpectedColumns(count: 4))
        let readRows: ([UInt8]) throws -> Void = { bytes in
            let table = try RowTable(parsing: bytes, options: rows)
            try lattice.card.validate(rows: (0..<table.rowCount).map { Array(table.row($0)) })
        }
        var readers: [String: ([UInt8]) throws -> Void] = [
            "model": { _ = try Model(bytes: $0) },
            "card": {
                _ = try InputEncryptor(card: Card(bytes: $0), publicKey: client.publicKey())
            },
            "keys": {
                _ = try Predictor(model: lattice, evaluationKeys: $0).predict(request)
            },
            "public": { _ = try InputEncryptor(card: lattice.card, publicKey: $0) },
            "request": { _ = try predictor.predict($0) },
            "response": { _ = try client.decrypt($0) },
            "pkeys": {
                _ = try Predictor(model: additive, evaluationKeys: $0).predict(additiveRequest)
            },
            "prequest": { _ = try adder.predict($0) },
            "csv": readRows, "npy": readRows,
            "phe": { bytes in
                var copy = bytes
                _ = try PythonPaillier.privateKey(json: SecretBytes(moving: &copy))
            },
        ]
        try Self.addVault(client.keyID, &made, &readers)
        files = made
        self.readers = readers
    }

    /// A key named `key` with metadata of 32 bytes, a backup of it, and a box for a device.
    private static func addVault(
        _ keyID: KeyID, _ made: inout [String: [UInt8]],
        _ readers: inout [String: ([UInt8]) throws -> Void]
    ) throws {
        let scratch = try ScratchDirectory()
        func vault(_ name: String) throws -> KeyVault {
            try KeyVault.create(
                at: scratch.path + "/" + name, operations: .system, cost: .insecureForTests)
        }
        let own = try vault("v")
        var secret = [UInt8](repeating: 1, count: 64)
        try own.store(
            "key", kind: "ckks", keyID: keyID, metadata: [UInt8](repeating: 5, count: 32),
            payload: SecretBytes(moving: &secret), passphrase: passphrase())
        let device = try own.makeDevice("device", passphrase: passphrase())
        let (backup, box) = (scratch.path + "/backup", scratch.path + "/box")
        try own.backUp(["key"], to: backup, passphrase: passphrase())
        try own.share("key", with: device, to: box, passphrase: passphrase())
        made["key"] = try bytes(at: scratch.path + "/v/key.key")
        made["backup"] = try bytes(at: backup)
        made["box"] = try bytes(at: box)
        readers["key"] = { bytes in
            let folder = try vault("k")
            let file = try scratch.file("k/key.key", bytes)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            _ = try folder.open("key", passphrase: passphrase())
        }
        readers["backup"] = { bytes in
            let file = try scratch.file("b", bytes)
            try vault("r").restore(from: file, passphrase: passphrase())
        }
        readers["box"] = { bytes in
            let file = try scratch.file("b", bytes)
            try own.accept(from: file, device: "device", as: "new", passphrase: passphrase())
        }
    }
}

@Suite("Corrupt files")
struct CorpusTests {
    @Test("every file of the corpus is refused for its own reason, and the good ones are not")
    func corpus() throws {
        let goods = try Goods()
        let corpus = try Corruption.all()
        #expect(corpus.count >= 150)
        #expect(Set(corpus.map(\.name)).count == corpus.count)
        #expect(Set(corpus.map(\.good)) == Set(goods.files.keys))
        for corruption in corpus {
            let good = try #require(goods.files[corruption.good])
            let read = try #require(goods.readers[corruption.good])
            let bytes = try corruption.apply(to: good)
            #expect(bytes != good, "\(corruption.name) is the good file")
            do {
                try read(bytes)
                Issue.record("\(corruption.name) is accepted")
            } catch {
                let text = "\(error)"
                #expect(
                    text.contains(corruption.expected),
                    "\(corruption.name): expected '\(corruption.expected)', found '\(text)'")
            }
        }
        for (name, read) in goods.readers {
            let good = try #require(goods.files[name])
            #expect(throws: Never.self, "the good \(name)") { try read(good) }
        }
    }
}
