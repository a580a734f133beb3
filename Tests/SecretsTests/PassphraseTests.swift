import Foundation
import Secrets
import Synchronization
import Testing

@Suite struct PassphraseTests {
    private func text(_ phrase: consuming Passphrase) throws -> String {
        let vaultFolder = try TemporaryFolder()
        // The bytes of a passphrase are not for sale; a vault tells which ones they are.
        let vault = try vaultFolder.vault()
        try vault.store(
            "probe", kind: "probe", keyID: Sample.keyID(), payload: secret([1]),
            passphrase: phrase)
        for candidate in candidates
        where (try? Sample.open(vault, name: "probe", phrase: candidate)) != nil {
            return candidate
        }
        return "none of the candidates"
    }

    private let candidates = [
        "secret", "secret\n", "secret\r", "second", "pass wörd", "pass w", "ab", "abc",
        String(repeating: "x", count: 1024),
    ]

    /// Gives `body` the reading end of a pipe that holds the text.
    private func withPipe(_ text: String, _ body: (Int32) throws -> Void) throws {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data(text.utf8))
        try pipe.fileHandleForWriting.close()
        try body(pipe.fileHandleForReading.fileDescriptor)
        try pipe.fileHandleForReading.close()
    }

    @Test(arguments: ["secret", "secret\n", "secret\r\n", "secret\nmore"])
    func readsOneLine(input: String) throws {
        try withPipe(input) { pipe in
            let phrase = try Passphrase.fromFileDescriptor(pipe)
            #expect(try text(phrase) == "secret")
        }
    }

    @Test func twoLinesAreTwoPassphrases() throws {
        try withPipe("secret\nsecond\n") { pipe in
            let first = try Passphrase.fromFileDescriptor(pipe)
            let second = try Passphrase.fromFileDescriptor(pipe)
            #expect(try text(first) == "secret")
            #expect(try text(second) == "second")
        }
    }

    @Test func lengthsAreLimited() throws {
        for input in ["", "\n", "\r\n"] {
            try withPipe(input) { pipe in
                #expect(throws: SecretsError.emptyPassphrase) {
                    _ = try Passphrase.fromFileDescriptor(pipe)
                }
            }
        }
        let longest = String(repeating: "x", count: 1024)
        try withPipe(longest + "\r\n") { pipe in
            let phrase = try Passphrase.fromFileDescriptor(pipe)
            #expect(try text(phrase) == longest)
        }
        for input in [longest + "x", longest + "xx\n", longest + longest] {
            try withPipe(input) { pipe in
                #expect(throws: SecretsError.passphraseTooLong(limit: 1024)) {
                    _ = try Passphrase.fromFileDescriptor(pipe)
                }
            }
        }
    }

    @Test func closedDescriptorsAreReported() {
        #expect(throws: SecretsError.self) { _ = try Passphrase.fromFileDescriptor(987) }
    }

    @Test func theEnvironmentIsReadOnceAndWiped() throws {
        let name = "TACIT_TEST_PASSPHRASE"
        #expect(setenv(name, "secret", 1) == 0)
        let memory = getenv(name)
        let found = try Passphrase.fromEnvironment(name)
        guard let found else {
            Issue.record("the variable was not found")
            return
        }
        #expect(try text(found) == "secret")
        #expect(getenv(name) == nil)
        #expect(memory?.pointee == 0)
        let again = try Passphrase.fromEnvironment(name)
        let isGone = again == nil
        #expect(isGone)
        #expect(setenv(name, "", 1) == 0)
        #expect(throws: SecretsError.emptyPassphrase) { _ = try Passphrase.fromEnvironment(name) }
    }

    /// Both ends of a terminal, by Linux's own calls; the portable ones are hidden from Swift.
    private func pseudoTerminal() throws -> (user: Int32, terminal: Int32) {
        let user = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var number: CInt = 0
        var unlocked: CInt = 0
        try #require(user >= 0)
        try #require(ioctl(user, 0x4004_5431, &unlocked) == 0)  // TIOCSPTLCK
        try #require(ioctl(user, 0x8004_5430, &number) == 0)  // TIOCGPTN
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(terminal >= 0)
        return (user, terminal)
    }

    /// What the user's side of a terminal shows after these keys, and what was read.
    private func atTerminal(
        _ keys: String, confirm: Bool = false
    ) throws -> (result: Result<String, SecretsError>, screen: String) {
        let (user, terminal) = try pseudoTerminal()
        defer {
            close(user)
            close(terminal)
        }
        var before = termios()
        tcgetattr(terminal, &before)
        // The user types a line whenever the prompt has come, and notes all that is shown.
        let lines = keys.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let screen = Mutex("")
        let hasEnded = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            for line in lines {
                while true {
                    var bytes = [UInt8](repeating: 0, count: 256)
                    let count = read(user, &bytes, bytes.count)
                    guard count > 0 else { break }
                    let shown = String(decoding: bytes.prefix(count), as: UTF8.self)
                    screen.withLock { $0 += shown }
                    if shown.hasSuffix(": ") { break }
                }
                let bytes = Array(line.utf8)
                _ = write(user, bytes, bytes.count)
            }
            hasEnded.signal()
        }
        let result: Result<String, SecretsError>
        do throws(SecretsError) {
            let phrase = try Passphrase.fromTerminal(terminal, prompt: "Key", confirm: confirm)
            result = .success((try? text(phrase)) ?? "unreadable")
        } catch {
            result = .failure(error)
        }
        var after = termios()
        tcgetattr(terminal, &after)
        #expect(before.c_lflag == after.c_lflag, "the terminal is as it was")
        hasEnded.wait()
        return (result, screen.withLock { $0 })
    }

    @Test(arguments: [
        ("secret\n", "secret"), ("secretx\u{7f}\n", "secret"), ("wrong\u{15}secret\n", "secret"),
        ("pass wörd\n", "pass wörd"), ("pass wö\u{7f}\n", "pass w"), ("ab\u{04}", "ab"),
    ])
    func terminalsDoNotEcho(keys: String, expected: String) throws {
        let (result, screen) = try atTerminal(keys)
        #expect(try result.get() == expected)
        #expect(screen.hasPrefix("Key: "))
        #expect(!screen.contains("secret") && !screen.contains("pass"))
    }

    @Test func terminalsAskTwiceForANewPassphrase() throws {
        #expect(try atTerminal("secret\n|secret\n", confirm: true).result.get() == "secret")
        let (result, _) = try atTerminal("secret\n|Secret\n", confirm: true)
        #expect(result == .failure(.passphraseMismatch))
    }

    @Test(arguments: ["\u{03}", "sec\u{03}", "\u{04}"])
    func promptsCanBeCancelled(keys: String) throws {
        #expect(try atTerminal(keys).result == .failure(.cancelled))
    }
}
