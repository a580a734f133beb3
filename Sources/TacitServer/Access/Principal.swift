#if Service
    import Tacit

    /// Who a request comes from: the owner of keys and jobs.
    public struct Principal: Sendable, Hashable, CustomStringConvertible {
        /// The name in the tokens file.
        public let name: String
        /// The name of the owner's folder: no letters that a file system might treat alike.
        let folderName: String

        /// Whoever comes, where there are no tokens.
        public static let anonymous = Principal(uncheckedName: "anonymous")

        /// Names are 1 to 64 letters, digits, `-`, `_`, `.`, `@`.
        public init?(_ name: String) {
            let allowed = name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."), UInt8(ascii: "@"):
                    true
                default: false
                }
            }
            guard allowed, (1...64).contains(name.utf8.count) else { return nil }
            self.init(uncheckedName: name)
        }

        private init(uncheckedName name: String) {
            self.name = name
            folderName = String(Digest32.sha256(Array(name.utf8)).description.prefix(32))
        }

        /// The name.
        public var description: String { name }
    }
#endif
