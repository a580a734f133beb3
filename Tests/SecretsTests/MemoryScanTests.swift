import Foundation
import Secrets
import Testing

#if os(Linux)
    /// After use no copy of a secret is anywhere in the process's memory.
    @Suite struct MemoryScanTests {
        /// Finds a pattern in memory without ever holding a copy of it: it is kept masked.
        struct Scanner {
            private let masked: [UInt8]
            private static let mask: UInt8 = 0xa5

            init(_ pattern: UnsafeRawBufferPointer) { masked = pattern.map { $0 ^ Scanner.mask } }

            /// Addresses of the pattern in all memory that can be read.
            func occurrences() throws -> [Int] {
                let maps = try Scanner.maps()
                let memory = open("/proc/self/mem", O_RDONLY)
                try #require(memory >= 0)
                defer { close(memory) }
                let size = 1 << 20
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
                defer { buffer.deallocate() }
                let own = UInt(bitPattern: buffer.baseAddress)
                var found: [Int] = []
                for line in maps.split(separator: "\n") {
                    let fields = line.split(separator: " ")
                    let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                    guard ends.count == 2, fields[1].hasPrefix("r"), !line.hasSuffix("[vvar]")
                    else {
                        continue
                    }
                    var start = ends[0]
                    while start < ends[1] {
                        let count = min(size, Int(ends[1] - start))
                        let read = pread(memory, buffer.baseAddress, count, off_t(start))
                        guard read > 0 else { break }
                        for offset in matches(UnsafeRawBufferPointer(rebasing: buffer[..<read])) {
                            let address = start + UInt(offset)
                            if address < own || address >= own + UInt(size) {
                                found.append(Int(address))
                            }
                        }
                        SecretBytes.wipe(buffer)
                        // Pieces overlap, so that a copy across their border is seen.
                        guard read > masked.count, start + UInt(read) < ends[1] else { break }
                        start += UInt(read - masked.count + 1)
                    }
                }
                return Array(Set(found)).sorted()
            }

            /// The map of memory; read in pieces, because its file claims to be empty.
            private static func maps() throws -> String {
                let file = open("/proc/self/maps", O_RDONLY)
                try #require(file >= 0)
                defer { close(file) }
                var text: [UInt8] = []
                var piece = [UInt8](repeating: 0, count: 4096)
                while case let count = read(file, &piece, piece.count), count > 0 {
                    text.append(contentsOf: piece.prefix(count))
                }
                return String(decoding: text, as: UTF8.self)
            }

            private func matches(_ bytes: UnsafeRawBufferPointer) -> [Int] {
                let first = masked[0] ^ Scanner.mask
                var found: [Int] = []
                var from = bytes.startIndex
                while from + masked.count <= bytes.count, let base = bytes.baseAddress,
                    let hit = memchr(base + from, Int32(first), bytes.count - from)
                {
                    let index = hit - UnsafeMutableRawPointer(mutating: base)
                    guard index + masked.count <= bytes.count else { break }
                    if masked.indices.allSatisfy({ bytes[index + $0] ^ Scanner.mask == masked[$0] })
                    {
                        found.append(index)
                    }
                    from = index + 1
                }
                return found
            }
        }

        /// A payload that no array ever held, and a scanner for its last bytes.
        private func randomPayload() throws -> (payload: Box, scanner: Scanner) {
            let payload = try SecretBytes(randomCount: 200, from: SystemRandomSource())
            let scanner = payload.withUnsafeBytes { bytes in
                Scanner(UnsafeRawBufferPointer(rebasing: bytes[100..<148]))
            }
            return (Box(payload), scanner)
        }

        final class Box {
            let secret: SecretBytes
            init(_ secret: consuming SecretBytes) { self.secret = secret }
        }

        @Test func anOpenKeyIsInGuardedMemoryAloneAndGoneAfter() throws {
            let folder = try TemporaryFolder()
            let vault = try folder.vault()
            let scanner = try stored(in: vault)
            #expect(try scanner.occurrences() == [], "storing left copies")
            try whileOpen(vault, scanner)
            #expect(try scanner.occurrences() == [], "opening left copies")
            try vault.changePassphrase(
                "clinic", from: passphrase(Sample.phrase), to: passphrase("new"))
            try vault.export("clinic", to: folder.file("copy"))
            #expect(try scanner.occurrences() == [], "changes left copies")
        }

        @inline(never)
        private func stored(in vault: KeyVault) throws -> Scanner {
            let (box, scanner) = try randomPayload()
            try vault.store(
                "clinic", kind: "ckks", keyID: Sample.keyID(), payload: box.secret,
                passphrase: passphrase(Sample.phrase))
            return scanner
        }

        @inline(never)
        private func whileOpen(_ vault: KeyVault, _ scanner: Scanner) throws {
            let key = try vault.open("clinic", passphrase: passphrase(Sample.phrase))
            let found = try scanner.occurrences()
            #expect(found.count == 1, "the guarded copy and no other: \(found)")
            let base = key.payload.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
            #expect(found.first == base + 100)
        }

        @Test func theScannerSeesCopies() throws {
            let (box, scanner) = try randomPayload()
            #expect(try scanner.occurrences().count == 1)
            let copy = box.secret.withUnsafeBytes { [UInt8]($0) }
            #expect(try scanner.occurrences().count == 2)
            #expect(copy.count == 200)
        }
    }
#endif
