extension SecretsError: CustomStringConvertible {
    /// One line: what, where, and what to do.
    public var description: String {
        memoryDescription ?? fileDescription ?? keyFileDescription ?? transferDescription
            ?? passphraseDescription
    }

    private var memoryDescription: String? {
        switch self {
        case .libraryUnavailable:
            "libsodium could not be initialized; check its installation"
        case .outOfMemory(let bytes):
            "no memory for \(bytes) secret bytes; free memory or raise the limits (ulimit -v)"
        case .memoryNotLocked(let buffers):
            "\(buffers) secret buffers could not be locked in memory; raise the limit (ulimit -l)"
        case .wrongLength(let what, let expected, let found):
            "a \(what) has \(expected) bytes, found \(found)"
        case .rangeOutOfBounds(let range, let count):
            "bytes \(range.lowerBound)..<\(range.upperBound) do not lie within \(count) bytes"
        case .streamTooLong(let asked, let available):
            "\(asked) bytes asked of a random stream that has \(available) left; use another nonce"
        default: nil
        }
    }

    private var fileDescription: String? {
        switch self {
        case .systemCall(let operation, let path, let code):
            "\(operation)\(path.map { " \($0)" } ?? "") failed: \(SecretsError.text(of: code))"
        case .diskFull(let path):
            "no space left to write \(path); nothing was changed; free space and repeat"
        case .fileExists(let path):
            "\(path) exists and is not replaced; choose another name or remove it"
        case .isDirectory(let path):
            "\(path.isEmpty ? "the empty path" : path) is a folder; name a file"
        case .notDurable(let path, let code):
            "written, but \(path) could not be synchronized (\(SecretsError.text(of: code))); "
                + "check the disk"
        case .tooLarge(let what, let bytes, let limit):
            "\(what) has \(bytes) bytes, at most \(limit) are accepted; is it the right file?"
        case .noVault(let path):
            "no vault at \(path); check the path, or make one with `tacit keygen`"
        case .permissionsTooOpen(let path, let mode, let required):
            "\(path) is open to others (mode \(SecretsError.octal(mode))); "
                + "run: chmod \(SecretsError.octal(required)) \(path)"
        case .wrongOwner(let path, let owner):
            "\(path) belongs to user \(owner); keys are read only from files of your own"
        default: nil
        }
    }

    private var keyFileDescription: String? {
        switch self {
        case .invalidName(let name):
            "\(SecretsError.printable(name)) cannot name a key; use 1 to 64 letters, digits, "
                + "'.', '-' and '_', beginning with a letter or digit"
        case .unknownKey(let name, let vault):
            "no key \(name) in \(vault); see `tacit keys list`"
        case .keyExists(let name, let vault):
            "\(vault) has a key \(name) already; choose another name"
        case .notAKeyFile(let path):
            "\(path) is not a sealed key of Tacit; check the path"
        case .unsupportedVersion(let path, let version):
            "\(path) has format version \(version), this program reads version 1; update it"
        case .damaged(let path, let reason):
            "\(path) is damaged (\(reason)); restore it from a backup"
        case .nameMismatch(let path, let found):
            "\(path) holds the key \(SecretsError.printable(found)); rename the file back"
        case .derivationTooCostly(let path, let passes, let memory):
            "\(path) asks for \(passes) passes over \(memory) bytes to derive its key, outside "
                + "what is accepted; restore it from a backup"
        case .wrongPassphrase(let name):
            "wrong passphrase for key \(name)"
        case .altered(let name, let part):
            "the \(part) of key \(name) was altered after sealing; restore it from a backup"
        case .keyDestroyed(let name):
            "key \(name) was destroyed; only its identity is left"
        case .wrongState(let name, let state, let step):
            "key \(name) is \(state), which does not permit \(step)"
        case .sharesUsedUp(let name, let shared, let asked, let limit):
            "key '\(name)' has \(shared) shared results, and \(asked) more would pass the \(limit) that the "
                + "model leaves room for; make a new key, or have the model compiled with --share BITS,MORE"
        case .keyReplaced(let name):
            "key \(name) was changed by another process meanwhile; repeat the command"
        default: nil
        }
    }

    private var transferDescription: String? {
        switch self {
        case .wrongFileKind(let path, let expected, let found):
            "\(path) is \(found.article), expected \(expected.article); \(found.advice)"
        case .nameTooLongToRotate(let name, let limit):
            "the name \(SecretsError.printable(name)) is too long to rotate: a retired key gets nine characters "
                + "more, so at most \(limit) are possible; make a key under a shorter name"
        case .newerInVault(let name, let vault, let backup):
            "key \(name) changed after the backup was made (revision \(vault), the backup has \(backup)); "
                + "nothing was restored; remove the key first if the older one is really wanted"
        case .otherKeyInVault(let name):
            "the vault has another key under the name \(name); nothing was restored; restore into another vault"
        case .notInBackup(let name, let path):
            "no key \(SecretsError.printable(name)) in the backup \(path)"
        case .notADevice(let text):
            "\(SecretsError.printable(text)) is not the public key of a device, or has a typing error; "
                + "see `tacit keys device` on that device"
        case .notADeviceKey(let name):
            "key \(name) is not a device's; see `tacit keys list`"
        case .deviceKeyNotShared(let name):
            "key \(name) is this device's own and is not shared; make one on the other device"
        case .boxForAnotherDevice(let path, let device):
            "\(path) was sealed to another device than \(device); accept it there, or have it shared again"
        default: nil
        }
    }

    private var passphraseDescription: String {
        switch self {
        case .emptyPassphrase:
            "the passphrase is empty; give one with at least one character"
        case .passphraseTooLong(let limit):
            "the passphrase has more than \(limit) bytes"
        case .passphraseMismatch:
            "the two entries of the passphrase differ; repeat the command"
        case .noTerminal:
            "no terminal to ask for the passphrase; use --passphrase-fd or TACIT_PASSPHRASE"
        case .cancelled:
            "cancelled at the passphrase prompt"
        default: "unexpected failure"
        }
    }

    static func octal(_ mode: UInt32) -> String { String(mode, radix: 8) }

    /// A foreign text in quotes, cut and freed of control characters.
    static func printable(_ text: String) -> String {
        let shown = String.UnicodeScalarView(
            text.unicodeScalars.prefix(80).map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format: "\u{FFFD}"
                default: scalar
                }
            })
        return "'\(String(shown))'"
    }
}
