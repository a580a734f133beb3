import Foundation
import Tacit

#if Service
    import TacitRemote
#endif

/// Exit codes, after sysexits(3) where one fits.
enum Failure {
    /// Input that can be read but is refused.
    static let refused: Int32 = 65
    /// A file that cannot be read.
    static let unreadable: Int32 = 66
    /// A server that cannot be reached, or does not answer now.
    static let unavailable: Int32 = 69
    /// A file that cannot be written.
    static let unwritable: Int32 = 74
    /// The time allowed is over.
    static let tooSlow: Int32 = 75
    /// A server that failed, or answers against the protocol.
    static let strange: Int32 = 76
    /// Stopped by the user or the system, as shells say it of an interrupt.
    static let stopped: Int32 = 130
    /// A wrong passphrase, a vault that others may read, a token or server that is not trusted.
    static let denied: Int32 = 77

    /// Prints what went wrong as one line and ends the process.
    static func exit(_ error: any Error) -> Never {
        FileHandle.standardError.write(Data("tacit: \(message(error))\n".utf8))
        Foundation.exit(code(error))
    }

    private static func message(_ error: any Error) -> String {
        if let cocoa = error as? CocoaError { return cocoa.localizedDescription }
        return "\(error)".split(separator: "\n").joined(separator: " ")
    }

    private static func code(_ error: any Error) -> Int32 {
        #if Service
            if let error = error as? RemoteError { return code(error.code) }
        #endif
        return fileCode(error)
    }

    /// Operations of `SecretsError.systemCall` that change files.
    private static let writing: Set<String> = [
        "making folder", "making a file in", "writing", "renaming", "naming", "removing",
        "synchronizing", "closing",
    ]

    private static func fileCode(_ error: any Error) -> Int32 {
        switch error {
        case let error as WireError:
            switch error.problem {
            case .cannotRead: unreadable
            case .cannotWrite: unwritable
            default: refused
            }
        case let error as TacitError: error.code == .stopped ? stopped : refused
        case let error as RowsError:
            if case .cannotRead = error { unreadable } else { refused }
        case let error as SecretsError:
            switch error {
            case .wrongPassphrase, .permissionsTooOpen, .wrongOwner: denied
            case .diskFull, .notDurable: unwritable
            case .systemCall(let operation, _, _):
                if writing.contains(operation) { unwritable } else { unreadable }
            default: refused
            }
        case let error as CocoaError:
            switch error.code.rawValue {
            case 256..<512: unreadable
            case 512..<1024: unwritable
            default: refused
            }
        default: refused
        }
    }

    #if Service
        private static func code(_ code: RemoteError.Code) -> Int32 {
            switch code {
            case .connection, .overloaded, .unavailable, .quotaExceeded, .storageFull, .jobLost:
                unavailable
            case .deadlineExceeded: tooSlow
            case .serverFailed, .invalidAnswer, .redirected: strange
            case .unauthorized, .untrusted, .token: denied
            default: refused
            }
        }
    #endif
}
