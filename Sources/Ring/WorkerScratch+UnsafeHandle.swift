/// Scratch memory of the workers of one operation, a buffer each: whatever their number, the pool keeps buffers of one size.
///
/// Takes nothing from the heap that the pool has. Whoever makes it releases it.
struct WorkerScratch {
    private let pool: BufferPool
    /// Where each worker's words are.
    private let table: Buffer
    private let count: Int
    private let wordCount: Int

    /// Most workers of an operation, as of a `ThreadTeam` that is asked for.
    private static let mostWorkers = 1024

    /// Takes the memory; its contents are undefined.
    init(pool: BufferPool, workers: Int, wordCount: Int) {
        self.pool = pool
        self.wordCount = wordCount
        count = min(max(1, workers), Self.mostWorkers)
        table = pool.take(wordCount: Self.mostWorkers)
        for worker in 0..<count {
            table.words[worker] = UInt64(UInt(bitPattern: pool.take(wordCount: wordCount).words))
        }
    }

    /// The words of one worker.
    subscript(worker: Int) -> UnsafeMutablePointer<UInt64> { buffer(worker).words }

    private func buffer(_ worker: Int) -> Buffer {
        precondition(worker < count, "a worker without scratch")
        guard let words = UnsafeMutablePointer<UInt64>(bitPattern: UInt(table.words[worker])) else {
            preconditionFailure("scratch that was released")
        }
        return Buffer(words: words, wordCount: wordCount)
    }

    /// Gives the memory back.
    func release() {
        for worker in 0..<count { pool.give(buffer(worker)) }
        pool.give(table)
    }
}
