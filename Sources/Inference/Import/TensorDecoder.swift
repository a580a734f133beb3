import Foundation

/// Reads stored tensors in every form the format has: typed lists, raw bytes, bytes in another file.
struct TensorDecoder {
    let limits: ImportLimits
    let external: ExternalData

    /// The tensor's shape and elements.
    /// - Throws: `InferenceError` where sizes contradict each other or a number is not finite.
    func decode(_ tensor: OnnxTensorProto, name: String) throws(InferenceError) -> ConstantTensor {
        guard !tensor.hasSegment else {
            throw .invalidTensor(tensor: name, reason: "it is split into segments")
        }
        var shape: [Int] = []
        for dimension in tensor.dims {
            guard dimension >= 0, let value = Int(exactly: dimension) else {
                throw .invalidTensor(tensor: name, reason: "dimension \(dimension) is negative")
            }
            shape.append(value)
        }
        guard let count = Shape.count(shape), count <= limits.tensorElements else {
            throw .tooLarge(
                what: "tensor '\(name)'", size: "shape \(shape)",
                limit: "\(limits.tensorElements) elements")
        }
        let storage = try storage(tensor, name: name, count: count)
        if case .real(let values) = storage, let index = values.firstIndex(where: { !$0.isFinite })
        {
            throw .nonFiniteWeight(tensor: name, index: index, value: "\(values[index])")
        }
        return ConstantTensor(shape: shape, storage)
    }

    private func storage(
        _ tensor: OnnxTensorProto, name: String, count: Int
    ) throws(InferenceError) -> ConstantTensor.Storage {
        guard let type = OnnxTensorProto.DataType(rawValue: Int(tensor.dataType)) else {
            throw unsupportedType(tensor, name: name)
        }
        if type == .string {
            guard tensor.stringData.count == count else {
                throw countMismatch(name, declared: count, stored: tensor.stringData.count)
            }
            return .text(tensor.stringData.map { String(decoding: $0, as: UTF8.self) })
        }
        guard let width = type.byteWidth else { throw unsupportedType(tensor, name: name) }
        if tensor.dataLocation == .external {
            return rawStorage(
                try external.bytes(of: tensor, name: name, expected: count * width), type: type)
        }
        if tensor.hasRawData {
            guard tensor.rawData.count == count * width else {
                throw countMismatch(name, declared: count, stored: tensor.rawData.count / width)
            }
            return rawStorage(tensor.rawData, type: type)
        }
        return try typedStorage(tensor, type: type, name: name, count: count)
    }

    /// The elements stored in one of the typed lists; small integers and halves live in `int32_data`.
    private func typedStorage(
        _ tensor: OnnxTensorProto, type: OnnxTensorProto.DataType, name: String, count: Int
    ) throws(InferenceError) -> ConstantTensor.Storage {
        let result: ConstantTensor.Storage
        switch type {
        case .float: result = .real(tensor.floatData.map(Double.init))
        case .double: result = .real(tensor.doubleData)
        case .int64: result = .integer(tensor.int64Data)
        case .uint32, .uint64:
            result = .integer(tensor.uint64Data.map { Int64(clamping: $0) })
        case .float16:
            result = .real(tensor.int32Data.map { half(UInt16(truncatingIfNeeded: $0)) })
        case .bfloat16:
            result = .real(tensor.int32Data.map { brainHalf(UInt16(truncatingIfNeeded: $0)) })
        default: result = .integer(tensor.int32Data.map(Int64.init))
        }
        let stored = ConstantTensor(shape: [], result).count
        guard stored == count else {
            throw countMismatch(name, declared: count, stored: stored)
        }
        return result
    }

    /// The elements of little-endian bytes whose length was checked.
    private func rawStorage(
        _ data: Data, type: OnnxTensorProto.DataType
    ) -> ConstantTensor.Storage {
        let bytes = [UInt8](data)
        switch type {
        case .float:
            return .real(
                words(bytes, UInt32.self).map { Double(Float(bitPattern: $0)) })
        case .double: return .real(words(bytes, UInt64.self).map { Double(bitPattern: $0) })
        case .float16: return .real(words(bytes, UInt16.self).map(half))
        case .bfloat16: return .real(words(bytes, UInt16.self).map(brainHalf))
        case .int64: return .integer(words(bytes, UInt64.self).map { Int64(bitPattern: $0) })
        case .uint64: return .integer(words(bytes, UInt64.self).map { Int64(clamping: $0) })
        case .int32:
            return .integer(words(bytes, UInt32.self).map { Int64(Int32(bitPattern: $0)) })
        case .uint32: return .integer(words(bytes, UInt32.self).map(Int64.init))
        case .int16:
            return .integer(words(bytes, UInt16.self).map { Int64(Int16(bitPattern: $0)) })
        case .uint16: return .integer(words(bytes, UInt16.self).map(Int64.init))
        case .int8: return .integer(bytes.map { Int64(Int8(bitPattern: $0)) })
        default: return .integer(bytes.map(Int64.init))
        }
    }

    private func words<Word: FixedWidthInteger>(_ bytes: [UInt8], _: Word.Type) -> [Word] {
        let width = Word.bitWidth / 8
        var result: [Word] = []
        result.reserveCapacity(bytes.count / width)
        for start in stride(from: 0, to: bytes.count - width + 1, by: width) {
            var word: Word = 0
            for index in (0..<width).reversed() {
                word = (word << 8) | Word(truncatingIfNeeded: bytes[start + index])
            }
            result.append(word)
        }
        return result
    }

    /// IEEE 754 binary16.
    private func half(_ bits: UInt16) -> Double {
        let magnitude = Double(bits & 0x3FF)
        let exponent = Int((bits >> 10) & 0x1F)
        let value: Double =
            switch exponent {
            case 0: magnitude * 0x1p-24
            case 31: magnitude == 0 ? .infinity : .nan
            default: Double(sign: .plus, exponent: exponent - 15, significand: 1 + magnitude / 1024)
            }
        return bits >> 15 == 1 ? -value : value
    }

    /// The upper half of a binary32.
    private func brainHalf(_ bits: UInt16) -> Double {
        Double(Float(bitPattern: UInt32(bits) << 16))
    }

    private func countMismatch(_ name: String, declared: Int, stored: Int) -> InferenceError {
        .invalidTensor(
            tensor: name, reason: "its shape has \(declared) elements but \(stored) are stored")
    }

    private func unsupportedType(_ tensor: OnnxTensorProto, name: String) -> InferenceError {
        .invalidTensor(
            tensor: name,
            reason: "element type \(tensor.dataType) is not supported; use float32 or float64")
    }
}

extension OnnxTensorProto.DataType {
    /// Bytes per element in raw data, nil for types that are not read.
    var byteWidth: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .float, .int32, .uint32: 4
        case .double, .int64, .uint64: 8
        default: nil
        }
    }

    /// Whether the type is a floating-point type.
    var isReal: Bool { [.float, .double, .float16, .bfloat16].contains(self) }
    /// Whether the type is an integer type or a truth value.
    var isInteger: Bool { byteWidth != nil && !isReal }
}
