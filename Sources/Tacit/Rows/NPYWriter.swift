extension RowTable {
    /// The table as an `.npy` file: version 1.0, `<f8`, C order, shape (rows, columns).
    public func npyBytes() -> [UInt8] {
        var header =
            "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rowCount), \(columnCount)), }"
        // The elements begin at a multiple of 64 bytes; the header ends with a line feed.
        let unpadded = 10 + header.utf8.count + 1
        header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        var bytes: [UInt8] = [0x93]
        bytes.reserveCapacity(10 + header.utf8.count + 8 * values.count)
        bytes += Array("NUMPY".utf8)
        bytes += [1, 0, UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
        bytes += Array(header.utf8)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
