import Foundation
import Secrets
import Synchronization

/// File operations that count their calls and spoil one of them, or all from one on.
final class FaultyOperations: Sendable {
    enum Fault: Sendable, Hashable {
        /// The call fails with this code and has no effect; later calls work.
        case fail(Int32)
        /// The process dies before the call: neither it nor any later one has an effect.
        case crash
        /// A write takes one byte only.
        case shortWrite
    }

    private let state: Mutex<(calls: [String], at: Int, fault: Fault?)>

    /// Spoils call number `at`, counted from 0; none when `fault` is nil.
    init(at: Int = 0, fault: Fault? = nil) {
        state = Mutex((calls: [], at: at, fault: fault))
    }

    /// Names of the calls so far.
    var calls: [String] { state.withLock { $0.calls } }

    /// What becomes of the next call: nil when it takes place.
    private func next(_ name: String) -> Fault? {
        state.withLock { state in
            let index = state.calls.count
            state.calls.append(name)
            switch state.fault {
            case .crash: return index >= state.at ? .crash : nil
            default: return index == state.at ? state.fault : nil
            }
        }
    }

    private func answer(_ name: String, _ body: () -> Int32) -> Int32 {
        switch next(name) {
        case .fail(let code): -code
        case .crash: -EIO
        case .shortWrite, nil: body()
        }
    }

    var operations: FileOperations {
        let system = FileOperations.system
        var faulty = system
        faulty.open = { path, flags, mode in
            self.answer("open") { system.open(path, flags, mode) }
        }
        faulty.openAt = { directory, name, flags, mode in
            self.answer("openAt") { system.openAt(directory, name, flags, mode) }
        }
        faulty.read = { file, buffer in
            switch self.next("read") {
            case .fail(let code): -Int(code)
            case .crash: -Int(EIO)
            case .shortWrite, nil: system.read(file, buffer)
            }
        }
        faulty.write = { file, bytes in
            switch self.next("write") {
            case .fail(let code): -Int(code)
            case .crash: -Int(EIO)
            case .shortWrite:
                system.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(1)))
            case nil: system.write(file, bytes)
            }
        }
        faulty.sync = { file in self.answer("sync") { system.sync(file) } }
        faulty.close = { file in
            // Descriptors of a dead process are closed too; only the answer is spoiled.
            let answer = system.close(file)
            return self.answer("close") { answer }
        }
        faulty.status = { file, status in
            var found = status
            let answer = self.answer("status") { system.status(file, &found) }
            status = found
            return answer
        }
        faulty.pathStatus = { path, status in
            var found = status
            let answer = self.answer("pathStatus") { system.pathStatus(path, &found) }
            status = found
            return answer
        }
        faulty.lock = { file in self.answer("lock") { system.lock(file) } }
        faulty.rename = { directory, from, to in
            self.answer("rename") { system.rename(directory, from, to) }
        }
        faulty.renameExclusive = { directory, from, to in
            self.answer("renameExclusive") { system.renameExclusive(directory, from, to) }
        }
        faulty.link = { directory, from, to in
            self.answer("link") { system.link(directory, from, to) }
        }
        faulty.unlink = { directory, name in
            self.answer("unlink") { system.unlink(directory, name) }
        }
        faulty.names = { directory, names in
            var found = names
            let answer = self.answer("names") { system.names(directory, &found) }
            names = found
            return answer
        }
        faulty.makeDirectory = { path, mode in
            self.answer("makeDirectory") { system.makeDirectory(path, mode) }
        }
        return faulty
    }
}
