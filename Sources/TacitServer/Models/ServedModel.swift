#if Service
    import Foundation
    import Tacit

    /// One version of a model, ready to compute.
    ///
    /// Requests hold it while they run; a version that was replaced lives until its last request ends.
    final class ServedModel: Sendable {
        let name: String
        let version: Int
        let prepared: PreparedModel
        /// The card as a file, and its SHA-256, which is its entity tag.
        let card: [UInt8]
        let cardDigest: Digest32
        let loaded = Date()

        init(name: String, version: Int, bytes: [UInt8], threadCount: Int) throws {
            self.name = name
            self.version = version
            let model = try Model(bytes: bytes)
            prepared = try PreparedModel(model, threadCount: threadCount)
            card = model.card.bytes
            cardDigest = Digest32.sha256(card)
        }
    }
#endif
