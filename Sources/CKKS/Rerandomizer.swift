import Synchronization

/// Re-randomizes ciphertexts with encryptions of zero that may be made ahead, each for one use.
///
/// What hides where an answer came from depends on its level and the key alone: whoever has a moment before the next
/// ciphertext is there can make it. Who restores a copy of a running machine's memory twice uses each zero twice, and
/// lets the key's owner subtract one answer from the other as if neither had been re-randomized.
package final class Rerandomizer: Sendable {
    private struct State {
        /// By level.
        var zeros: [Int: [Ciphertext]] = [:]
        /// How many were asked for, by level, since zeros were last made.
        var wanted: [Int: Int] = [:]
    }

    private let evaluator: Evaluator
    private let capacity: Int
    private let state = Mutex(State())

    /// Makes a re-randomizer without zeros.
    ///
    /// - Parameters:
    ///   - evaluator: has the key and the source of randomness.
    ///   - capacity: most zeros of one level that wait.
    package init(_ evaluator: Evaluator, capacity: Int = 4) {
        self.evaluator = evaluator
        self.capacity = capacity
    }

    /// Zeros that are ready, of all levels.
    package var count: Int { state.withLock { $0.zeros.values.reduce(0) { $0 + $1.count } } }

    /// Adds an encryption of zero: one made ahead, or a fresh one.
    ///
    /// - Throws: as `Evaluator.rerandomize(_:)`.
    package func rerandomize(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        let zero = state.withLock { state in
            state.wanted[ciphertext.level, default: 0] += 1
            return state.zeros[ciphertext.level]?.popLast()
        }
        guard let zero else { return try evaluator.rerandomize(ciphertext) }
        return try evaluator.rerandomize(ciphertext, with: zero)
    }

    /// Makes as many zeros as were asked for since the last time, within the capacity.
    ///
    /// - Throws: `CKKSError.missingPublicKey`, `.keyLevelTooLow`, `.noSecretMemory`.
    package func prepare() throws(CKKSError) {
        let wanted = state.withLock { state in
            defer { state.wanted = [:] }
            return state.wanted.mapValues { min($0, capacity) }.map { level, count in
                (level: level, count: count - (state.zeros[level]?.count ?? 0))
            }
        }
        for (level, count) in wanted where count > 0 {
            for _ in 0..<count {
                let zero = try evaluator.encryptZero(level: level)
                state.withLock { $0.zeros[level, default: []].append(zero) }
            }
        }
    }
}
