#if Service
    package import Foundation

    /// Which model files a folder holds: `NAME/VERSION/model.tacit`.
    package struct ModelFolder: Sendable {
        /// A place of a model file.
        package struct Place: Hashable, Sendable {
            package let name: String
            package let version: Int
        }

        package let root: URL

        /// The name of the file of a version.
        package static let fileName = "model.tacit"

        /// What is there now; names that a path of the service cannot hold are left out.
        package func scan() throws -> [Place: FileStamp] {
            var found: [Place: FileStamp] = [:]
            let manager = FileManager.default
            for name in try manager.contentsOfDirectory(atPath: root.path)
            where Self.isName(name) {
                let folder = root.appending(path: name)
                for version in (try? manager.contentsOfDirectory(atPath: folder.path)) ?? [] {
                    guard let number = Int(version), number > 0, "\(number)" == version else {
                        continue
                    }
                    let place = Place(name: name, version: number)
                    if let stamp = FileStamp(path: path(of: place)) { found[place] = stamp }
                }
            }
            return found
        }

        package func path(of place: Place) -> String {
            root.appending(path: "\(place.name)/\(place.version)/\(Self.fileName)").path
        }

        /// 1 to 64 letters, digits, `-`, `_`, `.`, not beginning with a dot.
        package static func isName(_ name: String) -> Bool {
            (1...64).contains(name.utf8.count) && name.first != "."
                && name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                        UInt8(ascii: "_"), UInt8(ascii: "."):
                        true
                    default: false
                    }
                }
        }
    }
#endif
