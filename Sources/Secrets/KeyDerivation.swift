/// How a passphrase becomes the key that wraps a data key: Argon2id 1.3 (RFC 9106), one lane.
struct KeyDerivation: Sendable, Hashable {
    var passes: UInt64
    var memoryBytes: UInt64
    var salt: [UInt8]

    /// The number under which libsodium and our files know Argon2id 1.3.
    static let argon2id: UInt8 = 2
    static let saltByteCount = 16

    /// What a file may ask for; checked before any memory is taken.
    static let acceptedPasses: ClosedRange<UInt64> = 1...16
    static let acceptedMemoryBytes: ClosedRange<UInt64> = 8192...(1 << 30)

    var isAcceptable: Bool {
        KeyDerivation.acceptedPasses.contains(passes)
            && KeyDerivation.acceptedMemoryBytes.contains(memoryBytes)
    }

    init(passes: UInt64, memoryBytes: UInt64, salt: [UInt8]) {
        self.passes = passes
        self.memoryBytes = memoryBytes
        self.salt = salt
    }

    /// A derivation of the given cost under a fresh salt.
    init(cost: DerivationCost) {
        self.init(
            passes: cost.passes, memoryBytes: cost.memoryBytes,
            salt: SystemRandomSource().publicBytes(count: KeyDerivation.saltByteCount))
    }

    /// Derives the wrapping key and the commitment to it.
    ///
    /// The commitment makes the wrapping binding to one passphrase (the cipher alone is not: the
    /// partitioning oracles of Len, Grubbs and Ristenpart, USENIX Security 2021).
    func derive(_ passphrase: borrowing Passphrase) throws(SecretsError) -> WrappingKey {
        var master = try SecretBytes(count: 32)
        let derived = passphrase.bytes.withUnsafeBytes { passphrase in
            master.withUnsafeMutableBytes { Sodium.argon2id($0, passphrase, self) }
        }
        guard derived else { throw .outOfMemory(bytes: Int(memoryBytes)) }
        var key = try SecretBytes(count: 32)
        key.withUnsafeMutableBytes { key in
            master.withUnsafeBytes { Sodium.subkey(key, of: $0, number: 1) }
        }
        var commitment = [UInt8](repeating: 0, count: RecordHeader.commitmentByteCount)
        commitment.withUnsafeMutableBytes { commitment in
            master.withUnsafeBytes { Sodium.subkey(commitment, of: $0, number: 2) }
        }
        return WrappingKey(key: key, commitment: commitment)
    }
}

/// What deriving a key from a passphrase costs.
package struct DerivationCost: Sendable, Hashable {
    package let passes: UInt64
    package let memoryBytes: UInt64

    /// libsodium's MODERATE: 3 passes over 256 MiB, most of a second.
    package static let moderate = DerivationCost(passes: 3, memoryBytes: 256 << 20)

    /// The cheapest there is; protects nothing.
    package static let insecureForTests = DerivationCost(passes: 1, memoryBytes: 8192)
}

/// A key derived from a passphrase, with the public commitment to it.
struct WrappingKey: ~Copyable {
    let key: SecretBytes
    let commitment: [UInt8]
}
