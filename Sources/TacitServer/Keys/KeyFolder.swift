#if Service
    package import Foundation
    package import Tacit

    /// Where the evaluation keys of one owner are.
    ///
    ///     OWNERS/DIGEST-OF-OWNER/lock              held while the quota is looked at
    ///     OWNERS/DIGEST-OF-OWNER/SHA256.evk        accepted; its time of change is its last use
    ///     OWNERS/DIGEST-OF-OWNER/SHA256.TOTAL.part on its way, TOTAL bytes in the end
    package struct KeyFolder: Sendable {
        package let url: URL

        package init(root: URL, owner: Principal) {
            url = root.appending(path: "owners/\(owner.folderName)")
        }

        package init(url: URL) { self.url = url }

        package func accepted(_ id: KeyName) -> String { url.appending(path: "\(id).evk").path }
        package func partial(_ id: KeyName, total: Int) -> String {
            url.appending(path: "\(id).\(total).part").path
        }
        package var lock: String { url.appending(path: "lock").path }

        package func create() throws {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }

        /// A file of the folder.
        package struct Item: Sendable {
            let name: KeyName
            /// Bytes in the end; nil of an accepted file.
            let total: Int?
            /// Bytes now.
            let byteCount: Int
            let changed: Date
            let path: String

            /// Bytes it counts for: an upload reserves all it announced.
            var reserved: Int { max(total ?? 0, byteCount) }
        }

        /// All files of keys.
        package func items() -> [Item] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
            return names.compactMap(item)
        }

        private func item(_ file: String) -> Item? {
            let parts = file.split(separator: ".", omittingEmptySubsequences: false)
            guard let first = parts.first, let name = KeyName(String(first)) else { return nil }
            let total: Int?
            switch (parts.count, parts.last) {
            case (2, "evk"): total = nil
            case (3, "part"):
                guard let count = Int(parts[1]) else { return nil }
                total = count
            default: return nil
            }
            let path = url.appending(path: file).path
            guard let stamp = FileStamp(path: path) else { return nil }
            return Item(
                name: name, total: total, byteCount: stamp.byteCount,
                changed: Date(timeIntervalSince1970: Double(stamp.seconds)), path: path)
        }
    }

    /// The name of a file of evaluation keys: its SHA-256.
    package struct KeyName: Sendable, Hashable, CustomStringConvertible {
        package let digest: Digest32

        /// Nil unless the text is 64 lower-case hexadecimal digits.
        package init?(_ text: String) {
            guard text.utf8.count == 64, text == text.lowercased(), let bytes = Hex.bytes(text),
                let digest = try? Digest32(bytes: bytes)
            else { return nil }
            self.digest = digest
        }

        package var description: String { "\(digest)" }
        /// The first digits, for logs.
        package var short: String { String(description.prefix(8)) }
    }
#endif
