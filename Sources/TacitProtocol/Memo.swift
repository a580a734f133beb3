#if Service
    import Synchronization

    /// Bytes as a key, hashed and compared all at once.
    ///
    /// `[UInt8]` in code for keys of any type goes byte by byte, each by two calls: longer than finding the rest.
    package struct ByteKey: Hashable, Sendable {
        package let bytes: [UInt8]

        package init(_ bytes: [UInt8]) { self.bytes = bytes }

        package func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// What was computed for the last few inputs, for inputs that mostly come again.
    ///
    /// Headers of requests and responses repeat for every row of a client; coding JSON after each evaluation, with cold
    /// caches, would take longer than all else that is done to a header.
    package final class Memo<Input: Hashable & Sendable, Output: Sendable>: Sendable {
        private let known = Mutex<[Input: Output]>([:])
        private let capacity: Int

        /// - Parameter capacity: inputs that are kept; one more, and all are forgotten.
        package init(capacity: Int) { self.capacity = capacity }

        /// The output for an input, computed at most once while it is kept.
        ///
        /// - Throws: what `compute` throws; failures are not kept.
        package func callAsFunction<Failure: Error>(
            _ input: Input, _ compute: (Input) throws(Failure) -> Output
        ) throws(Failure) -> Output {
            if let output = known.withLock({ $0[input] }) { return output }
            let output = try compute(input)
            known.withLock { known in
                if known.count >= capacity { known = [:] }
                known[input] = output
            }
            return output
        }
    }
#endif
