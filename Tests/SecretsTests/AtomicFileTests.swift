import Foundation
import Secrets
import Testing

@Suite struct AtomicFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func writesAndReplaces() throws {
        let path = folder.file("out")
        try AtomicFile.write(path, bytes: [1, 2, 3])
        #expect(try folder.bytes("out") == [1, 2, 3])
        try AtomicFile.write(path, mode: 0o600, bytes: [4])
        #expect(try folder.bytes("out") == [4])
        #expect(try folder.mode("out") == 0o600)
        #expect(throws: SecretsError.fileExists(path: path)) {
            try AtomicFile.write(path, replace: false, bytes: [5])
        }
        #expect(try folder.bytes("out") == [4])
        #expect(try folder.names() == ["out"])
    }

    @Test func streamsPiecesOfEverySize() throws {
        let sizes = [0, 1, 1000, 262_143, 262_144, 262_145, 1_000_000, 3]
        let pieces = sizes.enumerated().map { index, size in
            [UInt8](repeating: UInt8(index), count: size)
        }
        let total = try AtomicFile.write(folder.file("out")) { writer in
            for piece in pieces { try writer.append(piece) }
            return pieces.reduce(0) { $0 + $1.count }
        }
        #expect(total == sizes.reduce(0, +))
        #expect(try folder.bytes("out") == pieces.flatMap(\.self))
    }

    @Test func aBodyThatThrowsLeavesTheOldFile() throws {
        struct Stop: Error {}
        try folder.write("out", [1])
        #expect(throws: Stop.self) {
            try AtomicFile.write(folder.file("out")) { writer in
                try writer.append([UInt8](repeating: 0, count: 1 << 20))
                throw Stop()
            }
        }
        #expect(try folder.bytes("out") == [1])
        #expect(try folder.names() == ["out"])
    }

    @Test func everyFailureLeavesTheOldFileAndNothingElse() throws {
        let bytes = [UInt8](repeating: 9, count: 600_000)
        let counter = FaultyOperations()
        try AtomicFile.write(
            folder.file("out"), mode: 0o644, replace: true, operations: counter.operations,
            bytes: bytes)
        #expect(counter.calls.contains("sync"))
        for step in counter.calls.indices {
            for code in [ENOSPC, EIO, EINTR] {
                try folder.write("out", [1])
                let faulty = FaultyOperations(at: step, fault: .fail(code))
                var failure: SecretsError?
                do {
                    try AtomicFile.write(
                        folder.file("out"), mode: 0o644, replace: true,
                        operations: faulty.operations, bytes: bytes)
                } catch { failure = error }
                let content = try folder.bytes("out")
                switch failure {
                case nil, .notDurable: #expect(content == bytes)
                default: #expect(content == [1])
                }
                if code == EINTR, counter.calls[step] != "pathStatus" { #expect(failure == nil) }
                #expect(try folder.names() == ["out"])
            }
        }
    }

    @Test func devicesAreWrittenDirectlyAndAFullOneIsNamed() throws {
        try AtomicFile.write("/dev/null", bytes: [1])
        #expect(throws: SecretsError.diskFull(path: "/dev/full")) {
            try AtomicFile.write("/dev/full", bytes: [1])
        }
        var info = stat()
        #expect(stat("/dev/full", &info) == 0)
        #expect(info.st_mode & S_IFMT == S_IFCHR)
    }

    @Test func linksStayLinks() throws {
        try folder.write("target", [1])
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: folder.file("target"))
        try AtomicFile.write(folder.file("link"), bytes: [2])
        #expect(try folder.bytes("target") == [2])
        let destination = try FileManager.default.destinationOfSymbolicLink(
            atPath: folder.file("link"))
        #expect(destination == folder.file("target"))
    }

    @Test func pathsThatAreNoFiles() throws {
        for path in [folder.path, folder.path + "/", "", ".", ".."] {
            #expect(throws: SecretsError.isDirectory(path: path)) {
                try AtomicFile.write(path, bytes: [1])
            }
        }
        #expect(throws: SecretsError.self) {
            try AtomicFile.write(folder.file("missing/out"), bytes: [1])
        }
        #expect(try folder.names().isEmpty)
    }
}
