import BigNum
import Inference
import Paillier
import Secrets

extension FrameWriter {
    /// Adds an encrypted vector to a request or a response of `count` such; the first one begins it.
    mutating func add(
        _ vector: PaillierTensor, header: FrameHeader, count: Int, key: PaillierPublicKey
    ) throws(WireError) {
        if !hasBegun {
            var head = ByteWriter()
            try head.paillierVectorsHead(like: vector, count: count)
            let bytes = head.finish()
            begin(
                header,
                bodyByteCount: bytes.count + count * vector.count * key.ciphertextByteCount)
            try body { writer in writer.bytes(bytes) }
        }
        try body { writer throws(WireError) in try writer.paillierVector(vector, key: key) }
    }
}

/// Reads the encrypted vectors of a request or a response, a few at a time.
struct PaillierGroups {
    /// Vectors of all groups: rows.
    let rowCount: Int
    private let expected: PaillierExpectation
    private let head: (bound: BigInt, count: Int)
    private let counter: BatchCounter?
    private var readCount = 0

    /// Reads what stands before the vectors.
    ///
    /// - Throws: `WireError` for other widths, keys and cards.
    init(
        _ header: FrameHeader, _ reader: inout ByteReader, card: Card,
        expected: PaillierExpectation, counter: BatchCounter? = nil
    ) throws(WireError) {
        try header.check(ring: card.ringDigest, keyID: expected.key.id, card: card.digest)
        head = try reader.paillierVectorsHead(expected, limit: PaillierFiles.maximumRowCount)
        rowCount = head.count
        self.expected = expected
        self.counter = counter
    }

    /// Whether all were read.
    var isAtEnd: Bool { readCount == rowCount }

    /// Reads the next vectors, at most `limit`; counts as one group.
    mutating func next(
        _ reader: inout ByteReader, limit: Int = 1
    ) throws(WireError) -> (vectors: [PaillierTensor], mark: BatchMark?) {
        var vectors: [PaillierTensor] = []
        for _ in 0..<min(limit, rowCount - readCount) {
            vectors.append(try reader.paillierVector(expected, head, row: readCount))
            readCount += 1
        }
        return (vectors, counter?.mark())
    }
}
