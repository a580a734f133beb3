#if Service
    import Foundation

    /// Lines of Prometheus's text format, version 0.0.4.
    struct PrometheusWriter {
        private(set) var text = ""

        mutating func head(_ name: String, type: String, help: String?) {
            if let help {
                let escaped = help.replacingOccurrences(of: "\\", with: "\\\\")
                    .replacingOccurrences(of: "\n", with: "\\n")
                text += "# HELP \(name) \(escaped)\n"
            }
            text += "# TYPE \(name) \(type)\n"
        }

        mutating func line(_ name: String, _ labels: String, _ value: Double) {
            text += name
            if !labels.isEmpty { text += "{\(labels)}" }
            text += " \(Self.number(value))\n"
        }

        mutating func histogram(_ name: String, _ labels: String, _ histogram: HistogramSample) {
            let content = histogram.snapshot
            var sum: UInt64 = 0
            for (index, count) in content.counts.enumerated() {
                sum += count
                let bound =
                    index < histogram.bounds.count
                    ? Self.number(histogram.bounds[index]) : "+Inf"
                let all = labels.isEmpty ? "" : labels + ","
                line(name + "_bucket", all + "le=\"\(bound)\"", Double(sum))
            }
            line(name + "_sum", labels, content.sum)
            line(name + "_count", labels, Double(sum))
        }

        /// Whole numbers without a fraction.
        static func number(_ value: Double) -> String {
            if value.isNaN { return "NaN" }
            if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
            if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
            return "\(value)"
        }
    }

    extension PrometheusRegistry {
        /// A name with everything replaced that Prometheus does not take.
        static func identifier(_ name: String) -> String {
            let text = String(
                name.unicodeScalars.map { scalar -> Character in
                    let isPlain =
                        scalar.isASCII
                        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    return isPlain || scalar == "_" || scalar == ":" ? Character(scalar) : "_"
                })
            return text.first?.isNumber ?? true ? "_" + text : text
        }

        /// `name="value",…`, sorted and escaped.
        static func labels(_ dimensions: [(String, String)]) -> String {
            dimensions.sorted { $0.0 < $1.0 }.map { name, value in
                let escaped = value.replacingOccurrences(of: "\\", with: "\\\\")
                    .replacingOccurrences(of: "\"", with: "\\\"")
                    .replacingOccurrences(of: "\n", with: "\\n")
                return "\(identifier(name))=\"\(escaped)\""
            }.joined(separator: ",")
        }
    }
#endif
