#if Service
    /// Looks at JSON before it is parsed.
    package enum JSONShape {
        /// Whether arrays and objects stand in each other no deeper than `limit`.
        ///
        /// Says nothing about whether it is JSON at all.
        package static func isShallow(_ bytes: some Sequence<UInt8>, limit: Int) -> Bool {
            var depth = 0
            var isInString = false
            var isEscaped = false
            for byte in bytes {
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString = false
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    depth += 1
                    if depth > limit { return false }
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                default: break
                }
            }
            return true
        }
    }
#endif
