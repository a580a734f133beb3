// An app that has rows, wants predictions, and shows its rows to nobody.
//
//     ClientApp SERVER MODEL ROWS.csv VAULT [TOKEN-FILE]
//
// The secret key lives in the folder VAULT, sealed under the passphrase in TACIT_PASSPHRASE. The server gets public keys and
// ciphertexts. Results go to standard output as CSV.

#if Service
    import Foundation
    import Tacit
    import TacitRemote

    @main
    struct ClientApp {
        static func main() async {
            let arguments = Array(CommandLine.arguments.dropFirst())
            guard (4...5).contains(arguments.count) else {
                print("usage: ClientApp SERVER MODEL ROWS.csv VAULT [TOKEN-FILE]")
                exit(64)
            }
            do {
                try await run(arguments)
            } catch let error as RemoteError where error.code == .modelNotFound {
                // Errors are typed: this one an app may want to tell apart.
                print("ClientApp: the server has no such model (\(error))")
                exit(66)
            } catch {
                print("ClientApp: \(error)")
                exit(65)
            }
        }

        static func run(_ arguments: [String]) async throws {
            var options = RemoteOptions()
            if arguments.count == 5 {
                options.token = try BearerToken(contentsOf: arguments[4])
            }
            let server = try RemoteServer(arguments[0], options: options)

            // The public card says which rows the model takes and which keys it needs.
            let card = try await server.card(of: arguments[1])
            let columns = ExpectedColumns(count: card.inputCount)
            let table = try RowTable.read(
                path: arguments[2], options: RowReadingOptions(expected: columns))

            let ring = try KeyRing.create(at: arguments[3])
            let client = try key("app", in: ring, for: card)
            // Uploads the evaluation keys where the server lacks them, retries what may pass, and is the same call as
            // the local Predictor's otherwise.
            let predictor = try server.predictor(
                model: arguments[1], evaluationKeys: ring.evaluationKeys(of: client))

            let request = try client.encrypt((0..<table.rowCount).map { Array(table.row($0)) })
            let response = try await predictor.predict(request)
            let prediction = try client.decrypt(response)
            FileHandle.standardOutput.write(Data(try prediction.table().csvBytes()))
        }

        /// The key of this name, made at the first use.
        static func key(_ name: String, in ring: KeyRing, for card: Card) throws -> Client {
            guard let passphrase = try Passphrase.fromEnvironment() else {
                throw TacitError(.key, "set TACIT_PASSPHRASE")
            }
            if try ring.hasKey(name) {
                return try ring.client(name, card: card, passphrase: passphrase)
            }
            return try ring.makeKey(name, card: card, passphrase: passphrase)
        }
    }
#else
    @main
    struct ClientApp {
        static func main() { print("ClientApp needs the package trait Service") }
    }
#endif
