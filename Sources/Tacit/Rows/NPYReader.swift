/// Turns `.npy` bytes into a table.
enum NPYReader {
    /// Reads a whole array; its trailing dimensions, flattened, are the features of a row, whatever comes before counts rows.
    static func read(
        _ bytes: [UInt8], file: String, options: RowReadingOptions
    ) throws(RowsError) -> RowTable {
        var columns = 0
        var values: [Double] = []
        do throws(NPYFailure) {
            let header = try NPYHeader(bytes)
            let layout = try Layout(header, expectedValues: options.expected?.count)
            try checkSize(header, count: layout.count, available: bytes.count)
            if layout.count <= options.maximumValues {
                values = try elements(bytes, header: header, layout: layout)
            }
            columns = layout.columns
            if layout.count > values.count { columns = 0 }
        } catch {
            throw .npy(file: file, problem: error.problem)
        }
        guard columns > 0 else { throw .tooManyValues(file: file, limit: options.maximumValues) }
        return try RowTable(
            values: values, columnCount: columns, columnNames: options.expected?.names, source: file
        )
    }

    /// Data bytes that the shape asks for, checked against those there are.
    private static func checkSize(
        _ header: NPYHeader, count: Int, available: Int
    ) throws(NPYFailure) {
        let (size, overflow) = count.multipliedReportingOverflow(by: header.width)
        guard !overflow else { throw NPYFailure(.shapeTooLarge(header.shape)) }
        let found = available - header.dataOffset
        guard found >= size else {
            throw NPYFailure(.truncated(expectedBytes: size, foundBytes: found))
        }
        guard found == size else { throw NPYFailure(.trailingBytes(found - size)) }
    }

    private static func elements(
        _ bytes: [UInt8], header: NPYHeader, layout: Layout
    ) throws(NPYFailure) -> [Double] {
        var values = [Double](repeating: 0, count: layout.count)
        var offset = header.dataOffset
        // In Fortran order the first index runs fastest; `counter` follows the file, `target` the row-major table.
        var counter = [Int](repeating: 0, count: header.shape.count)
        var target = 0
        for index in 0..<layout.count {
            let place = header.isFortranOrder ? target : index
            var word: UInt64 = 0
            for byte in 0..<header.width {
                let shift = 8 * (header.isBigEndian ? header.width - 1 - byte : byte)
                word |= UInt64(bytes[offset + byte]) << UInt64(shift)
            }
            offset += header.width
            guard let value = decode(word, header) else {
                throw NPYFailure(
                    .inexactInteger(
                        row: place / layout.columns + 1, column: place % layout.columns + 1))
            }
            guard value.isFinite else {
                throw NPYFailure(
                    .notFinite(row: place / layout.columns + 1, column: place % layout.columns + 1))
            }
            values[place] = value
            if header.isFortranOrder { layout.advance(&counter, &target, shape: header.shape) }
        }
        return values
    }

    /// The value of one element; nil for an integer that a double cannot hold.
    private static func decode(_ word: UInt64, _ header: NPYHeader) -> Double? {
        switch (header.kind, header.width) {
        case (.float, 4): Double(Float(bitPattern: UInt32(truncatingIfNeeded: word)))
        case (.float, _): Double(bitPattern: word)
        case (.signed, 1): Double(Int8(truncatingIfNeeded: word))
        case (.signed, 2): Double(Int16(truncatingIfNeeded: word))
        case (.signed, 4): Double(Int32(truncatingIfNeeded: word))
        case (.signed, _): exact(Int64(bitPattern: word))
        case (.unsigned, _): word <= 1 << 53 ? Double(word) : nil
        case (.boolean, _): word == 0 ? 0 : 1
        }
    }

    private static func exact(_ value: Int64) -> Double? {
        value.magnitude <= 1 << 53 ? Double(value) : nil
    }

    /// How the dimensions of an array become rows and columns.
    private struct Layout {
        let count: Int
        let columns: Int
        /// Row-major distance between neighbors along each dimension.
        let strides: [Int]

        init(_ header: NPYHeader, expectedValues: Int?) throws(NPYFailure) {
            let shape = header.shape
            // Row-major distances, from the last dimension to the first.
            var strides = [Int](repeating: 0, count: shape.count)
            var product = 1
            var columns: Int?
            if expectedValues == 1 { columns = 1 }
            for index in shape.indices.reversed() {
                strides[index] = product
                let (next, overflow) = product.multipliedReportingOverflow(by: shape[index])
                guard !overflow else { throw NPYFailure(.shapeTooLarge(shape)) }
                product = next
                if product == expectedValues, shape[index] > 0 { columns = product }
            }
            count = product
            self.strides = strides
            if let expectedValues {
                guard let columns, !shape.isEmpty else {
                    throw NPYFailure(.shape(shape, expectedValues: expectedValues))
                }
                self.columns = columns
            } else {
                guard let first = shape.first, product > 0 else {
                    throw NPYFailure(.shape(shape, expectedValues: 1))
                }
                self.columns = shape.count == 1 ? first : product / first
            }
        }

        /// Steps to the next element in Fortran order.
        func advance(_ counter: inout [Int], _ target: inout Int, shape: [Int]) {
            for index in shape.indices {
                counter[index] += 1
                target += strides[index]
                if counter[index] < shape[index] { return }
                target -= counter[index] * strides[index]
                counter[index] = 0
            }
        }
    }
}
