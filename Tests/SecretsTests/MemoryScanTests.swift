import Foundation
import Secrets
import TestSupport
import Testing

#if os(Linux)
    /// After use no copy of a secret is anywhere in the process's memory.
    @Suite struct MemoryScanTests {
        /// A payload that no array ever held, and a scanner for its last bytes.
        private func randomPayload() throws -> (payload: Box, scanner: MemoryScanner) {
            let payload = try SecretBytes(randomCount: 200, from: SystemRandomSource())
            let scanner = payload.withUnsafeBytes { bytes in
                MemoryScanner("payload", UnsafeRawBufferPointer(rebasing: bytes[100..<148]))
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
        private func stored(in vault: KeyVault) throws -> MemoryScanner {
            let (box, scanner) = try randomPayload()
            try vault.store(
                "clinic", kind: "ckks", keyID: Sample.keyID(), payload: box.secret,
                passphrase: passphrase(Sample.phrase))
            return scanner
        }

        @inline(never)
        private func whileOpen(_ vault: KeyVault, _ scanner: MemoryScanner) throws {
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
