/// Watches a prediction as it runs, and can stop it.
public struct PredictionObserver {
    /// Told how many groups of the request's ciphertexts are done: those that hold the same rows.
    public var progress: ProgressObserver
    /// Told after every step which of the model's nodes it computed, and how long that took.
    public var step: (_ origin: String, _ duration: Duration) -> Void
    /// Asked before every step; with true the prediction ends with a `TacitError` of code `stopped`.
    public var shouldStop: () -> Bool
    /// Counts the groups of ciphertexts in memory, for tests.
    package var batches: BatchCounter?

    /// Makes an observer; what is left out does nothing.
    public init(
        progress: @escaping ProgressObserver = { _, _ in },
        step: @escaping (_ origin: String, _ duration: Duration) -> Void = { _, _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) {
        self.progress = progress
        self.step = step
        self.shouldStop = shouldStop
    }

    /// Throws when the prediction shall end.
    func checkStop() throws(TacitError) {
        if shouldStop() { throw TacitError(.stopped, "the prediction was stopped") }
    }

    /// Does one piece of work and tells how long it took.
    func timing<Value>(_ origin: String, _ work: () throws -> Value) throws -> Value {
        let start = ContinuousClock.now
        let value = try work()
        step(origin, ContinuousClock.now - start)
        return value
    }
}
