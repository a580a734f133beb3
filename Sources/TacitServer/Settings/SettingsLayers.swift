#if Service
    /// Settings from flags, environment and a file: a flag wins over the environment, that over the file.
    public struct SettingsLayers: Sendable {
        private let values: [String: SettingValue]

        /// What the names of environment variables begin with.
        public static let prefix = "TACIT_SERVE_"

        /// Gathers the settings.
        ///
        /// - Parameters:
        ///   - names: all settings there are, with dashes: `key-memory`.
        ///   - flags: by name.
        ///   - environment: `TACIT_SERVE_KEY_MEMORY` stands for `key-memory`; an empty value for none.
        ///   - file: by name, dashes or underscores.
        ///   - fileName: for messages.
        /// - Throws: `SettingsError` for a name that is no setting.
        public init(
            names: Set<String>, flags: [String: String], environment: [String: String] = [:],
            file: [String: String] = [:], fileName: String = ""
        ) throws(SettingsError) {
            var values: [String: SettingValue] = [:]
            for (key, text) in file {
                let name = key.replacing("_", with: "-")
                guard names.contains(name), name != "config" else {
                    throw SettingsError("\(fileName): there is no setting '\(key)'")
                }
                values[name] = SettingValue(text: text, origin: "\(key) in \(fileName)")
            }
            for (key, text) in environment where key.hasPrefix(Self.prefix) {
                let name = key.dropFirst(Self.prefix.count).lowercased().replacing("_", with: "-")
                guard names.contains(name) else {
                    throw SettingsError("\(key): there is no such setting")
                }
                if !text.isEmpty { values[name] = SettingValue(text: text, origin: key) }
            }
            for (name, text) in flags {
                values[name] = SettingValue(text: text, origin: "--\(name)")
            }
            self.values = values
        }

        /// The value that counts.
        public subscript(name: String) -> SettingValue? { values[name] }

        /// A value that must be there.
        func required(_ name: String) throws(SettingsError) -> SettingValue {
            if let value = values[name] { return value }
            let variable = Self.prefix + name.uppercased().replacing("-", with: "_")
            throw SettingsError(
                "\(name) is missing: give --\(name), \(variable), or \(name) in the configuration file"
            )
        }
    }
#endif
