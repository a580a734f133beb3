/// Accepted ranges of the inputs, taken from calibration rows or declared, widened and coarsely rounded.
///
/// The ranges are public (they stand in the card), so they are rounded outward to a sixteenth of their length or
/// coarser and tell little about single calibration rows.
struct InputRanges {
    /// One range per element.
    let elements: [Interval]
    /// What calibration rows showed of each element, before it was widened; empty for declared ranges.
    private let shown: [Interval]

    /// Declared, else from calibration rows and widened by `margin` of the length at each end, else assumed.
    init(options: CompileOptions, count: Int, margin: Double = CompileOptions.inputMargin) {
        if options.inputRange == nil, !options.calibrationRows.isEmpty {
            shown = Self.shown(options.calibrationRows, count: count)
            elements = shown.map { Self.widened($0, margin) }
            return
        }
        shown = []
        let declared = options.inputRange ?? CompileOptions.assumedInputRange
        elements = Array(
            repeating: Interval(declared.lowerBound, declared.upperBound), count: count)
    }

    /// Calibration rows stretched until they fill the accepted ranges; none where these were declared.
    func stretching(_ rows: [[Double]]) -> [[Double]] {
        guard !shown.isEmpty else { return [] }
        return rows.map { row in
            row.indices.map { index in
                let (from, to) = (shown[index], elements[index])
                guard from.radius > 0 else { return row[index] }
                let place = (row[index] - from.lower) / (from.upper - from.lower)
                return to.lower + place * (to.upper - to.lower)
            }
        }
    }

    /// The ranges as the card carries them: one when all are alike.
    var forCard: [Interval] {
        Set(elements).count == 1 ? Array(elements.prefix(1)) : elements
    }

    /// The range of each element over the rows: the same one for all where they are of one kind.
    private static func shown(_ rows: [[Double]], count: Int) -> [Interval] {
        let found = (0..<count).map { element in
            rows.dropFirst().reduce(Interval(rows[0][element], rows[0][element])) {
                $0.union(Interval($1[element], $1[element]))
            }
        }
        return commonRange(found).map { Array(repeating: $0, count: count) } ?? found
    }

    private static func widened(_ range: Interval, _ margin: Double) -> Interval {
        let radius = max(range.magnitude, 1)
        let open =
            range.radius > 0 ? range : Interval(range.lower - radius, range.upper + radius)
        return coarse(open.widened(by: margin))
    }

    /// The union, where elements are of one kind (pixels, say): then an element that happens to be
    /// constant in the calibration rows must not get a range of its own.
    private static func commonRange(_ ranges: [Interval]) -> Interval? {
        let varying = ranges.filter { $0.radius > 0 }.map(\.magnitude).sorted()
        guard let largest = varying.last, varying[varying.count / 2] >= largest / 32 else {
            return nil
        }
        return ranges.dropFirst().reduce(ranges[0]) { $0.union($1) }
    }

    /// Rounded outward to a multiple of a power of two near a sixteenth of the length.
    private static func coarse(_ range: Interval) -> Interval {
        let length = range.upper - range.lower
        guard length > 0, length.isFinite else { return range }
        let step = Double(sign: .plus, exponent: length.exponent - 3, significand: 1)
        return Interval(
            (range.lower / step).rounded(.down) * step, (range.upper / step).rounded(.up) * step)
    }
}
