#if Service
    package import Foundation
    package import Tacit

    /// One version of a model, ready to compute.
    ///
    /// Requests hold it while they run; a version that was replaced lives until its last request ends.
    package final class ServedModel: Sendable {
        package let name: String
        package let version: Int
        package let prepared: PreparedModel
        /// The card as a file, and its SHA-256, which is its entity tag.
        package let card: [UInt8]
        package let cardDigest: Digest32
        package let loaded = Date()

        package convenience init(
            name: String, version: Int, bytes: [UInt8], threadCount: Int
        ) throws {
            self.init(
                name: name, version: version,
                prepared: try PreparedModel(Model(bytes: bytes), threadCount: threadCount))
        }

        /// Of a file; with a cache, its weights are mapped where they were encoded before.
        package convenience init(
            name: String, version: Int, path: String, threadCount: Int, cache: MappedCache?
        ) throws {
            self.init(
                name: name, version: version,
                prepared: try PreparedModel(path: path, threadCount: threadCount, cache: cache)
                    .verified())
        }

        private init(name: String, version: Int, prepared: PreparedModel) {
            self.name = name
            self.version = version
            self.prepared = prepared
            card = prepared.card.bytes
            cardDigest = Digest32.sha256(card)
        }
    }
#endif
