#if Service
    import Foundation
    import TOMLKit
    import TacitServer
    import Yams

    /// Settings in a TOML or YAML file: one value for each name, no nesting.
    enum SettingsFile {
        /// Largest file that is read.
        private static let limit = 1 << 20

        static func read(_ path: String) throws -> [String: String] {
            let text = String(decoding: try Files.read(path).prefix(limit), as: UTF8.self)
            switch (path as NSString).pathExtension.lowercased() {
            case "toml": return try toml(text, path)
            case "yaml", "yml": return try yaml(text, path)
            default: throw SettingsError("\(path): expected a file named .toml, .yaml or .yml")
            }
        }

        private static func toml(_ text: String, _ path: String) throws -> [String: String] {
            let table: TOMLTable
            do { table = try TOMLTable(string: text) } catch {
                throw SettingsError("\(path): no valid TOML: \(flat("\(error)"))")
            }
            var values: [String: String] = [:]
            for key in table.keys {
                guard let value = table[key] else { continue }
                if let text = value.string {
                    values[key] = text
                } else if let flag = value.bool {
                    values[key] = "\(flag)"
                } else if let number = value.int {
                    values[key] = "\(number)"
                } else if let number = value.double {
                    values[key] = "\(number)"
                } else {
                    throw unusable(key, path)
                }
            }
            return values
        }

        private static func yaml(_ text: String, _ path: String) throws -> [String: String] {
            let node: Node?
            do { node = try Yams.compose(yaml: text) } catch {
                throw SettingsError("\(path): no valid YAML: \(flat("\(error)"))")
            }
            guard let node else { return [:] }
            guard case .mapping(let mapping) = node else {
                throw SettingsError("\(path): expected lines NAME: VALUE")
            }
            var values: [String: String] = [:]
            for (key, value) in mapping {
                guard case .scalar(let name) = key, case .scalar(let content) = value else {
                    throw unusable(key.string ?? "a key", path)
                }
                values[name.string] = content.string
            }
            return values
        }

        private static func unusable(_ key: String, _ path: String) -> SettingsError {
            SettingsError("\(path): \(key) is neither text nor number nor true or false")
        }

        private static func flat(_ text: String) -> String {
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }
#endif
