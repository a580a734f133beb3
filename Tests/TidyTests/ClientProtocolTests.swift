import Foundation
import Testing

/// What reaches a server can be no decryption: modules that talk to servers do not know any.
@Suite("Nothing that depends on a decryption is sent")
struct ClientProtocolTests {
    /// Modules that send or describe what is sent.
    private let modules = ["TacitRemote", "TacitProtocol"]

    /// Words of decryption; code of those modules holds none of them.
    private let forbidden = [
        "decrypt", "Decryptor", "Prediction(", "scores", "phase(", "SecretKey", "ClientSecret",
        "KeyRing", "KeyVault", "errorBound", "noise",
    ]

    @Test("modules that talk to servers name no decryption, no secret key and no noise")
    func modulesAreBlind() throws {
        for module in modules {
            for file in try SourceTree.current.files(
                in: "Sources/\(module)", extensions: ["swift"])
            {
                for (number, line) in file.lines.enumerated() {
                    let code = line.trimmingCharacters(in: .whitespaces)
                    // Comments and messages may speak of what the code must not do.
                    guard !code.hasPrefix("//"), !code.contains("\"") else { continue }
                    let found = forbidden.filter(code.contains)
                    #expect(found.isEmpty, "\(file.path):\(number + 1) knows \(found)")
                }
            }
        }
    }

    @Test("no kind of file carries a decryption")
    func noFrameOfResults() throws {
        let header = try String(
            contentsOf: SourceTree.current.root.appending(
                path: "Sources/Tacit/Wire/FrameHeader.swift"), encoding: .utf8)
        let start = try #require(header.firstRange(of: "enum FrameKind"))
        let body = header[start.upperBound...]
        let end = try #require(body.firstRange(of: "\n}\n"))
        let kinds = body[..<end.lowerBound].matches(of: /\n    case (\w+) = \d+/).map {
            String($0.output.1)
        }
        #expect(
            Set(kinds) == [
                "model", "card", "publicKey", "evaluationKeys", "request", "response",
                "packedRows",
            ])
    }

    @Test("the server's type cannot be given a secret, and the client's sends nothing")
    func serverTypeIsBlind() throws {
        for file in try SourceTree.current.files(in: "Sources/Tacit/Server", extensions: ["swift"])
        {
            for line in file.lines where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//")
            {
                #expect(!line.contains("SecretKey") && !line.contains("Decryptor"), "\(file.path)")
            }
        }
        for file in try SourceTree.current.files(in: "Sources/Tacit/Client", extensions: ["swift"])
        {
            for word in ["URLSession", "HTTPClient", "socket(", "import NIO", "TacitRemote"] {
                #expect(!file.lines.contains { $0.contains(word) }, "\(file.path): \(word)")
            }
        }
    }
}
