#if Service
    import Foundation

    /// What the operating system knows of this process.
    enum ProcessFigures {
        /// Resident memory in bytes; nil where there is no `/proc`.
        static var residentByteCount: Int? {
            guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
                let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
            else { return nil }
            return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
    }
#endif
