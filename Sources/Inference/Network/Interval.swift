/// A closed interval of doubles, `lower <= upper`, both finite.
public struct Interval: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The smallest value.
    public let lower: Double
    /// The largest value.
    public let upper: Double

    /// Makes an interval from its ends, in either order.
    public init(_ one: Double, _ other: Double) {
        lower = min(one, other)
        upper = max(one, other)
    }

    /// Half the length.
    public var radius: Double { upper / 2 - lower / 2 }
    /// The middle.
    public var center: Double { lower / 2 + upper / 2 }
    /// The largest magnitude.
    public var magnitude: Double { max(abs(lower), abs(upper)) }
    /// Whether `x` lies inside or at an end.
    public func contains(_ x: Double) -> Bool { x >= lower && x <= upper }

    /// The smallest interval around both.
    public func union(_ other: Interval) -> Interval {
        Interval(min(lower, other.lower), max(upper, other.upper))
    }

    /// Longer by `margin` times the length at each end (`0.1` makes it 20 % longer); a single point is widened
    /// by `margin` times its magnitude.
    public func widened(by margin: Double) -> Interval {
        let length = upper - lower
        let extra = margin * (length > 0 ? length : magnitude)
        return Interval(lower - extra, upper + extra)
    }

    /// For example `-1.5...2`.
    public var description: String { "\(lower)...\(upper)" }
}

/// The range of every value of a network.
public struct NetworkRanges: Sendable, Hashable {
    /// One interval per element of each value, in the order of `Network.nodes`.
    public let elements: [[Interval]]
    /// How the ranges were found.
    public let source: Source

    /// Where ranges come from.
    public enum Source: Sendable, Hashable {
        /// Smallest and largest value over calibration rows, widened by `margin` of the length on each side.
        case calibrated(rows: Int, margin: Double)
        /// Bounds that hold for every input inside the declared ranges.
        case propagated
    }

    init(elements: [[Interval]], source: Source) {
        self.elements = elements
        self.source = source
    }

    /// The smallest ranges around both, with the source of the first.
    func union(_ other: NetworkRanges) -> NetworkRanges {
        NetworkRanges(
            elements: zip(elements, other.elements).map { zip($0, $1).map { $0.union($1) } },
            source: source)
    }

    /// The range over all elements of a value.
    public subscript(id: ValueID) -> Interval {
        let list = elements[id.index]
        guard var result = list.first else { return Interval(0, 0) }
        for interval in list.dropFirst() { result = result.union(interval) }
        return result
    }
}
