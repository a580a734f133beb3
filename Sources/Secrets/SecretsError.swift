#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What can go wrong with secrets, files and vaults; never carries a secret.
public enum SecretsError: Error, Equatable, Sendable {
    // Memory and randomness.

    /// libsodium could not be initialized.
    case libraryUnavailable
    /// There is no memory left for so many bytes.
    case outOfMemory(bytes: Int)
    /// Locked memory was required, and the system refused it for so many buffers.
    case memoryNotLocked(buffers: Int)
    /// A value of fixed size has another size.
    case wrongLength(what: String, expected: Int, found: Int)
    /// A range does not lie within the bytes it is taken from.
    case rangeOutOfBounds(range: Range<Int>, count: Int)
    /// More bytes were asked of a ChaCha20 stream than it has.
    case streamTooLong(asked: Int, available: Int)

    // Files.

    /// A system call failed.
    case systemCall(operation: String, path: String?, errno: Int32)
    /// There is no room on the disk, or the quota is used up.
    case diskFull(path: String)
    /// A file would be replaced that must not be.
    case fileExists(path: String)
    /// A folder stands where a file is wanted.
    case isDirectory(path: String)
    /// The change is made and visible, but may not survive a power failure.
    case notDurable(path: String, errno: Int32)
    /// Something is larger than is ever needed; it was not read.
    case tooLarge(what: String, bytes: Int, limit: Int)

    // Vaults and sealed keys.

    /// There is no vault at the path.
    case noVault(path: String)
    /// A vault or key file can be read by others; `required` are the bits it should have.
    case permissionsTooOpen(path: String, mode: UInt32, required: UInt32)
    /// A vault or key file belongs to another user.
    case wrongOwner(path: String, owner: UInt32)
    /// The text cannot name a key.
    case invalidName(String)
    /// The vault has no key of the name.
    case unknownKey(name: String, vault: String)
    /// The vault has a key of the name already.
    case keyExists(name: String, vault: String)
    /// The file is of another kind.
    case notAKeyFile(path: String)
    /// The file is one of ours for another purpose.
    case wrongFileKind(path: String, expected: VaultFileKind, found: VaultFileKind)
    /// The file was written by a later version.
    case unsupportedVersion(path: String, version: Int)
    /// The file is cut short or its bytes have changed.
    case damaged(path: String, reason: String)
    /// The file holds the key of another name.
    case nameMismatch(path: String, found: String)
    /// The file asks for more memory or passes than opening a key may cost.
    case derivationTooCostly(path: String, passes: UInt64, memoryBytes: UInt64)
    /// The passphrase is not the one the key is sealed with.
    case wrongPassphrase(name: String)
    /// The passphrase is right, but the file was changed by someone who does not know it.
    case altered(name: String, part: String)
    /// The key was destroyed; only its identity is left.
    case keyDestroyed(name: String)
    /// The key's state, read from the vault, does not permit the step.
    case wrongState(name: String, state: KeyState, step: String)
    /// The file was replaced since the key was opened.
    case keyReplaced(name: String)
    /// More decryptions would be shared than the noise in them hides the key for.
    case sharesUsedUp(name: String, shared: UInt64, asked: Int, limit: Int)

    // Rotation, backups and devices.

    /// The name leaves no room for the suffix of a retired key.
    case nameTooLongToRotate(name: String, limit: Int)
    /// The vault's copy of a key changed after the backup was made.
    case newerInVault(name: String, vault: UInt64, backup: UInt64)
    /// The vault has a key of that name with another id than the backup's.
    case otherKeyInVault(name: String)
    /// The backup has no key of the name.
    case notInBackup(name: String, path: String)
    /// The text is no public key of a device, or is mistyped.
    case notADevice(String)
    /// The key is not a device's.
    case notADeviceKey(name: String)
    /// A device's key stays on its device.
    case deviceKeyNotShared(name: String)
    /// The box was sealed to another device.
    case boxForAnotherDevice(path: String, device: String)

    // Passphrases.

    /// A passphrase has no characters.
    case emptyPassphrase
    /// A passphrase has more bytes than `Passphrase.maximumByteCount`.
    case passphraseTooLong(limit: Int)
    /// The second entry of a new passphrase differs from the first.
    case passphraseMismatch
    /// There is no terminal to ask for a passphrase.
    case noTerminal
    /// The user ended the prompt.
    case cancelled
}

extension SecretsError {
    /// A failed system call; a full disk is told apart.
    init(operation: String, path: String, errno code: Int32) {
        if code == ENOSPC || code == EDQUOT {
            self = .diskFull(path: path)
        } else {
            self = .systemCall(operation: operation, path: path, errno: code)
        }
    }

    static func text(of code: Int32) -> String {
        String(cString: strerror(code))
    }
}
