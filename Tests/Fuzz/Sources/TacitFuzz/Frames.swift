import Foundation
import Secrets

@testable import BigNum
@testable import Paillier
@testable import Tacit

extension FuzzTarget {
    /// Runs `read` on the input as it is and on the repaired one.
    private static func reader(
        _ seeds: [String: [UInt8]], repair: @escaping ([UInt8]) -> [UInt8]?,
        _ read: @escaping ([UInt8]) throws -> Void
    ) -> FuzzTarget {
        FuzzTarget(seeds: seeds) { bytes in
            try? read(bytes)
            if let repaired = repair(bytes) { try? read(repaired) }
        }
    }

    static func request() throws -> FuzzTarget { try batches(.request) }

    static func response() throws -> FuzzTarget { try batches(.response) }

    private static func batches(_ kind: FrameKind) throws -> FuzzTarget {
        let lattice = try TinyLattice()
        let paillier = try FixedPaillier()
        let sample = kind == .request ? lattice.request : lattice.responses
        let seeds = [
            "one": try lattice.batch([sample], kind),
            "two": try lattice.batch([sample, sample], kind),
            "full": try lattice.batch([lattice.unseeded(sample)], kind),
            "paillier": try paillier.batch(kind),
        ]
        return reader(seeds, repair: { Repair.frame($0, kind: kind) }) { bytes in
            if try Frame.header(bytes).scheme == .paillier {
                try paillier.readBatch(bytes, kind)
            } else {
                try lattice.readBatch(bytes, kind, like: sample)
            }
        }
    }

    static func evaluationKeys() throws -> FuzzTarget {
        let lattice = try TinyLattice()
        let paillier = try FixedPaillier()
        let seeds = [
            "lattice": try lattice.file(.evaluationKeys) { writer throws(WireError) in
                try writer.evaluationKeys(lattice.keys)
            },
            "paillier": try paillier.keyFile(.evaluationKeys),
        ]
        return reader(seeds, repair: { Repair.frame($0, kind: .evaluationKeys) }) { bytes in
            if try Frame.header(bytes).scheme == .paillier {
                try paillier.readKey(bytes, .evaluationKeys)
            } else {
                try lattice.readKeys(bytes)
            }
        }
    }

    static func publicKey() throws -> FuzzTarget {
        let lattice = try TinyLattice()
        let paillier = try FixedPaillier()
        let seeds = [
            "lattice": try lattice.file(.publicKey) { writer throws(WireError) in
                try writer.publicKey(lattice.keys.publicKey)
            },
            "paillier": try paillier.keyFile(.publicKey),
        ]
        return reader(seeds, repair: { Repair.frame($0, kind: .publicKey) }) { bytes in
            if try Frame.header(bytes).scheme == .paillier {
                try paillier.readKey(bytes, .publicKey)
            } else {
                try lattice.readPublicKey(bytes)
            }
        }
    }

    static func card() throws -> FuzzTarget {
        let seeds = try compiledSeeds().mapValues { $0.card.bytes }
        return reader(seeds, repair: { Repair.frame($0, kind: .card) }) { bytes in
            let card = try Card(bytes: bytes)
            try card.validate(rows: [[Double](repeating: 0, count: min(card.inputCount, 4096))])
        }
    }

    static func model() throws -> FuzzTarget {
        let seeds = try compiledSeeds().mapValues { try $0.bytes() }
        return reader(seeds, repair: Repair.model) { bytes in
            let model = try Model(bytes: bytes)
            guard model.card.inputCount <= 4096 else { return }
            _ = try model.clearPrediction([[Double](repeating: 0, count: model.card.inputCount)])
        }
    }

    /// Small models of every kind of program; made only where seeds are asked for.
    private static func compiledSeeds() throws -> [String: Model] {
        let environment = ProcessInfo.processInfo.environment
        guard environment["TACIT_FUZZ_SEEDS"] != nil, let folder = environment["TACIT_FUZZ_ONNX"]
        else { return [:] }
        var models: [String: Model] = [:]
        for name in ["Conv_pointwise", "Square_plus", "PRelu"] {
            for (suffix, scheme, rows) in [
                ("", CompileOptions.Scheme.ckks, 1), ("-columns", .ckks, 2048),
                ("-paillier", .paillier, 1),
            ] {
                var options = CompileOptions()
                options.inputRange = -2...2
                options.rows = rows
                options.precisionBits = 8
                options.scheme = scheme
                let file = URL(filePath: folder).appending(path: "\(name).onnx")
                if let model = try? Model(onnx: file, options: options) {
                    models[name + suffix] = model
                }
            }
        }
        return models
    }
}

/// Paillier files of one key.
struct FixedPaillier {
    let key: PaillierPublicKey
    private let codec: FixedPointCodec
    private let sample: PaillierTensor

    init() throws {
        let secret = try PaillierPrivateKey(
            generating: .bits2048Security112, from: RepeatedSource())
        key = secret.publicKey
        codec = try FixedPointCodec(fractionBits: 32, maximumMagnitude: 8)
        sample = try PaillierEncryptor(key).encrypt([1, -2], codec: codec)
    }

    func batch(_ kind: FrameKind) throws -> [UInt8] {
        let header = try FrameHeader(
            kind: kind, scheme: .paillier, ring: Digest32.blake2b([2]), keyID: key.id,
            card: Digest32.blake2b([3]))
        return try Frame.bytes(header) { writer throws(WireError) in
            try writer.paillierVectors([sample], key: key)
        }
    }

    func readBatch(_ bytes: [UInt8], _ kind: FrameKind) throws {
        let expected = PaillierExpectation(
            key: key, fractionBits: codec.fractionBits,
            bound: kind == .request ? codec.bound : nil, count: 2)
        _ = try Frame.read(bytes, as: kind) { _, reader throws(WireError) in
            try reader.paillierVectors(expected, limit: 64)
        }
    }

    func keyFile(_ kind: FrameKind) throws -> [UInt8] {
        let header = try FrameHeader(
            kind: kind, scheme: .paillier, ring: Digest32.blake2b([2]), keyID: key.id)
        return try Frame.bytes(header) { writer throws(WireError) in
            try writer.paillierPublicKey(key)
        }
    }

    func readKey(_ bytes: [UInt8], _ kind: FrameKind) throws {
        _ = try Frame.read(bytes, as: kind) { header, reader throws(WireError) in
            try reader.paillierPublicKey(
                keyID: try header.requiredKeyID(), accepting112BitSecurity: true)
        }
    }
}
