#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Passphrase {
    /// Asks on the terminal, without echo.
    ///
    /// - Parameters:
    ///   - prompt: What to ask, such as "Passphrase for key clinic".
    ///   - confirm: Whether to ask twice, for a new passphrase.
    /// - Throws: `SecretsError.noTerminal`, `.cancelled` (Ctrl-C, or Ctrl-D on an empty line),
    ///   `.passphraseMismatch`, `.emptyPassphrase`, `.passphraseTooLong`.
    public static func fromTerminal(
        prompt: String, confirm: Bool = false
    ) throws(SecretsError) -> Passphrase {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { throw .noTerminal }
        defer { close(terminal) }
        return try fromTerminal(terminal, prompt: prompt, confirm: confirm)
    }

    package static func fromTerminal(
        _ terminal: Int32, prompt: String, confirm: Bool
    ) throws(SecretsError) -> Passphrase {
        let first = try ask(terminal, prompt)
        guard confirm else { return first }
        let second = try ask(terminal, "\(prompt) (again)")
        guard first.isEqual(to: second) else { throw .passphraseMismatch }
        return first
    }

    private static func ask(_ terminal: Int32, _ prompt: String) throws(SecretsError) -> Passphrase
    {
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw .noTerminal }
        // Keys come one by one, and Ctrl-C as a key, so that the echo is always switched on again.
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
        quiet.c_iflag |= tcflag_t(ICRNL)
        withUnsafeMutableBytes(of: &quiet.c_cc) { keys in
            keys[Int(VMIN)] = 1
            keys[Int(VTIME)] = 0
        }
        guard tcsetattr(terminal, TCSAFLUSH, &quiet) == 0 else { throw .noTerminal }
        defer {
            show("\n", terminal)
            tcsetattr(terminal, TCSAFLUSH, &before)
        }
        show("\(prompt): ", terminal)
        return try readLine(terminal)
    }

    private static func readLine(_ terminal: Int32) throws(SecretsError) -> Passphrase {
        var line = try LineBuffer()
        while true {
            let answer = try line.readByte(terminal)
            guard let byte = answer else { throw .cancelled }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                return try Passphrase(line.contents())
            case 0x03, 0x1c:  // Ctrl-C, Ctrl-\
                throw .cancelled
            case 0x04 where line.isEmpty:  // Ctrl-D
                throw .cancelled
            case 0x04:
                return try Passphrase(line.contents())
            case 0x08, 0x7f:  // backspace, delete
                line.dropCharacter()
            case 0x15:  // Ctrl-U
                line.clear()
            default:
                try line.append(byte)
            }
        }
    }

    private static func show(_ text: String, _ terminal: Int32) {
        let bytes = [UInt8](text.utf8)
        _ = bytes.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
    }
}
