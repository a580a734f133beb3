import Foundation
import Inference

/// A compiled model as bytes: the card's file, the structure as JSON, and the matrices as binary numbers.
enum ModelCodec {
    /// Most matrices, entries of a matrix, and bytes of structure that are read.
    private static let maximumMatrixCount = 1 << 16
    private static let maximumEntryCount = 1 << 31
    private static let maximumStructureByteCount = 1 << 31

    /// What the JSON part holds.
    private struct Structure: Codable {
        let network: Network
        let program: CompiledModel.Program
        let certificate: Certificate
    }

    static func bytes(card: Card, compiled: CompiledModel) throws -> [UInt8] {
        let store = MatrixStore()
        let encoder = JSONEncoder()
        encoder.userInfo[try MatrixStore.key] = store
        let json = try encoder.encode(
            Structure(
                network: compiled.network, program: compiled.program,
                certificate: compiled.certificate))
        let scheme: FrameScheme = card.parameters == nil ? .paillier : .ckks
        let header = try FrameHeader(
            kind: .model, scheme: scheme, ring: card.ringDigest, card: card.digest)
        return try Frame.bytes(header) { writer throws(WireError) in
            writer.int(card.bytes.count)
            writer.bytes(card.bytes)
            writer.int(json.count)
            writer.bytes(json)
            writer.int(store.matrices.count)
            for matrix in store.matrices { write(matrix, to: &writer) }
        }
    }

    static func read(_ bytes: [UInt8], source: String?) throws -> (Card, CompiledModel) {
        let parts = try Frame.read(bytes, as: .model, source: source) {
            header, reader throws(WireError) in
            let cardBytes = try reader.bytes(
                reader.count(limit: Card.maximumByteCount, "card size"), "the card")
            let json = try reader.bytes(
                reader.count(limit: maximumStructureByteCount, "structure size"),
                "the structure")
            let count = try reader.count(
                limit: maximumMatrixCount, minimumByteCount: 3, "number of matrices")
            var matrices: [SparseMatrix] = []
            for _ in 0..<count { matrices.append(try readMatrix(&reader)) }
            return (header: header, card: cardBytes, json: json, matrices: matrices)
        }
        let card = try Card(bytes: parts.card, source: source)
        try parts.header.check(ring: card.ringDigest, card: card.digest)
        let decoder = JSONDecoder()
        decoder.userInfo[try MatrixStore.key] = MatrixStore(parts.matrices)
        do {
            let structure = try decoder.decode(Structure.self, from: Data(parts.json))
            let compiled = CompiledModel(
                card: card.contents, network: structure.network, program: structure.program,
                certificate: structure.certificate)
            try compiled.validate(parameters: card.parameters)
            return (card, compiled)
        } catch {
            throw TacitError(
                .malformed, "\(source ?? "the model"): \(readable(error)); compile the model again")
        }
    }

    private static func write(_ matrix: SparseMatrix, to writer: inout ByteWriter) {
        writer.int(matrix.rowCount)
        writer.int(matrix.columnCount)
        for row in 0..<matrix.rowCount { writer.int(matrix.row(row).count) }
        for column in matrix.columns { writer.int(Int(column)) }
        for value in matrix.values { writer.double(value) }
    }

    private static func readMatrix(_ reader: inout ByteReader) throws(WireError) -> SparseMatrix {
        let size = 0...Int(Int32.max)
        let rows = try reader.count(limit: Int(Int32.max), "rows of a matrix")
        let columnCount = try reader.int(in: size, "columns of a matrix")
        var starts = [0]
        starts.reserveCapacity(rows + 1)
        for _ in 0..<rows {
            let count = try reader.int(in: 0...columnCount, "entries of a row")
            let total = starts[starts.count - 1] + count
            guard total <= maximumEntryCount, total <= reader.remaining else {
                throw WireError(.truncated(part: "a matrix"))
            }
            starts.append(total)
        }
        let entries = starts[rows]
        var columns: [Int32] = []
        var values: [Double] = []
        columns.reserveCapacity(entries)
        values.reserveCapacity(entries)
        for _ in 0..<entries {
            columns.append(Int32(try reader.int(in: size, "a column of a matrix")))
        }
        for _ in 0..<entries { values.append(try reader.finiteDouble("a value of a matrix")) }
        do throws(InferenceError) {
            return try SparseMatrix(
                checkedRowCount: rows, columnCount: columnCount, rowStarts: starts,
                columns: columns, values: values)
        } catch {
            throw WireError(.value(part: "a matrix", reason: "\(error)"))
        }
    }
}
