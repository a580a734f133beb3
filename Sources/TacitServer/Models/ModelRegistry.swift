#if Service
    package import Foundation
    package import Logging
    import Synchronization
    package import Tacit
    import TacitProtocol

    /// The models that are served, kept in step with their folder.
    ///
    /// A file that changed is read, checked and prepared aside; then it takes the old one's place in one step. A file that
    /// cannot be used leaves the old version serving and its error on show.
    package final class ModelRegistry: Sendable {
        /// What is known about a place in the folder.
        package struct Entry: Sendable {
            /// What serves; nil where no file there was ever usable.
            package var model: ServedModel?
            /// The file last looked at.
            package var stamp: FileStamp
            /// Why that file is not what serves.
            package var problem: String?
        }

        private let folder: ModelFolder
        private let threadCount: Int
        private let cache: MappedCache?
        private let logger: Logger
        private let entries = Mutex<[ModelFolder.Place: Entry]>([:])
        private let isLoaded = Mutex(false)
        private let isScanning = Mutex(false)

        package init(folder: URL, threadCount: Int, cache: MappedCache?, logger: Logger) {
            self.folder = ModelFolder(root: folder)
            self.threadCount = threadCount
            self.cache = cache
            self.logger = logger
        }

        /// Whether the folder was read once.
        package var hasLoaded: Bool { isLoaded.withLock { $0 } }

        /// Everything known, by name and version.
        package var all: [(place: ModelFolder.Place, entry: Entry)] {
            entries.withLock { $0 }.map { ($0.key, $0.value) }
                .sorted { ($0.0.name, $0.0.version) < ($1.0.name, $1.0.version) }
        }

        /// A model by name; the newest version that works, unless one is named.
        ///
        /// - Throws: `model_not_found`; `unavailable` for a version whose file cannot be used, and while loading.
        package func model(_ name: String, version: String?) throws(ServiceFailure) -> ServedModel {
            let places = entries.withLock { $0.filter { $0.key.name == name } }
            let wanted = places.filter { version == nil || "\($0.key.version)" == version }
            let newest = wanted.filter { $0.value.model != nil }
                .max { $0.key.version < $1.key.version }
            if let model = newest?.value.model { return model }
            if !hasLoaded {
                throw ServiceFailure(.unavailable, "the models are being loaded", retryAfter: 2)
            }
            if !wanted.isEmpty {
                throw ServiceFailure(
                    .unavailable, "the model's file cannot be used", retryAfter: 60)
            }
            throw ServiceFailure(
                .modelNotFound,
                places.isEmpty ? "there is no such model" : "there is no such version of the model")
        }

        /// The versions of a model that serve, oldest first.
        package func versions(of name: String) -> [Int] {
            entries.withLock { entries in
                entries.filter { $0.key.name == name && $0.value.model != nil }.map(\.key.version)
            }.sorted()
        }

        /// A card of some model whose parameters have this digest.
        package func card(forRing digest: Digest32) -> Card? {
            entries.withLock { entries in
                entries.values.lazy.compactMap(\.model).map(\.prepared.card)
                    .first { $0.ringDigest == digest }
            }
        }

        /// Brings everything in step with the folder; meant for a thread of its own.
        package func refresh() {
            // One at a time: preparing a large model takes longer than the time between looks.
            guard
                isScanning.withLock({ busy in
                    defer { busy = true }
                    return !busy
                })
            else { return }
            defer { isScanning.withLock { $0 = false } }
            let found: [ModelFolder.Place: FileStamp]
            do {
                found = try folder.scan()
            } catch {
                logger.error("the models' folder cannot be read")
                return
            }
            let known = entries.withLock { $0 }
            for (place, stamp) in found where known[place]?.stamp != stamp {
                load(place, stamp)
            }
            for place in known.keys where found[place] == nil {
                entries.withLock { $0[place] = nil }
                logger.info("model removed", metadata: place.metadata)
            }
            isLoaded.withLock { $0 = true }
        }

        private func load(_ place: ModelFolder.Place, _ stamp: FileStamp) {
            let start = ContinuousClock.now
            let result = Result {
                try ServedModel(
                    name: place.name, version: place.version, path: folder.path(of: place),
                    threadCount: threadCount, cache: cache)
            }
            var metadata = place.metadata
            switch result {
            case .success(let model):
                entries.withLock { $0[place] = Entry(model: model, stamp: stamp) }
                metadata["seconds"] = "\((ContinuousClock.now - start) / .seconds(1))"
                logger.info("model loaded", metadata: metadata)
            case .failure(let error):
                let sentence = Self.sentence(error)
                entries.withLock { entries in
                    entries[place, default: Entry(stamp: stamp)].stamp = stamp
                    entries[place]?.problem = sentence
                }
                metadata["problem"] = "\(sentence)"
                logger.error("model refused", metadata: metadata)
            }
        }

        /// What is wrong with a file, without its path.
        private static func sentence(_ error: any Error) -> String {
            switch error {
            case let error as WireError: "\(error.problem)"
            case let error as TacitError: error.reason
            default: "\(error)"
            }
        }
    }

    extension ModelFolder.Place {
        package var metadata: Logger.Metadata { ["model": "\(name)", "version": "\(version)"] }
    }
#endif
