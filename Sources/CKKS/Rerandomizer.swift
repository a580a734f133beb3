import Synchronization

/// Re-randomizes ciphertexts with encryptions of zero that may be made ahead, each for one use.
///
/// What hides where an answer came from depends on its level and the key alone: whoever has a moment before the next
/// ciphertext is there can make it. Who restores a copy of a running machine's memory twice uses each zero twice, and
/// lets the key's owner subtract one answer from the other as if neither had been re-randomized.
package final class Rerandomizer: Sendable {
    /// The zeros of one level.
    private struct Shelf {
        var ready: [Ciphertext] = []
        var beingMade = 0
        /// How many were asked for that were not made since.
        var wanted = 0
    }

    private let evaluator: Evaluator
    private let capacity: Int
    private let shelves = Mutex<[Int: Shelf]>([:])

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
    package var count: Int { shelves.withLock { $0.values.reduce(0) { $0 + $1.ready.count } } }

    /// Adds an encryption of zero: one made ahead, or a fresh one.
    ///
    /// - Throws: as `Evaluator.rerandomize(_:)`.
    package func rerandomize(_ ciphertext: Ciphertext) throws(CKKSError) -> Ciphertext {
        let zero = shelves.withLock { shelves in
            shelves[ciphertext.level, default: Shelf()].wanted += 1
            return shelves[ciphertext.level]?.ready.popLast()
        }
        guard let zero else { return try evaluator.rerandomize(ciphertext) }
        return try evaluator.rerandomize(ciphertext, with: zero)
    }

    /// Makes as many zeros as were asked for since the last time, within the capacity.
    ///
    /// - Parameter shouldStop: asked before each; what is left stays wanted.
    /// - Throws: `CKKSError.missingPublicKey`, `.keyLevelTooLow`, `.noSecretMemory`.
    package func prepare(shouldStop: () -> Bool = { false }) throws(CKKSError) {
        while !shouldStop(), let level = nextLevel() {
            let zero: Ciphertext
            do {
                zero = try evaluator.encryptZero(level: level)
            } catch {
                shelves.withLock { $0[level]?.beingMade -= 1 }
                throw error
            }
            shelves.withLock { shelves in
                shelves[level]?.beingMade -= 1
                shelves[level]?.ready.append(zero)
            }
        }
    }

    /// A level of which a zero is to be made, by the caller.
    private func nextLevel() -> Int? {
        shelves.withLock { shelves in
            for (level, shelf) in shelves where shelf.wanted > 0 {
                guard shelf.ready.count + shelf.beingMade < capacity else {
                    shelves[level]?.wanted = 0
                    continue
                }
                shelves[level]?.wanted -= 1
                shelves[level]?.beingMade += 1
                return level
            }
            return nil
        }
    }
}
