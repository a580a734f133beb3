extension WindowAxis {
    /// The windows of ConvTranspose along each axis; `output` counts elements of the result.
    ///
    /// Sizes and padding by the specification of ConvTranspose, operator set 22.
    static func transposed(
        from lengths: [Int], kernel: [Int], _ attributes: Attributes, _ node: GraphNode
    ) throws(InferenceError) -> [WindowAxis] {
        let rank = lengths.count
        let extra =
            try Attributes.sizes(node, "output_padding", count: rank, from: 0)
            ?? [Int](repeating: 0, count: rank)
        let asked = try outputLengths(node, rank: rank)
        var axes: [WindowAxis] = []
        for (index, length) in lengths.enumerated() {
            var axis = WindowAxis(
                input: length, kernel: kernel[index], stride: attributes.strides[index],
                dilation: attributes.dilations[index], padBegin: 0, padEnd: 0, output: 0)
            let full = axis.stride * (length - 1) + extra[index] + axis.reach
            let same = attributes.autoPad == .upper || attributes.autoPad == .lower
            if same, asked == nil, full < length * axis.stride {
                throw node.unsupported(
                    "auto_pad with a stride of \(axis.stride) above the \(axis.reach) elements of a window, which programs read differently",
                    "export the model with output_shape or pads")
            }
            if let target = asked?[index] ?? (same ? length * axis.stride : nil) {
                let total = max(0, full - target)
                axis.padBegin = attributes.autoPad == .upper ? total / 2 : total - total / 2
                axis.padEnd = total - axis.padBegin
                axis.output = target
            } else {
                if attributes.autoPad == .none {
                    axis.padBegin = attributes.pads[index]
                    axis.padEnd = attributes.pads[rank + index]
                }
                axis.output = full - axis.padBegin - axis.padEnd
            }
            guard axis.output > 0 else {
                throw node.invalid("its padding leaves nothing of dimension \(index)")
            }
            axes.append(axis)
        }
        return axes
    }

    /// The attribute output_shape: spatial sizes, in some files behind rows and channels.
    private static func outputLengths(
        _ node: GraphNode, rank: Int
    ) throws(InferenceError) -> [Int]? {
        guard let listed = try node.ints("output_shape") else { return nil }
        let count = listed.count == rank + 2 ? rank + 2 : rank
        return try Attributes.sizes(node, "output_shape", count: count, from: 1)
            .map { Array($0.suffix(rank)) }
    }
}
