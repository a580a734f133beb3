#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A passphrase: its bytes as typed, in UTF-8, not normalized.
///
/// It is read from a terminal, a file descriptor or the environment, and never from an argument,
/// which every user of the machine can see.
public struct Passphrase: ~Copyable, Sendable {
    let bytes: SecretBytes

    /// Most bytes of a passphrase.
    public static let maximumByteCount = 1024

    /// The variable that `fromEnvironment` reads.
    public static let environmentVariable = "TACIT_PASSPHRASE"

    /// Takes over the bytes of a passphrase.
    ///
    /// - Throws: `SecretsError.emptyPassphrase`, `.passphraseTooLong`.
    public init(_ bytes: consuming SecretBytes) throws(SecretsError) {
        let count = bytes.count
        guard count > 0 else { throw .emptyPassphrase }
        guard count <= Passphrase.maximumByteCount else {
            throw .passphraseTooLong(limit: Passphrase.maximumByteCount)
        }
        self.bytes = bytes
    }

    /// Compares in constant time.
    public borrowing func isEqual(to other: borrowing Passphrase) -> Bool {
        bytes.isEqual(to: other.bytes)
    }

    /// Reads one line, or up to the end, from an open file descriptor.
    ///
    /// The descriptor stays open and stands behind the line, so that a second passphrase can
    /// follow. The line end (LF or CR LF) does not belong to the passphrase.
    public static func fromFileDescriptor(_ descriptor: Int32) throws(SecretsError) -> Passphrase {
        var line = try LineBuffer()
        while true {
            let answer = try line.readByte(descriptor)
            guard let byte = answer, byte != UInt8(ascii: "\n") else { break }
            try line.append(byte)
        }
        line.dropCarriageReturn()
        return try Passphrase(line.contents())
    }

    /// Takes the passphrase out of the environment: wipes the variable's memory and unsets it.
    ///
    /// Call it before other threads start. Until then other programs of the same user can read
    /// the variable, and child processes inherit it; a file descriptor is the better way.
    ///
    /// - Returns: nil when the variable is not set.
    public static func fromEnvironment(
        _ variable: String = environmentVariable
    ) throws(SecretsError) -> Passphrase? {
        guard let value = getenv(variable) else { return nil }
        let count = strlen(value)
        let memory = UnsafeMutableRawBufferPointer(start: value, count: count)
        defer {
            SecretBytes.wipe(memory)
            unsetenv(variable)
        }
        return try Passphrase(SecretBytes(copying: UnsafeRawBufferPointer(memory)))
    }
}

/// A line that is being read into guarded memory.
struct LineBuffer: ~Copyable {
    private var memory: SecretBytes
    private var count = 0

    init() throws(SecretsError) {
        // One byte more than a passphrase has, for a carriage return, and one for a single read.
        memory = try SecretBytes(count: Passphrase.maximumByteCount + 2)
    }

    /// The next byte, or nil at the end; read straight into guarded memory.
    mutating func readByte(_ descriptor: Int32) throws(SecretsError) -> UInt8? {
        while true {
            let answer = memory.withUnsafeMutableBytes { bytes -> (Int, UInt8, Int32) in
                let last = bytes.count - 1
                guard let base = bytes.baseAddress else { return (0, 0, 0) }
                let count = read(descriptor, base + last, 1)
                defer { bytes[last] = 0 }
                return (count, bytes[last], errno)
            }
            if answer.0 == 1 { return answer.1 }
            if answer.0 == 0 { return nil }
            if answer.2 != EINTR {
                throw .systemCall(
                    operation: "reading the passphrase from descriptor \(descriptor)", path: nil,
                    errno: answer.2)
            }
        }
    }

    mutating func append(_ byte: UInt8) throws(SecretsError) {
        guard count <= Passphrase.maximumByteCount else {
            throw .passphraseTooLong(limit: Passphrase.maximumByteCount)
        }
        let index = count
        memory.withUnsafeMutableBytes { $0[index] = byte }
        count += 1
    }

    mutating func dropCarriageReturn() {
        let last = count - 1
        guard last >= 0 else { return }
        let isReturn = memory.withUnsafeBytes { $0[last] == UInt8(ascii: "\r") }
        if isReturn { count = last }
    }

    /// Removes the last character, all bytes of it.
    mutating func dropCharacter() {
        while count > 0 {
            count -= 1
            let index = count
            let byte = memory.withUnsafeMutableBytes { bytes in
                defer { bytes[index] = 0 }
                return bytes[index]
            }
            // Continuation bytes of UTF-8 are 10xxxxxx.
            if byte & 0b1100_0000 != 0b1000_0000 { return }
        }
    }

    mutating func clear() {
        memory.wipe()
        count = 0
    }

    var isEmpty: Bool { count == 0 }

    borrowing func contents() throws(SecretsError) -> SecretBytes {
        try memory.slice(0..<count)
    }
}
