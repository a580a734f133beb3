#if Service
    import Foundation
    package import Tacit

    /// Expanded evaluation keys in memory, least recently used out.
    ///
    /// Keys that a running evaluation uses live until it ends, also when they are dropped here.
    package final class ExpandedKeyCache: @unchecked Sendable {
        // Everything is guarded by `condition`.
        private struct Entry {
            var keys: EvaluationKeySet
            var byteCount: Int
            var used: UInt64
            var predictors: [ObjectIdentifier: (model: ServedModel, predictor: Predictor)] = [:]
        }

        private let condition = NSCondition()
        private var entries: [KeyName: Entry] = [:]
        private var loading: Set<KeyName> = []
        private var clock: UInt64 = 0
        private var byteCount = 0
        private let budget: Int
        private let metrics: ServiceMetrics

        package init(budget: Int, metrics: ServiceMetrics) {
            self.budget = budget
            self.metrics = metrics
        }

        /// Bytes and number of the keys here.
        package var load: (byteCount: Int, count: Int) {
            condition.withLock { (byteCount, entries.count) }
        }

        /// The predictor of a model for keys; reads the keys where they are not here.
        ///
        /// Threads that want the same keys wait for the one that reads them. Call it on computing threads only.
        package func predictor(
            _ name: KeyName, for model: ServedModel, read: () throws -> EvaluationKeySet
        ) throws -> Predictor {
            let keys = try keys(name, read: read)
            if let known = ready(name, for: model) { return known }
            let made = try Predictor(model.prepared, keys: keys)
            condition.withLock {
                entries[name]?.predictors[ObjectIdentifier(model)] = (model, made)
            }
            return made
        }

        /// The predictor of a model for keys, if both are here.
        package func ready(_ name: KeyName, for model: ServedModel) -> Predictor? {
            condition.withLock { entries[name]?.predictors[ObjectIdentifier(model)]?.predictor }
        }

        private func keys(
            _ name: KeyName, read: () throws -> EvaluationKeySet
        ) throws -> EvaluationKeySet {
            condition.lock()
            while loading.contains(name) { condition.wait() }
            if entries[name] != nil {
                touch(name)
                let keys = entries[name]?.keys
                condition.unlock()
                metrics.keyHits.increment(by: Int64(1))
                if let keys { return keys }
            } else {
                loading.insert(name)
                condition.unlock()
            }
            defer {
                condition.withLock {
                    loading.remove(name)
                    condition.broadcast()
                }
            }
            metrics.keyMisses.increment(by: Int64(1))
            let keys = try read()
            insert(name, keys)
            return keys
        }

        /// Takes keys that are expanded already.
        package func insert(_ name: KeyName, _ keys: EvaluationKeySet) {
            let size = keys.memoryByteCount
            condition.withLock {
                forget(name)
                guard size <= budget else { return }
                while byteCount + size > budget, let oldest = oldest() {
                    forget(oldest)
                    metrics.keyEvictions.increment(by: Int64(1))
                }
                entries[name] = Entry(keys: keys, byteCount: size, used: 0)
                byteCount += size
                touch(name)
            }
        }

        /// Drops keys that were deleted.
        package func remove(_ name: KeyName) { condition.withLock { forget(name) } }

        /// Drops predictors of models that are no longer served, so that these can go.
        package func keepPredictors(of models: Set<ObjectIdentifier>) {
            condition.withLock {
                for name in Array(entries.keys) {
                    let kept = entries[name]?.predictors.filter { models.contains($0.key) }
                    entries[name]?.predictors = kept ?? [:]
                }
            }
        }

        private func touch(_ name: KeyName) {
            clock += 1
            entries[name]?.used = clock
        }

        private func oldest() -> KeyName? { entries.min { $0.value.used < $1.value.used }?.key }

        private func forget(_ name: KeyName) {
            if let entry = entries.removeValue(forKey: name) { byteCount -= entry.byteCount }
        }
    }
#endif
