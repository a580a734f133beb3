import CKKS
import Inference
import Ring
import Secrets

/// A program with its encoded weights as a file of the cache.
struct CachedWeights: CacheContent {
    let parts: PreparedParts
    let ringDigest: Digest32

    private typealias Form = Polynomial<Evaluation>

    init(_ program: PreparedProgram) {
        parts = program.parts
        ringDigest = program.context.parameters.ringDigest
    }

    func describe(_ writer: inout ByteWriter) throws {
        writer.digest(ringDigest)
        writer.int(parts.numbers.count)
        for number in parts.numbers { writer.u64(number) }
        writer.int(parts.plaintexts.count)
        for plaintext in parts.plaintexts {
            writer.int(plaintext.level)
            writer.double(plaintext.scale)
            writer.bool(plaintext.isExtended)
        }
    }

    func write(to sink: inout CacheSink) throws {
        for plaintext in parts.plaintexts {
            try plaintext.polynomial.forEachStoredLimb { try sink.add($0, padding: $1) }
        }
    }

    /// The program of a mapped file.
    ///
    /// - Throws: where the file holds something else than its head says, or a program of another ring.
    static func read(_ file: CacheFile, context: CKKSContext) throws -> PreparedProgram {
        var reader = file.reader
        guard try reader.digest("ring") == context.parameters.ringDigest else {
            throw CacheFileError("it holds weights of another ring")
        }
        var parts = PreparedParts()
        let limit = 1 << 26
        let count = try reader.count(limit: limit, minimumByteCount: 8, "numbers")
        parts.numbers.reserveCapacity(count)
        for _ in 0..<count { parts.numbers.append(try reader.u64("number")) }
        var next = file.bodyOffset
        for _ in 0..<(try reader.count(limit: limit, minimumByteCount: 10, "plaintexts")) {
            let level = try reader.int(in: 0...context.parameters.maxLevel, "level")
            let scale = try reader.finiteDouble("scale")
            let isExtended = try reader.bool("extended")
            let basis =
                isExtended ? context.extendedBasis(atLevel: level) : context.basis(atLevel: level)
            guard
                let polynomial = Form(
                    mapping: file.memory, offset: next, context: context.ring, basis: basis)
            else { throw CacheFileError("it is cut short") }
            next += Form.storedByteCount(context: context.ring, basis: basis)
            parts.plaintexts.append(
                Plaintext(
                    polynomial: polynomial, level: level, scale: scale, isExtended: isExtended))
        }
        return try PreparedProgram(parts, context: context)
    }
}

extension MappedCache {
    /// Where a model's encoded weights are.
    ///
    /// The encoder's floating-point arithmetic rounds as the instruction set does.
    func address(ofWeights seal: FrameSeal, context: CKKSContext) -> CacheAddress {
        CacheAddress(
            .weights, source: seal,
            layout: StoredLayout.digest(
                of: context.ring, digitCount: context.parameters.digitCount),
            machine: context.ring.instructionSet)
    }
}
