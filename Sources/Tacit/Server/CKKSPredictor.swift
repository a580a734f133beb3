import CKKS
import Inference
import Ring
import Secrets

/// The server's side of the lattice scheme.
struct CKKSPredictor: Sendable {
    private let card: Card
    private let prepared: PreparedLattice
    private let keys: EvaluationKeys
    private let evaluator: Evaluator
    private let rerandomizer: Rerandomizer
    private let flood: ResponseFlood?
    private var context: CKKSContext { prepared.context }

    init(card: Card, prepared: PreparedLattice, keys: EvaluationKeys) throws {
        let (lattice, parameters) = try card.lattice()
        try Self.check(keys, cover: lattice.keys, degree: parameters.degree)
        self.card = card
        self.prepared = prepared
        self.keys = keys
        evaluator = try Evaluator(context: prepared.context, keys: keys)
        rerandomizer = Rerandomizer(evaluator)
        if let hiding = lattice.flooding {
            flood = try ResponseFlood(
                hiding, layout: lattice.layout, context: prepared.context)
        } else {
            flood = nil
        }
    }

    /// Refuses a bundle that lacks keys the program will ask for, before anything is computed.
    private static func check(
        _ keys: EvaluationKeys, cover needed: KeyRequirements, degree: Int
    ) throws(TacitError) {
        func missing(_ what: String) -> TacitError {
            TacitError(
                .mismatch,
                "the evaluation keys lack \(what); make them again with: tacit keygen --card CARD with "
                    + "this model's card (an existing key is kept)")
        }
        if let level = needed.relinearizationLevel, keys.relinearization?.level ?? -1 < level {
            throw missing("a relinearization key at level \(level)")
        }
        for rotation in needed.rotations {
            let element = GaloisElement.rotation(by: rotation.amount, degree: degree)
            if keys.galois[element]?.level ?? -1 < rotation.level {
                throw missing("the key for rotation \(rotation.amount) at level \(rotation.level)")
            }
        }
        if let level = needed.conjugationLevel,
            keys.galois[.conjugation(degree: degree)]?.level ?? -1 < level
        {
            throw missing("the key for conjugation at level \(level)")
        }
        if keys.publicKey.level < needed.responseLevel {
            throw missing("a public key at level \(needed.responseLevel)")
        }
    }

    /// Answers a request group by group; no more than one group is in memory.
    ///
    /// - Parameter replacement: asked once after the first group was computed; with another predictor, that one answers
    ///   this group and all others.
    func predict(
        _ request: FrameOrigin, to destination: FrameDestination, arithmetic: Arithmetic,
        observer: PredictionObserver, replacement: () throws -> CKKSPredictor?
    ) throws -> WrittenFrame {
        try Frame.stream(to: destination) { frame in
            // The frame is complete after the digest of the request is checked.
            try Frame.stream(from: request, as: .request) { header, reader in
                var groups = try CKKSGroups(
                    header, &reader, card: card, keyID: keys.keyID, context: context,
                    counter: observer.batches)
                let head = try CKKSBatchHead(
                    kind: .response, rowCount: groups.rowCount, card: card, keyID: keys.keyID)
                func answer(_ engine: CKKSPredictor, _ group: CKKSGroup) -> Result<
                    Answer, any Error
                > {
                    Result {
                        try engine.answer(group, rowCount: groups.rowCount, arithmetic, observer)
                    }
                }
                var engine = self
                for index in 0..<groups.groupCount {
                    try observer.checkStop()
                    observer.progress(index, groups.groupCount)
                    let group = try observer.timing("read request") { try groups.next(&reader) }
                    var result = answer(engine, group)
                    if index == 0, let other = try replacement() {
                        engine = other
                        result = answer(engine, group)
                    }
                    let scores = try result.get()
                    try observer.timing("write response") {
                        switch scores {
                        case .ciphertexts(let list):
                            for score in list { try frame.add(score, to: head) }
                        case .coefficients(let answer): try frame.add(answer, to: head)
                        }
                    }
                }
                observer.progress(groups.groupCount, groups.groupCount)
            }
        }
    }

    /// Makes ahead what re-randomizes answers like the last ones, a few at most.
    func prepareAnswer(_ shouldStop: () -> Bool) throws {
        try rerandomizer.prepare(shouldStop: shouldStop)
    }

    /// Encryptions of zero that are ready.
    var preparedCount: Int { rerandomizer.count }

    /// The results of every step for the first group of rows.
    func trace(_ bytes: [UInt8]) throws -> [[Ciphertext]] {
        let inputs = try Frame.stream(from: .memory(bytes), as: .request) { header, reader in
            var groups = try CKKSGroups(
                header, &reader, card: card, keyID: keys.keyID, context: context)
            let first = try groups.next(&reader).ciphertexts
            try reader.drain()
            return first
        }
        return try prepared.trace(inputs, engine: evaluator)
    }

    /// What is sent for one group of rows.
    private enum Answer {
        case ciphertexts([Ciphertext])
        case coefficients(CoefficientAnswer)
    }

    /// The scores of one group of rows, re-randomized and flooded.
    ///
    /// - Parameter rowCount: rows of the whole request: all answers to it have the same size.
    private func answer(
        _ group: CKKSGroup, rowCount: Int, _ arithmetic: Arithmetic, _ observer: PredictionObserver
    ) throws -> Answer {
        if case .residues = arithmetic, let program = prepared.coefficientProgram {
            return .coefficients(
                try namingModel(observer) {
                    try observer.timing("coefficients") {
                        try program.answer(
                            group.ciphertexts[0], evaluator: evaluator, rowCount: group.rowCount,
                            placeRowCount: rowCount, flood: flood?.noise)
                    }
                })
        }
        let scores = try namingModel(observer) {
            try fresh(group.ciphertexts, arithmetic, observer, rowCount: group.rowCount)
        }
        // In coefficients the mask holds the noise already.
        guard let flood, !flood.isInMask else { return .ciphertexts(scores) }
        return .ciphertexts(
            try observer.timing("flood") {
                try scores.map { try flood.flooded($0, evaluator: evaluator) }
            })
    }

    private func namingModel<Value>(
        _ observer: PredictionObserver, _ work: () throws -> Value
    ) throws -> Value {
        do {
            return try work()
        } catch let error as RunError {
            try observer.checkStop()
            throw TacitError(.evaluationFailed, "\(card.contents.name), \(error)")
        }
    }

    private func fresh(
        _ inputs: [Ciphertext], _ arithmetic: Arithmetic, _ observer: PredictionObserver,
        rowCount: Int
    ) throws -> [Ciphertext] {
        switch arithmetic {
        case .residues:
            let scores = try prepared.run(
                inputs, engine: evaluator, rowCount: rowCount, flood: flood?.noise,
                observer: observer)
            return try observer.timing("rerandomize") {
                try scores.map { try rerandomizer.rerandomize($0) }
            }
        case .gmp:
            let exact = try ExactEvaluator(context: context, keys: keys)
            let scores = try prepared.run(
                inputs.map { try exact.importing($0) }, engine: exact, rowCount: rowCount,
                flood: flood?.noise, observer: observer)
            return try scores.map { try exact.exporting(exact.rerandomize($0)) }
        }
    }
}
