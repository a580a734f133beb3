/// A prepared computation taken apart: numbers that say what it does, and its encoded plaintexts in order.
///
/// What is taken apart by one version is put together by the same: this is no format for exchange.
package struct PreparedParts: Sendable {
    /// Integers and the bits of doubles.
    package var numbers: [UInt64] = []
    /// Plaintexts, in the order of their use in `numbers`.
    package var plaintexts: [Plaintext] = []

    /// Nothing.
    package init() {}

    /// Adds an integer that is not negative.
    package mutating func append(_ value: Int) {
        precondition(value >= 0, "numbers of a prepared computation are not negative")
        numbers.append(UInt64(value))
    }

    /// Adds a flag.
    package mutating func append(_ flag: Bool) { append(flag ? 1 : 0) }

    /// Adds a double.
    package mutating func append(_ value: Double) { numbers.append(value.bitPattern) }

    /// Adds a text.
    package mutating func append(_ text: String) {
        append(text.utf8.count)
        for byte in text.utf8 { numbers.append(UInt64(byte)) }
    }

    /// Adds a list, element by element.
    package mutating func append<Element>(
        _ list: some Collection<Element>, _ body: (inout PreparedParts, Element) -> Void
    ) {
        append(list.count)
        for element in list { body(&self, element) }
    }

    /// Adds a plaintext, or that there is none.
    package mutating func append(_ plaintext: Plaintext?) {
        append(plaintext != nil)
        if let plaintext { plaintexts.append(plaintext) }
    }
}

/// Parts that contradict each other.
package struct PreparedPartsError: Error, CustomStringConvertible {
    /// One line.
    package let description: String

    /// Says what is wrong.
    package init(_ description: String) { self.description = description }
}

/// Puts a prepared computation together again; every number is checked.
package struct PreparedPartsReader {
    private let parts: PreparedParts
    private var number = 0
    private var plaintext = 0

    /// Starts at the first part.
    package init(_ parts: PreparedParts) { self.parts = parts }

    private mutating func word() throws(PreparedPartsError) -> UInt64 {
        guard number < parts.numbers.count else { throw PreparedPartsError("parts are missing") }
        defer { number += 1 }
        return parts.numbers[number]
    }

    /// An integer in a range.
    package mutating func int(in range: ClosedRange<Int>) throws(PreparedPartsError) -> Int {
        guard let value = Int(exactly: try word()), range.contains(value) else {
            throw PreparedPartsError("a number is not in \(range)")
        }
        return value
    }

    /// A flag.
    package mutating func flag() throws(PreparedPartsError) -> Bool { try int(in: 0...1) == 1 }

    /// A finite double.
    package mutating func double() throws(PreparedPartsError) -> Double {
        let value = Double(bitPattern: try word())
        guard value.isFinite else { throw PreparedPartsError("a number is not finite") }
        return value
    }

    /// A text.
    package mutating func text() throws(PreparedPartsError) -> String {
        let bytes = try list { (reader) throws(PreparedPartsError) in
            UInt8(try reader.int(in: 0...255))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A list, element by element; each takes one number at least.
    package mutating func list<Element>(
        _ body: (inout PreparedPartsReader) throws(PreparedPartsError) -> Element
    ) throws(PreparedPartsError) -> [Element] {
        let count = try int(in: 0...(parts.numbers.count - number))
        var list: [Element] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try body(&self)) }
        return list
    }

    /// A plaintext of a level, or none.
    package mutating func plaintext(level: Int? = nil) throws(PreparedPartsError) -> Plaintext? {
        guard try flag() else { return nil }
        guard plaintext < parts.plaintexts.count else {
            throw PreparedPartsError("plaintexts are missing")
        }
        defer { plaintext += 1 }
        let found = parts.plaintexts[plaintext]
        guard level == nil || found.level == level else {
            throw PreparedPartsError("a plaintext stands at another level")
        }
        return found
    }

    /// Throws unless everything was used.
    package func finish() throws(PreparedPartsError) {
        guard number == parts.numbers.count, plaintext == parts.plaintexts.count else {
            throw PreparedPartsError("parts are left over")
        }
    }
}
