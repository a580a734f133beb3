#if Service
    import Foundation

    /// A histogram of times as a picture in the page.
    struct LatencyChart {
        let stage: String
        let bounds: [Double]
        let content: HistogramSample.Content

        private static let width = 480.0
        private static let height = 150.0
        private static let base = 112.0
        private static let top = 34.0
        /// Room for a bound's name.
        private static let labelWidth = 42.0

        var svg: String {
            let shown = range
            let step = (Self.width - 20) / Double(shown.count)
            let labelStep = step < Self.labelWidth ? 2 : 1
            let highest = Double(shown.map { content.counts[$0] }.max() ?? 1)
            var parts: [String] = []
            for (place, index) in shown.enumerated() {
                let x = 10 + Double(place) * step
                let count = content.counts[index]
                let tall = (Self.base - Self.top) * Double(count) / max(1, highest)
                parts.append(
                    "<rect x=\"\(x + 1)\" y=\"\(Self.base - tall)\" width=\"\(step - 2)\" "
                        + "height=\"\(tall)\" fill=\"#3b73b9\"><title>\(count) \(label(index))</title></rect>"
                )
                if place % labelStep == 0 {
                    parts.append(text(x + step / 2, Self.base + 14, "middle", 10, bound(index)))
                }
                if count > 0 {
                    parts.append(text(x + step / 2, Self.base - tall - 3, "middle", 10, "\(count)"))
                }
            }
            return """
                <svg width="\(Self.width)" height="\(Self.height)" role="img" \
                aria-label="\(StatusPage.escape(stage)) times">
                \(text(10, 18, "start", 13, title))
                \(parts.joined(separator: "\n"))
                \(text(Self.width / 2, Self.height - 6, "middle", 10, "at most"))
                </svg>
                """
        }

        /// The buckets from the first to the last that hold something, and one more on each side.
        private var range: ClosedRange<Int> {
            let used = content.counts.indices.filter { content.counts[$0] > 0 }
            let last = content.counts.count - 1
            return max(0, (used.first ?? 0) - 1)...min(last, (used.last ?? 0) + 1)
        }

        private var title: String {
            let mean = content.sum / Double(max(1, content.count))
            return "\(stage): \(content.count), mean \(StatusPage.time(mean)), "
                + "half ≤ \(quantile(0.5)), 99 % ≤ \(quantile(0.99))"
        }

        /// The bound of the bucket that holds a quantile.
        private func quantile(_ part: Double) -> String {
            var sum: UInt64 = 0
            for (index, count) in content.counts.enumerated() {
                sum += count
                if Double(sum) >= part * Double(content.count) { return bound(index) }
            }
            return bound(content.counts.count - 1)
        }

        private func bound(_ index: Int) -> String {
            guard index < bounds.count else { return "more" }
            let seconds = bounds[index]
            if seconds < 0.001 { return "\(Int((seconds * 1e6).rounded())) µs" }
            if seconds < 1 {
                let milliseconds = seconds * 1000
                return milliseconds == milliseconds.rounded()
                    ? "\(Int(milliseconds)) ms" : "\(milliseconds) ms"
            }
            return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
        }

        private func label(_ index: Int) -> String { "at most \(bound(index))" }

        private func text(
            _ x: Double, _ y: Double, _ anchor: String, _ size: Int, _ words: String
        ) -> String {
            "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" "
                + "fill=\"currentColor\">\(StatusPage.escape(words))</text>"
        }
    }
#endif
