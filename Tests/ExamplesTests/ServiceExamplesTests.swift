#if Service
    import AsyncHTTPClient
    import Foundation
    import NIOCore
    import Tacit
    import Testing

    /// The server's example while it runs, on a port of its own choice.
    private final class RunningServer {
        private let process: Process
        let address: String

        /// Starts it and waits until it says where it listens.
        init(models: String, keys: String, in folder: URL) throws {
            let (process, output) = try Example.start("ServerApp", [models, keys, "0"], in: folder)
            var said = ""
            var port: Substring?
            while port == nil {
                let more = output.availableData
                if more.isEmpty { break }
                said += String(decoding: more, as: UTF8.self)
                port = said.firstMatch(of: /listening on 127\.0\.0\.1:(\d+)/)?.output.1
            }
            self.process = process
            address = "http://127.0.0.1:\(try #require(port, "the server said: \(said)"))"
            // Keeps the pipe from filling up.
            output.readabilityHandler = { _ = $0.availableData }
        }

        /// Asks it to end, and waits.
        func stop() -> Int32 {
            process.terminate()
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    @Suite("The examples of the service")
    struct ServiceExamplesTests {
        @Test(
            "an app gets right answers from a server that has routes of its own, and says what is wrong"
        )
        func remotePredictions() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "tacit-example-\(UUID().uuidString)")
            let version = folder.appending(path: "served/cancer/1")
            try FileManager.default.createDirectory(at: version, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            var options = CompileOptions()
            options.rows = 143
            let model = try Model(
                onnx: URL(filePath: Example.model("breast_cancer", "breast_cancer.onnx")),
                options: options)
            try WholeFile.write(
                model.bytes(), path: version.appending(path: "model.tacit").path)
            let server = try RunningServer(models: "served", keys: "keys", in: folder)

            let own = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: server.address + "/about"), timeout: .seconds(20))
            let body = try await own.body.collect(upTo: 1024)
            #expect(String(buffer: body).contains("routes of its own"))

            let rows = Example.model("breast_cancer", "test.csv")
            func app(_ model: String) throws -> (code: Int32, output: String) {
                try Example.run(
                    "ClientApp", [server.address, model, rows, "vault"], in: folder,
                    environment: ["TACIT_PASSPHRASE": "for a test"])
            }
            let table = try RowTable.read(path: rows)
            let clear = try model.clearPrediction((0..<table.rowCount).map { Array(table.row($0)) })
            let labels = try String(decoding: clear.table().csvBytes(), as: UTF8.self)
                .split(separator: "\n").map { $0.prefix { $0 != "," } }
            // The second time key and upload are there already.
            for _ in 0..<2 {
                let (code, output) = try app("cancer")
                #expect(code == 0, "\(output)")
                #expect(output.split(separator: "\n").map { $0.prefix { $0 != "," } } == labels)
            }
            let missing = try app("nothing")
            #expect(missing.code == 66)
            #expect(missing.output.contains("no such model"))
            #expect(server.stop() == 0)
        }
    }
#endif
