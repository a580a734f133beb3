import Synchronization

/// Keeps released buffers for reuse, so that arithmetic does not allocate per operation.
///
/// Buffers are 64-byte aligned and sorted by their number of words; their contents are undefined
/// when handed out. At most `byteLimit` bytes are kept; what is released beyond goes to the system.
/// Free buffers of one size are a chain through their first words, so that neither taking nor giving
/// allocates anything but new buffers.
final class BufferPool: Sendable {
    private struct Chain {
        let wordCount: Int
        var first: Buffer?
    }

    private struct State {
        var chains: [Chain] = []
        var bytes = 0
    }

    private let state = Mutex(State())
    private let byteLimit: Int

    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    deinit {
        state.withLock { state in
            for chain in state.chains {
                var next = chain.first
                while let buffer = next {
                    next = buffer.next
                    buffer.deallocate()
                }
            }
        }
    }

    func take(wordCount: Int) -> Buffer {
        let reused = state.withLock { state -> Buffer? in
            guard let place = state.chains.firstIndex(where: { $0.wordCount == wordCount }),
                let buffer = state.chains[place].first
            else { return nil }
            state.chains[place].first = buffer.next
            state.bytes -= buffer.byteCount
            return buffer
        }
        return reused ?? Buffer(wordCount: wordCount)
    }

    func give(_ buffer: Buffer) {
        let kept = state.withLock { state -> Bool in
            guard state.bytes + buffer.byteCount <= byteLimit else { return false }
            if let place = state.chains.firstIndex(where: { $0.wordCount == buffer.wordCount }) {
                buffer.link(to: state.chains[place].first)
                state.chains[place].first = buffer
            } else {
                buffer.link(to: nil)
                state.chains.append(Chain(wordCount: buffer.wordCount, first: buffer))
            }
            state.bytes += buffer.byteCount
            return true
        }
        if !kept { buffer.deallocate() }
    }

    /// The bytes now kept for reuse.
    var keptBytes: Int { state.withLock { $0.bytes } }
}
