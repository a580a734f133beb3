import Foundation
import Tacit

/// Exit codes, after sysexits(3) where one fits.
enum Failure {
    /// Input that can be read but is refused.
    static let refused: Int32 = 65
    /// A file that cannot be read.
    static let unreadable: Int32 = 66
    /// A file that cannot be written.
    static let unwritable: Int32 = 74
    /// A wrong passphrase, or a vault that others may read.
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
        switch error {
        case let error as WireError:
            switch error.problem {
            case .cannotRead: unreadable
            case .cannotWrite: unwritable
            default: refused
            }
        case let error as RowsError:
            if case .cannotRead = error { unreadable } else { refused }
        case let error as SecretsError:
            switch error {
            case .wrongPassphrase, .permissionsTooOpen, .wrongOwner: denied
            case .diskFull: unwritable
            default: refused
            }
        default: refused
        }
    }
}
