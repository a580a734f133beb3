import Foundation
import Secrets
import Testing

@Suite struct SharingTests {
    let mine: TemporaryFolder
    let theirs: TemporaryFolder
    let here: KeyVault
    let there: KeyVault
    let box: String

    init() throws {
        mine = try TemporaryFolder()
        theirs = try TemporaryFolder()
        here = try mine.vault()
        there = try theirs.vault()
        try Sample.store(in: here)
        box = mine.file("clinic.box")
    }

    @discardableResult
    private func share(with device: DeviceKey) throws -> KeyIdentity {
        try here.share("clinic", with: device, to: box, passphrase: passphrase(Sample.phrase))
    }

    @Test func theOtherDeviceGetsTheKeyAndItsBooks() throws {
        let device = try there.makeDevice("laptop", passphrase: passphrase("theirs"))
        #expect(try there.device("laptop") == device)
        #expect(try DeviceKey(device.description) == device)
        var key = try here.open("clinic", passphrase: passphrase(Sample.phrase))
        try here.update(&key) { record in
            record.shareCount = 6
            record.ledgers[4] = [1, 2]
        }
        let shared = try share(with: device)
        #expect(try mine.mode("clinic.box") == 0o600)
        let accepted = try there.accept(
            from: box, device: "laptop", passphrase: passphrase("theirs"))
        #expect(accepted == shared)
        #expect(try Sample.open(there, phrase: "theirs") == Sample.payload)
        let copy = try there.open("clinic", passphrase: passphrase("theirs"))
        let record = copy.record
        #expect(record.state == .active && record.shareCount == 6)
        #expect(record.ledgers == [4: [1, 2]] && record.revision == 1)
        #expect(throws: SecretsError.keyExists(name: "clinic", vault: theirs.path)) {
            try there.accept(from: box, device: "laptop", passphrase: passphrase("theirs"))
        }
        let other = try there.accept(
            from: box, device: "laptop", as: "second", passphrase: passphrase("theirs"))
        #expect(other.name == "second" && other.keyID == shared.keyID)
        #expect(throws: SecretsError.fileExists(path: box)) { try share(with: device) }
    }

    @Test func aDecryptOnlyKeyStaysOneAndADestroyedOneIsNotShared() throws {
        let device = try there.makeDevice("laptop", passphrase: passphrase("theirs"))
        try here.setState("clinic", to: .decryptOnly, passphrase: passphrase(Sample.phrase))
        try share(with: device)
        try there.accept(from: box, device: "laptop", passphrase: passphrase("theirs"))
        #expect(try there.info("clinic").state == .decryptOnly)
        try here.setState("clinic", to: .destroyed, passphrase: passphrase(Sample.phrase))
        #expect(throws: SecretsError.keyDestroyed(name: "clinic")) { try share(with: device) }
    }

    @Test func otherDevicesWrongPassphrasesAndDeviceKeysAreRefused() throws {
        let device = try there.makeDevice("laptop", passphrase: passphrase("theirs"))
        try there.makeDevice("phone", passphrase: passphrase("theirs"))
        try share(with: device)
        #expect(throws: SecretsError.boxForAnotherDevice(path: box, device: "phone")) {
            try there.accept(from: box, device: "phone", passphrase: passphrase("theirs"))
        }
        #expect(throws: SecretsError.wrongPassphrase(name: "laptop")) {
            try there.accept(from: box, device: "laptop", passphrase: passphrase("wrong"))
        }
        #expect(throws: SecretsError.invalidName("../x")) {
            try there.accept(
                from: box, device: "laptop", as: "../x", passphrase: passphrase("theirs"))
        }
        #expect(throws: SecretsError.deviceKeyNotShared(name: "laptop")) {
            try there.share(
                "laptop", with: device, to: theirs.file("x"), passphrase: passphrase("theirs"))
        }
        #expect(throws: SecretsError.notADeviceKey(name: "clinic")) { try here.device("clinic") }
        #expect(try there.list().map(\.name) == ["laptop", "phone"])
    }

    @Test func everyBitFlipAndEveryTruncationOfABoxIsNoticed() throws {
        let device = try there.makeDevice("laptop", passphrase: passphrase("theirs"))
        try share(with: device)
        let good = try mine.bytes("clinic.box")
        #expect(good.count < 500)
        func isRefused(_ bytes: [UInt8]) throws -> Bool {
            try mine.write("clinic.box", bytes)
            do {
                try there.accept(from: box, device: "laptop", passphrase: passphrase("theirs"))
                return false
            } catch is SecretsError { return true }
        }
        for index in good.indices {
            for bit in 0..<8 {
                var bytes = good
                bytes[index] ^= 1 << bit
                #expect(try isRefused(bytes), "byte \(index), bit \(bit)")
                // Under a fresh checksum the box itself tells; that takes longer, so one bit of each byte.
                guard index < good.count - 32, bit == index % 8 else { continue }
                let body = [UInt8](bytes.dropLast(32))
                #expect(
                    try isRefused(body + Digest32.blake2b(body).bytes),
                    "byte \(index), bit \(bit), rechecked")
            }
        }
        for count in good.indices { #expect(try isRefused([UInt8](good.prefix(count)))) }
        #expect(try isRefused(good + [0]))
        #expect(try theirs.names() == ["laptop.key"])
    }

    @Test func textsOfDevices() throws {
        let device = try there.makeDevice("laptop", passphrase: passphrase("theirs"))
        let text = device.description
        #expect(text.hasPrefix("tacit-device-") && text.count == 13 + 72)
        #expect(try DeviceKey("  \(text)\n") == device)
        var typo = Array(text)
        typo[30] = typo[30] == "a" ? "b" : "a"
        for bad in ["", "tacit-device-", String(typo), String(text.dropLast()), text + "00"] {
            #expect(throws: SecretsError.notADevice(bad)) { try DeviceKey(bad) }
        }
        // A point of low order: nobody could open a box to it.
        let zero = [UInt8](repeating: 0, count: 32)
        let check = Digest32.blake2b(zero).bytes.prefix(4)
        let nobody = try DeviceKey("tacit-device-" + hex(zero + check))
        #expect(throws: SecretsError.notADevice(nobody.description)) { try share(with: nobody) }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
