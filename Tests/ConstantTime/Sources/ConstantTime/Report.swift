import CValgrind

/// Errors so far, and a line for each step.
struct Report {
    private var last = ct_errors()
    private(set) var isClean = true

    mutating func step(_ name: String) {
        let now = ct_errors()
        print(
            "\(name): \(now - last == 0 ? "nothing depends on a secret" : "\(now - last) places")")
        if now != last { isClean = false }
        last = now
    }
}
