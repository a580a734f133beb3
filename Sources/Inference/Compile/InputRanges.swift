/// Accepted ranges of the inputs, taken from calibration rows or declared, widened and coarsely rounded.
///
/// The ranges are public (they stand in the card), so they are rounded outward to a sixteenth of their length or
/// coarser and tell little about single calibration rows.
struct InputRanges {
    /// One range per element.
    let elements: [Interval]

    /// Declared, else from calibration rows, else assumed.
    init(options: CompileOptions, count: Int) {
        if options.inputRange == nil, !options.calibrationRows.isEmpty {
            elements = Self.calibrated(options.calibrationRows, count: count)
            return
        }
        let declared = options.inputRange ?? CompileOptions.assumedInputRange
        elements = Array(
            repeating: Interval(declared.lowerBound, declared.upperBound), count: count)
    }

    /// The ranges as the card carries them: one when all are alike.
    var forCard: [Interval] {
        Set(elements).count == 1 ? Array(elements.prefix(1)) : elements
    }

    private static func calibrated(_ rows: [[Double]], count: Int) -> [Interval] {
        let found = (0..<count).map { element in
            rows.dropFirst().reduce(Interval(rows[0][element], rows[0][element])) {
                $0.union(Interval($1[element], $1[element]))
            }
        }
        if let common = commonRange(found) {
            return Array(
                repeating: coarse(common.widened(by: CompileOptions.inputMargin)), count: count)
        }
        return found.map { range in
            let radius = max(range.magnitude, 1)
            let open =
                range.radius > 0
                ? range : Interval(range.lower - radius, range.upper + radius)
            return coarse(open.widened(by: CompileOptions.inputMargin))
        }
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
