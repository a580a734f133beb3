#if Service
    /// How long the stages of one request took.
    package struct StageTimes: Sendable {
        private var stages: [(stage: ServiceMetrics.Stage, duration: Duration)] = []

        package init() {}

        package mutating func add(_ stage: ServiceMetrics.Stage, _ duration: Duration) {
            stages.append((stage, duration))
        }

        /// The value of the header `Server-Timing` (W3C, Server Timing, section 3): milliseconds with three decimals.
        package var header: String {
            var text = ""
            for (stage, duration) in stages {
                if !text.isEmpty { text += ", " }
                let microseconds = max(0, Int(duration / .microseconds(1)))
                text += stage.rawValue
                text += ";dur="
                text += String(microseconds / 1000)
                let rest = microseconds % 1000
                text += rest < 10 ? ".00" : rest < 100 ? ".0" : "."
                text += String(rest)
            }
            return text
        }
    }
#endif
