import Secrets
import TestSupport
import Testing

@Suite struct SecretBytesTests {
    @Test func startsZeroAndHoldsWhatIsWritten() throws {
        var secret = try SecretBytes(count: 1000)
        let fresh = secret.withUnsafeBytes { $0.allSatisfy { $0 == 0 } }
        #expect(fresh)
        secret.withUnsafeMutableBytes { bytes in
            for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) }
        }
        let copy = try secret.duplicate()
        secret.wipe()
        let wiped = secret.withUnsafeBytes { [UInt8]($0) }
        #expect(wiped == [UInt8](repeating: 0, count: 1000))
        let kept = copy.withUnsafeBytes { [UInt8]($0) }
        #expect(kept == (0..<1000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func comparesEveryByteAndTheLength() throws {
        let a = try SecretBytes(randomCount: 100, from: SystemRandomSource())
        let b = try a.duplicate()
        let equal = a.isEqual(to: b)
        #expect(equal)
        for index in 0..<100 {
            var other = try a.duplicate()
            other.withUnsafeMutableBytes { $0[index] ^= 0x10 }
            let equal = a.isEqual(to: other)
            #expect(!equal, "byte \(index) was not compared")
        }
        let shorter = try a.slice(0..<99)
        let equalToShorter = a.isEqual(to: shorter)
        #expect(!equalToShorter)
        let none = try SecretBytes(count: 0)
        let alsoNone = try SecretBytes(count: 0)
        let noneEqual = none.isEqual(to: alsoNone)
        #expect(noneEqual)
    }

    @Test func movingEmptiesTheArray() throws {
        var bytes = [UInt8](0..<64)
        let secret = try SecretBytes(moving: &bytes)
        #expect(bytes.isEmpty)
        let held = secret.withUnsafeBytes { [UInt8]($0) }
        #expect(held == [UInt8](0..<64))
    }

    @Test func isAlignedWhenTheCountIs() throws {
        let secret = try SecretBytes(count: 64 * 3)
        let address = secret.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
        #expect(address % 64 == 0)
    }

    @Test func refusesImpossibleSizesAndRanges() throws {
        #expect(throws: SecretsError.outOfMemory(bytes: -1)) { _ = try SecretBytes(count: -1) }
        #expect(throws: SecretsError.outOfMemory(bytes: 1 << 40)) {
            _ = try SecretBytes(count: 1 << 40)
        }
        #expect(throws: SecretsError.rangeOutOfBounds(range: 2..<5, count: 4)) {
            let secret = try SecretBytes(count: 4)
            _ = try secret.slice(2..<5)
        }
    }

    @Test func lockingIsReported() throws {
        let before = LockedMemory.status
        let secret = try SecretBytes(count: 32)
        let after = LockedMemory.status
        #expect(after.locked + after.refused > before.locked + before.refused)
        if secret.isMemoryLocked {
            #expect(after.locked > before.locked)
        } else {
            #expect(after.refused > before.refused)
            #expect(LockedMemory.warning != nil)
            #expect(throws: SecretsError.self) { try LockedMemory.require() }
        }
    }
}
