public import Foundation
public import Secrets

extension MappedCache {
    /// A file of the cache.
    public struct Entry: Sendable {
        /// Its name: a digest of what it was made from.
        public let name: String
        /// What it holds, for people.
        public let kind: String
        /// Its size.
        public let byteCount: Int
        /// When it was last used, within a minute.
        public let lastUse: Date
    }

    /// What is kept, that used last first.
    ///
    /// - Throws: `SecretsError` where the folder cannot be read.
    public func entries() throws(SecretsError) -> [Entry] { Self.entries(try folder.items()) }

    /// Removes everything; what is mapped stays usable where it is.
    ///
    /// - Returns: what was removed.
    /// - Throws: `SecretsError` where a file cannot be removed.
    @discardableResult
    public func clear() throws(SecretsError) -> [Entry] { Self.entries(try folder.removeAll()) }

    private static func entries(_ items: [PrivateFolder.Item]) -> [Entry] {
        items.filter { !$0.name.hasSuffix(markSuffix) }.sorted { $0.lastUse > $1.lastUse }.map {
            item in
            let kind = CacheKind.allCases.first { item.name.hasSuffix($0.suffix) }
            return Entry(
                name: item.name, kind: kind?.name ?? "unknown", byteCount: item.byteCount,
                lastUse: Date(timeIntervalSince1970: Double(item.lastUse)))
        }
    }
}
