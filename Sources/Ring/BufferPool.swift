import Synchronization

/// Keeps released buffers for reuse, so that arithmetic does not allocate per operation.
///
/// Buffers are 64-byte aligned and sorted by their number of words; their contents are undefined
/// when handed out. At most `byteLimit` bytes are kept; what is released beyond goes to the system.
final class BufferPool: Sendable {
    private struct State {
        var free: [Int: [Buffer]] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())
    private let byteLimit: Int

    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    deinit {
        state.withLock { state in
            for buffer in state.free.values.joined() { buffer.deallocate() }
        }
    }

    func take(wordCount: Int) -> Buffer {
        let reused = state.withLock { state -> Buffer? in
            guard let buffer = state.free[wordCount]?.popLast() else { return nil }
            state.bytes -= buffer.byteCount
            return buffer
        }
        return reused ?? Buffer(wordCount: wordCount)
    }

    func give(_ buffer: Buffer) {
        let kept = state.withLock { state -> Bool in
            guard state.bytes + buffer.byteCount <= byteLimit else { return false }
            state.free[buffer.wordCount, default: []].append(buffer)
            state.bytes += buffer.byteCount
            return true
        }
        if !kept { buffer.deallocate() }
    }

    /// The bytes now kept for reuse.
    var keptBytes: Int { state.withLock { $0.bytes } }
}
