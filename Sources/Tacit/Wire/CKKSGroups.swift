import CKKS
import Inference
import Secrets

/// The ciphertexts of a request or a response that hold the same rows.
struct CKKSGroup: Sendable {
    /// How many rows they hold.
    let rowCount: Int
    let ciphertexts: [Ciphertext]
    /// Alive as long as they are.
    let mark: BatchMark?
}

/// What a request or a response is, before its ciphertexts.
struct CKKSBatchHead: Sendable {
    let header: FrameHeader
    let rowCount: Int
    let ciphertextCount: Int

    /// Most rows of one file.
    static let maximumRowCount = 1 << 24

    /// The head of a file of one key and card.
    init(kind: FrameKind, rowCount: Int, card: Card, keyID: KeyID) throws {
        header = try FrameHeader(
            kind: kind, scheme: .ckks, ring: card.ringDigest, keyID: keyID, card: card.digest)
        self.rowCount = rowCount
        let lattice = try card.lattice().card
        ciphertextCount =
            lattice.groupCount(rows: rowCount) * lattice.ciphertextsPerGroup(kind)
    }
}

extension FrameWriter {
    /// Adds a ciphertext to a request or a response; the first one begins it, since all are of one size.
    mutating func add(_ ciphertext: Ciphertext, to batch: CKKSBatchHead) throws(WireError) {
        try add(to: batch) { writer throws(WireError) in try writer.ciphertext(ciphertext) }
    }

    /// The same of an answer of some coefficients.
    mutating func add(_ answer: CoefficientAnswer, to batch: CKKSBatchHead) throws(WireError) {
        try add(to: batch) { writer throws(WireError) in try writer.ciphertext(answer) }
    }

    private mutating func add(
        to batch: CKKSBatchHead, _ ciphertext: Frame.BodyWriter
    ) throws(WireError) {
        if !hasBegun {
            var size = ByteWriter.counter()
            try ciphertext(&size)
            var numbers = ByteWriter()
            numbers.int(batch.rowCount)
            numbers.int(batch.ciphertextCount)
            let bytes = numbers.finish()
            begin(batch.header, bodyByteCount: bytes.count + batch.ciphertextCount * size.count)
            try body { writer in writer.bytes(bytes) }
        }
        try body(ciphertext)
    }
}

/// Reads the ciphertexts of a request or a response group by group.
struct CKKSGroups {
    /// Rows of all groups.
    let rowCount: Int
    let groupCount: Int
    private let perGroup: Int
    private let capacity: Int
    private let expected: CiphertextExpectation
    private let keyID: KeyID
    private let context: CKKSContext
    private let counter: BatchCounter?
    private var readCount = 0

    /// Reads what stands before the ciphertexts.
    ///
    /// - Throws: `WireError` for other rings, keys and cards, and for a number of ciphertexts that does not hold the rows.
    init(
        _ header: FrameHeader, _ reader: inout ByteReader, card: Card, keyID: KeyID,
        context: CKKSContext, counter: BatchCounter? = nil
    ) throws {
        let (lattice, parameters) = try card.lattice()
        let isRequest = header.kind == .request
        let level = isRequest ? lattice.inputLevel : lattice.keys.responseLevel
        try header.check(ring: card.ringDigest, keyID: keyID, card: card.digest)
        rowCount = try reader.int(in: 1...CKKSBatchHead.maximumRowCount, "the number of rows")
        expected = CiphertextExpectation(
            level: level, scale: parameters.scale(atLevel: level), mayBeSeeded: isRequest,
            places: isRequest || header.version < 2
                ? nil : lattice.layout.places(ofRows: rowCount))
        perGroup = lattice.ciphertextsPerGroup(header.kind)
        capacity = lattice.rowCapacity
        groupCount = lattice.groupCount(rows: rowCount)
        let needed = groupCount * perGroup
        let count = try reader.ciphertextCount(expected, limit: needed, context: context)
        guard count == needed else {
            throw WireError(
                .value(
                    part: "the number of ciphertexts",
                    reason: "\(count) where \(rowCount) rows take \(needed)"))
        }
        self.keyID = keyID
        self.context = context
        self.counter = counter
    }

    /// Reads the next group.
    mutating func next(_ reader: inout ByteReader) throws(WireError) -> CKKSGroup {
        var ciphertexts: [Ciphertext] = []
        ciphertexts.reserveCapacity(perGroup)
        for index in 0..<perGroup {
            let number = readCount * perGroup + index + 1
            ciphertexts.append(
                try reader.ciphertext(
                    expected, keyID: keyID, context: context, "ciphertext \(number)"))
        }
        let first = readCount * capacity
        readCount += 1
        return CKKSGroup(
            rowCount: min(capacity, rowCount - first), ciphertexts: ciphertexts,
            mark: counter?.mark())
    }
}

extension CiphertextLayout {
    /// The coefficients that hold scores of as many of the rows as one ciphertext has room for; nil where slots hold them.
    fileprivate func places(ofRows rowCount: Int) -> [Int]? {
        guard case .coefficients(let layout) = self else { return nil }
        return layout.places(ofRows: rowCount)
    }
}

extension CKKSCard {
    /// Groups of ciphertexts that hold so many rows.
    func groupCount(rows rowCount: Int) -> Int { (rowCount + rowCapacity - 1) / rowCapacity }

    /// Ciphertexts of one group.
    func ciphertextsPerGroup(_ kind: FrameKind) -> Int {
        kind == .request ? layout.inputCiphertextCount : layout.outputCiphertextCount
    }
}
