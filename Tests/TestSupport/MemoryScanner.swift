#if os(Linux)
    import Foundation
    import Secrets

    /// Finds secrets in the memory of this process without ever holding a copy of them: patterns are kept masked.
    public struct MemoryScanner: Sendable {
        /// What the pattern is, for messages.
        public let name: String
        private let masked: [UInt8]
        /// Where the byte stands that is looked for first: one that is rare in memory, if there is one.
        private let anchor: Int

        private static let mask: UInt8 = 0xa5

        /// The memory cannot be read.
        public struct Unreadable: Error {}

        /// A scanner for bytes that the caller goes on holding.
        public init(_ name: String, _ pattern: UnsafeRawBufferPointer) {
            self.init(name, masking: pattern.lazy.map { $0 })
        }

        /// A scanner for bytes that are made one by one and nowhere kept; they must not be all zero.
        public init(_ name: String, masking bytes: some Sequence<UInt8>) {
            self.name = name
            masked = bytes.map { $0 ^ MemoryScanner.mask }
            let plain: (Int) -> UInt8 = { [masked] in masked[$0] ^ MemoryScanner.mask }
            anchor =
                masked.indices.first { ![0, 1, 255].contains(plain($0)) }
                ?? masked.indices.first { plain($0) == 255 }
                ?? masked.indices.first { plain($0) != 0 } ?? 0
        }

        /// Addresses of the pattern in all memory that can be written.
        public func occurrences() throws -> [Int] {
            try MemoryScanner.occurrences(of: [self])[0]
        }

        /// The same for many patterns, reading memory once.
        public static func occurrences(of scanners: [MemoryScanner]) throws -> [[Int]] {
            let memory = open("/proc/self/mem", O_RDONLY)
            guard memory >= 0 else { throw Unreadable() }
            defer { close(memory) }
            let size = 1 << 20
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
            defer { buffer.deallocate() }
            let own = UInt(bitPattern: buffer.baseAddress)
            let longest = scanners.map(\.masked.count).max() ?? 0
            var found = scanners.map { _ in Set<Int>() }
            for (from, end) in try readableRanges() {
                var start = from
                while start < end {
                    let count = min(size, Int(end - start))
                    let read = pread(memory, buffer.baseAddress, count, off_t(start))
                    guard read > 0 else { break }
                    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<read])
                    for (index, scanner) in scanners.enumerated() {
                        for offset in scanner.matches(bytes) {
                            let address = start + UInt(offset)
                            if address < own || address >= own + UInt(size) {
                                found[index].insert(Int(address))
                            }
                        }
                    }
                    SecretBytes.wipe(buffer)
                    // Pieces overlap, so that a copy across their border is seen.
                    guard read > longest, start + UInt(read) < end else { break }
                    start += UInt(read - longest + 1)
                }
            }
            return found.map { $0.sorted() }
        }

        private static func readableRanges() throws -> [(UInt, UInt)] {
            try maps().split(separator: "\n").compactMap { line in
                let fields = line.split(separator: " ")
                let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                // What cannot be written holds code and constants.
                guard ends.count == 2, fields[1].hasPrefix("rw"), !line.hasSuffix("[vvar]") else {
                    return nil
                }
                return (ends[0], ends[1])
            }
        }

        /// The map of memory; read in pieces, because its file claims to be empty.
        private static func maps() throws -> String {
            let file = open("/proc/self/maps", O_RDONLY)
            guard file >= 0 else { throw Unreadable() }
            defer { close(file) }
            var text: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 4096)
            while case let count = read(file, &piece, piece.count), count > 0 {
                text.append(contentsOf: piece.prefix(count))
            }
            return String(decoding: text, as: UTF8.self)
        }

        private func matches(_ bytes: UnsafeRawBufferPointer) -> [Int] {
            guard let base = bytes.baseAddress, bytes.count >= masked.count else { return [] }
            let rare = Int32(masked[anchor] ^ MemoryScanner.mask)
            var found: [Int] = []
            var from = anchor
            let last = bytes.count - masked.count + anchor
            while from <= last, let hit = memchr(base + from, rare, last - from + 1) {
                let place = hit - UnsafeMutableRawPointer(mutating: base)
                if isMatch(bytes, place - anchor) { found.append(place - anchor) }
                from = place + 1
            }
            return found
        }

        private func isMatch(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
            masked.withUnsafeBufferPointer { masked in
                for index in masked.indices
                where bytes[start + index] ^ MemoryScanner.mask != masked[index] {
                    return false
                }
                return true
            }
        }
    }
#endif
