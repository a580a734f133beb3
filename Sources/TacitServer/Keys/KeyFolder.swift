#if Service
    import Foundation
    package import Tacit

    /// Where the evaluation keys of one owner are.
    ///
    ///     OWNERS/DIGEST-OF-OWNER/lock              held while the quota is looked at
    ///     OWNERS/DIGEST-OF-OWNER/SHA256.evk        accepted; its time of change is its last use
    ///     OWNERS/DIGEST-OF-OWNER/SHA256.TOTAL.part on its way, TOTAL bytes in the end
    package struct KeyFolder: Sendable {
        package let path: String

        /// The folder of an owner in a store's folder; its path is made for every request.
        package init(root: String, owner: Principal) {
            path = "\(root)/owners/\(owner.folderName)"
        }

        package init(path: String) { self.path = path }

        package func accepted(_ id: KeyName) -> String { "\(path)/\(id).evk" }
        package func partial(_ id: KeyName, total: Int) -> String { "\(path)/\(id).\(total).part" }
        package var lock: String { "\(path)/lock" }

        package func create() throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
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
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
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
            let path = "\(self.path)/\(file)"
            guard let stamp = FileStamp(path: path) else { return nil }
            return Item(
                name: name, total: total, byteCount: stamp.byteCount,
                changed: Date(timeIntervalSince1970: Double(stamp.seconds)), path: path)
        }
    }

    /// The name of a file of evaluation keys: its SHA-256.
    package struct KeyName: Sendable, Hashable, CustomStringConvertible {
        package let digest: Digest32
        /// The digest in hexadecimal digits.
        package let description: String

        /// Nil unless the text is 64 lower-case hexadecimal digits.
        package init?(_ text: String) {
            guard text.utf8.count == 64, text == text.lowercased(), let bytes = Hex.bytes(text),
                let digest = try? Digest32(bytes: bytes)
            else { return nil }
            self.digest = digest
            description = text
        }

        package static func == (one: KeyName, other: KeyName) -> Bool { one.digest == other.digest }

        package func hash(into hasher: inout Hasher) { hasher.combine(digest) }

        /// The first digits, for logs.
        package var short: String { String(description.prefix(8)) }
    }
#endif
