/// One spatial axis of a convolution or a pool: how windows step over the input.
///
/// Sizes come from model files; all are held below 2^24, so that no sum or product here overflows.
struct WindowAxis {
    /// Length of the input.
    let input: Int
    /// Elements of the window.
    let kernel: Int
    /// Distance between windows.
    let stride: Int
    /// Distance between the elements of a window.
    let dilation: Int
    /// Zeros before the input.
    var padBegin: Int
    /// Zeros after the input.
    var padEnd: Int
    /// Number of windows.
    var output: Int

    private static let largest = 1 << 24

    /// One input element under a window.
    struct Tap {
        let input: Int
        let kernel: Int
    }

    /// What the attributes of a node say about windows.
    struct Attributes {
        let strides: [Int]
        let dilations: [Int]
        /// Beginnings, then ends; they count where `autoPad` is none.
        let pads: [Int]
        let autoPad: AutoPad

        enum AutoPad: String {
            case none = "NOTSET"
            case valid = "VALID"
            case upper = "SAME_UPPER"
            case lower = "SAME_LOWER"
        }

        init(_ node: GraphNode, rank: Int) throws(InferenceError) {
            strides = try Attributes.sizes(node, "strides", count: rank, from: 1) ?? .ones(rank)
            dilations = try Attributes.sizes(node, "dilations", count: rank, from: 1) ?? .ones(rank)
            pads =
                try Attributes.sizes(node, "pads", count: 2 * rank, from: 0)
                ?? [Int](repeating: 0, count: 2 * rank)
            let mode = try node.string("auto_pad", "NOTSET")
            guard let known = AutoPad(rawValue: mode) else {
                throw node.invalid("auto_pad '\(mode)' is unknown")
            }
            autoPad = known
        }

        /// A list of sizes with as many entries as expected, nil where it is not given.
        static func sizes(
            _ node: GraphNode, _ name: String, count: Int, from least: Int
        ) throws(InferenceError) -> [Int]? {
            guard let listed = try node.ints(name) else { return nil }
            let sizes = listed.compactMap { Int(exactly: $0) }
            guard sizes.count == count,
                sizes.allSatisfy({ $0 >= least && $0 <= WindowAxis.largest })
            else {
                throw node.invalid("its \(name) \(listed) do not fit \(count) sizes from \(least)")
            }
            return sizes
        }
    }

    /// Elements of the padded input that a window reaches over.
    var reach: Int { (kernel - 1) * dilation + 1 }

    /// The windows of Conv and of pools along each axis.
    static func windows(
        over lengths: [Int], kernel: [Int], _ attributes: Attributes, ceiling: Bool,
        _ node: GraphNode
    ) throws(InferenceError) -> [WindowAxis] {
        var axes: [WindowAxis] = []
        for (index, length) in lengths.enumerated() {
            guard kernel[index] >= 1, kernel[index] <= largest, length <= largest else {
                throw node.invalid("its window \(kernel) or its input \(lengths) is out of range")
            }
            let same = attributes.autoPad == .upper || attributes.autoPad == .lower
            let given = attributes.autoPad == .none
            var axis = WindowAxis(
                input: length, kernel: kernel[index], stride: attributes.strides[index],
                dilation: attributes.dilations[index],
                padBegin: given ? attributes.pads[index] : 0,
                padEnd: given ? attributes.pads[lengths.count + index] : 0, output: 0)
            if same {
                axis.output = (length + axis.stride - 1) / axis.stride
                let total = max(0, (axis.output - 1) * axis.stride + axis.reach - length)
                axis.padBegin = attributes.autoPad == .upper ? total / 2 : total - total / 2
                axis.padEnd = total - axis.padBegin
            } else {
                let span = length + axis.padBegin + axis.padEnd - axis.reach
                axis.output = max(0, span + axis.stride) / axis.stride
                // A rounded-up last window must begin on the input or the padding before it.
                let isCut = span % axis.stride != 0 && span > -axis.stride
                if ceiling, isCut, axis.output * axis.stride < length + axis.padBegin {
                    axis.output += 1
                }
                guard axis.output > 0 else {
                    throw node.invalid(
                        "its window of \(axis.reach) is longer than the padded input of "
                            + "\(span + axis.reach)")
                }
            }
            axes.append(axis)
        }
        return axes
    }

    /// The input elements under each window, in ascending order.
    var taps: [[Tap]] {
        (0..<output).map { window in
            (0..<kernel).compactMap { element in
                let position = window * stride - padBegin + element * dilation
                return position >= 0 && position < input
                    ? Tap(input: position, kernel: element) : nil
            }
        }
    }

    /// How many elements of each window lie on the input or its padding.
    var coveredCounts: [Int] {
        (0..<output).map { window in
            (0..<kernel).count { window * stride - padBegin + $0 * dilation < input + padEnd }
        }
    }

    /// The transposed step: for each output element, the inputs whose window covers it, in ascending order.
    var transposedTaps: [[Tap]] {
        (0..<output).map { element in
            (0..<kernel).reversed().compactMap { tap in
                let position = element + padBegin - tap * dilation
                guard position >= 0, position % stride == 0, position / stride < input else {
                    return nil
                }
                return Tap(input: position / stride, kernel: tap)
            }
        }
    }
}

extension [Int] {
    fileprivate static func ones(_ count: Int) -> [Int] { [Int](repeating: 1, count: count) }
}

/// The taps of all windows of several axes, windows in row-major order, taps of a window in ascending order of input.
struct WindowTaps {
    /// Where the taps of each window begin; one more entry than windows.
    private(set) var starts: [Int] = [0, 1]
    /// Input element of each tap, row-major within one channel.
    private(set) var inputs: [Int] = [0]
    /// Kernel element of each tap, row-major within one kernel.
    private(set) var kernels: [Int] = [0]

    /// Combines axes from the outermost to the innermost.
    init(_ axes: [(taps: [[WindowAxis.Tap]], input: Int, kernel: Int)]) {
        for axis in axes {
            var next = WindowTaps()
            for window in 0..<count {
                for taps in axis.taps {
                    for outer in starts[window]..<starts[window + 1] {
                        for tap in taps {
                            next.inputs.append(inputs[outer] * axis.input + tap.input)
                            next.kernels.append(kernels[outer] * axis.kernel + tap.kernel)
                        }
                    }
                    next.starts.append(next.inputs.count)
                }
            }
            self = next
        }
    }

    private init() {
        starts = [0]
        inputs = []
        kernels = []
    }

    /// Number of windows.
    var count: Int { starts.count - 1 }

    /// Number of taps of all windows.
    var tapCount: Int { inputs.count }
}
