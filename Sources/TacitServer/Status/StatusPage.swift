#if Service
    import Foundation

    /// The page for people: one document without anything from elsewhere.
    package struct StatusPage {
        private let report: StatusReport

        package init(_ report: StatusReport) { self.report = report }

        package var html: String {
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>tacit</title>
            <meta http-equiv="refresh" content="5">
            <meta name="viewport" content="width=device-width">
            <style>\(Self.style)</style></head><body>
            <header><h1>tacit</h1><span class="\(report.isReady ? "good" : "bad")">\(state)</span>
            <span class="quiet">version \(escape(report.version)), up \(Self.time(report.uptime)), \
            \(report.concurrency) at a time on \(report.threads) \
            \(report.threads == 1 ? "thread" : "threads")</span></header>
            <section><h2>Models</h2>\(models)</section>
            <section><h2>Load</h2>\(load)</section>
            <section><h2>Time of inference requests</h2>\(latencies)</section>
            <section><h2>Evaluation keys</h2>\(keys)</section>
            <section><h2>Answers</h2>\(answers)</section>
            </body></html>

            """
        }

        private var state: String {
            if report.isDraining { return "draining" }
            return report.isReady ? "ready" : "loading"
        }

        private var models: String {
            if report.models.isEmpty { return "<p class=\"quiet\">none in the folder</p>" }
            let rows = report.models.map { model in
                let state =
                    model.problem.map {
                        "<span class=\"bad\">\(model.isReady ? "new file refused: " : "")\(escape($0))</span>"
                    } ?? "<span class=\"good\">ready</span>"
                return """
                    <tr><td>\(escape(model.name))</td><td class="n">\(model.version)</td>\
                    <td>\(escape(model.scheme))</td><td class="n">\(model.waiting)</td>\
                    <td>\(model.loaded.map(RFC3339.text) ?? "")</td><td>\(state)</td></tr>
                    """
            }
            return """
                <table><tr><th>model</th><th class="n">version</th><th>scheme</th>\
                <th class="n">waiting</th><th>loaded</th><th>state</th></tr>
                \(rows.joined(separator: "\n"))</table>
                """
        }

        private var load: String {
            facts([
                ("being computed", "\(report.running) of \(report.concurrency)"),
                ("waiting", "\(report.waiting)"), ("connections", "\(report.connections)"),
                ("jobs", "\(report.jobs)"), ("request files answered", "\(report.predictions)"),
                ("requests in memory", Self.bytes(report.requestByteCount)),
                ("resident memory", report.residentByteCount.map(Self.bytes) ?? "unknown"),
            ])
        }

        private var keys: String {
            facts([
                ("on the disk", "\(report.keyFiles), \(Self.bytes(report.keyByteCount))"),
                ("owners", "\(report.keyOwners)"),
                (
                    "expanded in memory",
                    "\(report.expandedCount), \(Self.bytes(report.expandedByteCount)) of "
                        + Self.bytes(report.expandedLimit)
                ), ("found in memory", "\(report.hits)"), ("read from disk", "\(report.misses)"),
                ("dropped for room", "\(report.evictions)"),
            ])
        }

        private var answers: String {
            facts(report.answers.map { ("status \($0.status)", "\($0.count)") })
                + (report.rejects.isEmpty
                    ? ""
                    : "<h3>refused</h3>" + facts(report.rejects.map { ($0.reason, "\($0.count)") }))
        }

        private var latencies: String {
            let shown = report.latencies.filter { $0.content.count > 0 }
            if shown.isEmpty { return "<p class=\"quiet\">none yet</p>" }
            return "<div class=\"charts\">"
                + shown.map {
                    LatencyChart(stage: $0.stage, bounds: $0.bounds, content: $0.content).svg
                }.joined() + "</div>"
        }

        private func facts(_ facts: [(String, String)]) -> String {
            if facts.isEmpty { return "<p class=\"quiet\">none yet</p>" }
            return "<dl>"
                + facts.map { "<div><dt>\(escape($0.0))</dt><dd>\(escape($0.1))</dd></div>" }
                .joined() + "</dl>"
        }

        private func escape(_ text: String) -> String { Self.escape(text) }

        /// Text as it may stand in HTML and in attributes.
        package static func escape(_ text: String) -> String {
            var escaped = ""
            for character in text {
                switch character {
                case "&": escaped += "&amp;"
                case "<": escaped += "&lt;"
                case ">": escaped += "&gt;"
                case "\"": escaped += "&quot;"
                case "'": escaped += "&#39;"
                default: escaped.append(character)
                }
            }
            return escaped
        }

        package static func bytes(_ count: Int) -> String {
            let units = ["B", "kB", "MB", "GB", "TB"]
            var value = Double(count)
            var unit = 0
            while value >= 1000, unit < units.count - 1 {
                value /= 1000
                unit += 1
            }
            return unit == 0 ? "\(count) B" : "\(tenth(value)) \(units[unit])"
        }

        /// One decimal.
        package static func tenth(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

        package static func time(_ seconds: Double) -> String {
            switch seconds {
            case ..<1: "\(tenth(seconds * 1000)) ms"
            case ..<60: "\(tenth(seconds)) s"
            case ..<3600: "\(tenth(seconds / 60)) min"
            default: "\(tenth(seconds / 3600)) h"
            }
        }

        private static let style = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;\
            color:#1c2430;background:#fff}
            header{display:flex;gap:1rem;align-items:baseline;flex-wrap:wrap}
            h1{margin:0;font-size:1.8rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
            h3{font-size:.95rem;margin:1rem 0 .3rem}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;\
            border-bottom:1px solid #dfe4ea}th{font-weight:600;color:#5b6675}
            .n{text-align:right;font-variant-numeric:tabular-nums}
            dl{display:flex;flex-wrap:wrap;gap:.6rem 2rem;margin:0}dt{color:#5b6675;font-size:.85rem}
            dd{margin:0;font-variant-numeric:tabular-nums;font-size:1.1rem}
            .quiet{color:#5b6675}.good{color:#17693b;font-weight:600}.bad{color:#a3261b;font-weight:600}
            .charts{display:flex;flex-wrap:wrap;gap:1rem}svg{border:1px solid #dfe4ea;border-radius:4px}
            @media(prefers-color-scheme:dark){body{color:#e3e8ee;background:#14181d}th,dt,.quiet{color:#98a4b3}\
            th,td,svg{border-color:#2c343d}.good{color:#5fd08f}.bad{color:#ff8d80}}
            """
    }
#endif
