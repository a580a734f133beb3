#if Service
    /// Where a setting's value came from, so that an error can say which.
    public struct SettingValue: Sendable, Equatable {
        /// The value as text.
        public let text: String
        /// For example `--threads`, `TACIT_SERVE_THREADS`, `threads in serve.toml`.
        public let origin: String

        func refused(_ expected: String) -> SettingsError {
            SettingsError("\(origin) is '\(text)'; expected \(expected)")
        }

        func integer(_ range: ClosedRange<Int>) throws(SettingsError) -> Int {
            guard let value = Int(text), range.contains(value) else {
                throw refused("a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }

        /// Seconds, as a number.
        func duration(_ range: ClosedRange<Double>) throws(SettingsError) -> Duration {
            guard let value = Double(text), range.contains(value) else {
                throw refused("seconds from \(range.lowerBound) to \(range.upperBound)")
            }
            return .seconds(value)
        }

        /// Bytes, with k, M, G or Ki, Mi, Gi after the number.
        func byteCount(_ range: ClosedRange<Int>) throws(SettingsError) -> Int {
            let units = [
                "": 1, "k": 1000, "M": 1_000_000, "G": 1_000_000_000, "Ki": 1 << 10,
                "Mi": 1 << 20, "Gi": 1 << 30,
            ]
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let suffix = text.dropFirst(digits.count)
            let unit = units[suffix.hasSuffix("B") ? String(suffix.dropLast()) : String(suffix)]
            if let unit, let number = Int(digits) {
                let (product, overflow) = number.multipliedReportingOverflow(by: unit)
                if !overflow, range.contains(product) { return product }
            }
            throw refused(
                "bytes such as 500M or 2Gi, from \(range.lowerBound) to \(range.upperBound)")
        }

        func boolean() throws(SettingsError) -> Bool {
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw refused("true or false")
            }
        }
    }

    /// Why settings were refused.
    public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
        /// One sentence: which setting, from where, what was expected.
        public let description: String

        /// Makes an error.
        public init(_ description: String) { self.description = description }
    }
#endif
