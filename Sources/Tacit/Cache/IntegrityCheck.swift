import Dispatch
import Ring
import Synchronization

/// Holds the parts of a mapped file against their checksum, while they are in use already.
///
/// Reading all of a file before the first use would take about as long as the work that the file spares, for
/// large ones. So computing begins at once, and an answer leaves only after this has ended.
final class IntegrityCheck: Sendable {
    private let group = DispatchGroup()
    private let result = Mutex(false)

    /// Begins to read; `onDamage` is called where the checksum is another.
    init(_ file: CacheFile, onDamage: @escaping @Sendable () -> Void) {
        let (memory, start, expected) = (file.memory, file.bodyOffset, file.checksum)
        DispatchQueue.global(qos: .userInitiated).async(group: group) { [self] in
            var sums = WordSums()
            memory.withBytes(start..<memory.byteCount) { sums.update($0) }
            let isIntact = sums.finalize() == expected
            result.withLock { $0 = isIntact }
            if !isIntact { onDamage() }
        }
    }

    /// Whether the file is what was written; waits until that is known.
    var isIntact: Bool {
        group.wait()
        return result.withLock { $0 }
    }
}
