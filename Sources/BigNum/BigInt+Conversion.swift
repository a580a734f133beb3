import CGMP

extension BigInt {
    /// The value of `value`, or nil if it has a fraction or is not finite.
    public init?(exactly value: Double) {
        guard value.isFinite, value.rounded(.towardZero) == value else { return nil }
        self = .make { mpz_set_d($0, value) }
    }

    /// The integer nearest to `value`, halves away from zero, or nil if it is not finite.
    public init?(rounding value: Double) {
        self.init(exactly: value.rounded(.toNearestOrAwayFromZero))
    }

    /// The nearest `Double`, ties to even; infinite beyond its range.
    public func toDouble() -> Double {
        let excess = bitWidth - 64
        guard excess > 0 else {
            let size = Double(UInt64(mpz_get_ui(&storage.raw)))
            return isNegative ? -size : size
        }
        guard excess <= 1024 else { return isNegative ? -.infinity : .infinity }
        // The top 64 bits, with the lowest one standing for all that is cut off: it lies below
        // the rounding position, so it only breaks ties.
        let size = magnitude
        var top = (size >> excess).lowWord
        if size.trailingZeroBitCount < excess { top |= 1 }
        let value = Double(sign: .plus, exponent: excess, significand: Double(top))
        return isNegative ? -value : value
    }

    /// The value modulo 2^64 of the magnitude.
    public var lowWord: UInt64 { UInt64(mpz_get_ui(&storage.raw)) }

    /// Words of the magnitude, least significant first; empty for zero.
    public var words: [UInt64] {
        let count = mpz_size(&storage.raw)
        return withExtendedLifetime(storage) {
            [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
                let limbs = mpz_limbs_read(&storage.raw)
                for index in 0..<count { buffer[index] = UInt64(limbs?[index] ?? 0) }
                initialized = count
            }
        }
    }

    /// The integer with the given words of magnitude, least significant first.
    public init(words: [UInt64], isNegative: Bool = false) {
        storage = IntegerStorage()
        mpz_import(&storage.raw, words.count, -1, 8, 0, 0, words)
        if isNegative { mpz_neg(&storage.raw, &storage.raw) }
    }

    /// The non-negative integer with the given big-endian bytes; leading zeros are allowed.
    public init(bytes: some Sequence<UInt8>) {
        let buffer = Array(bytes)
        self = buffer.withUnsafeBytes { BigInt(bigEndian: $0) }
    }

    /// The non-negative integer with the given big-endian bytes, read in place.
    public init(bigEndian bytes: UnsafeRawBufferPointer) {
        storage = IntegerStorage()
        mpz_import(&storage.raw, bytes.count, 1, 1, 0, 0, bytes.baseAddress)
    }

    /// Bytes that the magnitude takes; 0 for zero.
    public var byteCount: Int { (bitWidth + 7) / 8 }

    /// The big-endian bytes of a non-negative value, padded with zeros in front to `count`.
    ///
    /// Without `count` as few as possible. Throws `BigNumError.negative` or `.doesNotFit`.
    public func bytes(count: Int? = nil) throws(BigNumError) -> [UInt8] {
        let needed = byteCount
        let total = count ?? needed
        guard !isNegative else { throw .negative(operation: "bytes") }
        guard needed <= total else { throw .doesNotFit(bytes: needed, limit: total) }
        return [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
            export(into: UnsafeMutableRawBufferPointer(buffer))
            initialized = total
        }
    }

    /// Writes the big-endian bytes of a non-negative value, padded with zeros in front.
    ///
    /// Throws `BigNumError.negative` or `.doesNotFit`.
    public func write(bigEndianTo buffer: UnsafeMutableRawBufferPointer) throws(BigNumError) {
        guard !isNegative else { throw .negative(operation: "bytes") }
        guard byteCount <= buffer.count else {
            throw .doesNotFit(bytes: byteCount, limit: buffer.count)
        }
        export(into: buffer)
    }

    /// Caller has checked that the value fits.
    private func export(into buffer: UnsafeMutableRawBufferPointer) {
        let padding = buffer.count - byteCount
        for index in 0..<padding { buffer[index] = 0 }
        guard !isZero, let start = buffer.baseAddress else { return }
        mpz_export(start + padding, nil, 1, 1, 0, 0, &storage.raw)
    }
}

extension Double {
    /// The nearest `Double` to an integer, ties to even; infinite beyond its range.
    public init(_ value: BigInt) {
        self = value.toDouble()
    }
}

extension UInt64 {
    /// The value of an integer, or nil if it does not fit.
    public init?(exactly value: BigInt) {
        guard !value.isNegative, value.bitWidth <= 64 else { return nil }
        self = value.lowWord
    }
}

extension Int {
    /// The value of an integer, or nil if it does not fit.
    public init?(exactly value: BigInt) {
        guard value.bitWidth <= 64 else { return nil }
        let word = value.lowWord
        if value.isNegative {
            guard word <= UInt64(Int.max) + 1 else { return nil }
            self = Int(truncatingIfNeeded: 0 &- word)
        } else {
            guard word <= UInt64(Int.max) else { return nil }
            self = Int(word)
        }
    }
}
