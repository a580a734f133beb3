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

        package init(name: String, version: Int, bytes: [UInt8], threadCount: Int) throws {
            self.name = name
            self.version = version
            prepared = try PreparedModel(Model(bytes: bytes), threadCount: threadCount)
            card = prepared.card.bytes
            cardDigest = Digest32.sha256(card)
        }
    }
#endif
