extension Span<UInt64> {
    /// Whether every word is below a bound of at most 2^63; in a form that vectorizes.
    package func isBelow(_ bound: UInt64) -> Bool {
        // The top bit of bound - 1 - x is set for x in [bound, 2^63), that of x for the others.
        var outside: UInt64 = 0
        for place in indices { outside |= (bound &- 1 &- self[place]) | self[place] }
        return outside >> 63 == 0
    }
}
