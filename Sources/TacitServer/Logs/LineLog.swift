#if Service
    import Foundation
    public import Logging

    /// Log lines on standard error, one for each event: JSON for machines or text for people.
    ///
    /// They are written on a thread of their own, within a tenth of a second where somebody reads them, warnings and worse
    /// at once; `flush` waits for it. A process that is killed may lose its last ones.
    public struct LineLog: LogHandler {
        /// How a line looks.
        public enum Form: String, Sendable, CaseIterable {
            /// `{"time":…,"level":…,"message":…,…}`
            case json
            /// `TIME LEVEL message key=value …`
            case text
        }

        private let label: String
        private let form: Form
        private let write: (@Sendable (String) -> Void)?
        /// Added to every line.
        public var metadata: Logger.Metadata = [:]
        /// Adds to every line what it knows.
        public var metadataProvider: Logger.MetadataProvider?
        /// Nothing below this is written.
        public var logLevel: Logger.Level

        /// Makes a log.
        ///
        /// - Parameters:
        ///   - label: what writes.
        ///   - form: how a line looks.
        ///   - level: nothing below this is written.
        ///   - write: takes a line, on the caller's thread; nil for standard error, on a thread of its own.
        public init(
            label: String, form: Form, level: Logger.Level,
            write: (@Sendable (String) -> Void)? = nil
        ) {
            self.label = label
            self.form = form
            logLevel = level
            self.write = write
        }

        /// The event's metadata by key.
        public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        /// Writes one line, or has it written.
        public func log(event: LogEvent) {
            // A provider knows the caller only while it is called.
            let parts = [metadata, metadataProvider?.get(), event.metadata]
            let (form, time, level, message) = (form, Date(), event.level, event.message)
            guard let write else {
                return LogQueue.standardError.append(isUrgent: level >= .warning) { missing in
                    let more: Logger.Metadata =
                        missing == 0 ? [:] : ["lines_missing_before": "\(missing)"]
                    return Self.line(form, time, level, message, parts + [more])
                }
            }
            write(Self.line(form, time, level, message, parts))
        }

        /// Waits, two seconds at most, until all lines so far are on standard error: call it before the process ends.
        public static func flush() { LogQueue.standardError.flush() }

        private static func line(
            _ form: Form, _ time: Date, _ level: Logger.Level, _ message: Logger.Message,
            _ parts: [Logger.Metadata?]
        ) -> String {
            let all = parts.compactMap(\.self).reduce(into: Logger.Metadata()) {
                $0.merge($1) { $1 }
            }
            let time = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            switch form {
            case .json:
                var line: [String: JSONValue] = [
                    "time": .string(time), "level": .string(level.rawValue),
                    "message": .string("\(message)"),
                ]
                for (key, value) in all where line[key] == nil { line[key] = json(value) }
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                return String(decoding: (try? encoder.encode(line)) ?? Data(), as: UTF8.self)
            case .text:
                let words = all.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }
                return ([time, level.rawValue.uppercased(), "\(message)"] + words)
                    .joined(separator: " ")
            }
        }

        private static func json(_ value: Logger.MetadataValue) -> JSONValue {
            switch value {
            case .string(let text): .string(text)
            case .stringConvertible(let value): .string("\(value)")
            case .array(let values): .array(values.map(json))
            case .dictionary(let values): .object(values.mapValues(json))
            }
        }

        /// A value on one line, in quotes where it needs them.
        private static func text(_ value: Logger.MetadataValue) -> String {
            let text = "\(value)"
            guard text.utf8.contains(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") })
            else { return text }
            return "\"\(String(text.map { $0.isNewline ? " " : $0 }))\""
        }
    }
#endif
