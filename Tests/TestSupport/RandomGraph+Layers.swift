import Foundation

/// Convolutions, pools, dense layers, normalization.
extension RandomGraph {
    /// A random window and the attributes that say so.
    private mutating func window(
        _ spatial: [Int], dilated: Bool
    ) -> (PlainWindow, [String: GraphWriter.Attribute]) {
        let rank = spatial.count
        let kernel = spatial.map { integer(1, min(3, $0)) }
        let strides = spatial.map { _ in integer(1, 3) }
        let dilations = spatial.map { _ in dilated && integer(0, 3) == 0 ? 2 : 1 }
        var pads = [Int](repeating: 0, count: 2 * rank)
        var attributes: [String: GraphWriter.Attribute] = [
            "strides": .ints(strides), "kernel_shape": .ints(kernel),
        ]
        if dilations.contains(2) { attributes["dilations"] = .ints(dilations) }
        switch integer(0, 4) {
        case 0: attributes["auto_pad"] = .text("VALID")
        case 1:
            let upper = integer(0, 1) == 0
            attributes["auto_pad"] = .text(upper ? "SAME_UPPER" : "SAME_LOWER")
            for axis in 0..<rank {
                let windows = (spatial[axis] + strides[axis] - 1) / strides[axis]
                let reach = (kernel[axis] - 1) * dilations[axis] + 1
                let total = max(0, (windows - 1) * strides[axis] + reach - spatial[axis])
                pads[axis] = upper ? total / 2 : total - total / 2
                pads[rank + axis] = total - pads[axis]
            }
        default:
            pads = (kernel + kernel).map { integer(0, $0 - 1) }
            attributes["pads"] = .ints(pads)
        }
        let window = PlainWindow(
            kernel: kernel, strides: strides, dilations: dilations, pads: pads)
        return (window, attributes)
    }

    mutating func convolution(_ name: String, _ x: PlainTensor) {
        guard x.shape.count >= 3 else { return }
        var (window, attributes) = window(Array(x.shape[2...]), dilated: true)
        let group = pick((1...x.shape[1]).filter { x.shape[1] % $0 == 0 })
        attributes["group"] = .int(group)
        let outputs = group * integer(1, 2)
        let weights = real([outputs, x.shape[1] / group] + window.kernel)
        let bias = integer(0, 1) == 0 ? real([outputs]) : nil
        var inputs = [name, constant(weights)]
        if let bias { inputs.append(constant(bias)) }
        let zeros = [Double](repeating: 0, count: outputs)
        node(
            "Conv", inputs, attributes,
            x.convolved(weights, bias?.values ?? zeros, window, group: group))
    }

    mutating func transposedConvolution(_ name: String, _ x: PlainTensor) {
        guard x.shape.count >= 3 else { return }
        let rank = x.shape.count - 2
        let kernel = (0..<rank).map { _ in integer(1, 3) }
        let strides = (0..<rank).map { _ in integer(1, 2) }
        let pads = (kernel + kernel).map { integer(0, $0 - 1) }
        let extra = strides.map { integer(0, $0 - 1) }
        let window = PlainWindow(
            kernel: kernel, strides: strides, dilations: strides.map { _ in 1 }, pads: pads)
        let weights = real([x.shape[1], integer(1, 2)] + kernel)
        node(
            "ConvTranspose", [name, constant(weights)],
            ["strides": .ints(strides), "pads": .ints(pads), "output_padding": .ints(extra)],
            x.spread(weights, window, extra: extra))
    }

    mutating func pooling(_ name: String, _ x: PlainTensor) {
        guard x.shape.count >= 3 else { return }
        if integer(0, 4) == 0 {
            let axes = Set(2..<x.shape.count)
            let size = Double(x.shape[2...].reduce(1, *))
            node("GlobalAveragePool", [name], [:], x.summed(axes).map { $0 / size })
            return
        }
        var (window, attributes) = window(Array(x.shape[2...]), dilated: false)
        let counts = attributes["auto_pad"] == nil && integer(0, 1) == 0
        attributes["count_include_pad"] = .int(counts ? 1 : 0)
        node("AveragePool", [name], attributes, x.averaged(window, countsPadding: counts))
    }

    mutating func dense(_ name: String, _ x: PlainTensor) {
        let weights = real([x.shape[x.shape.count - 1], integer(1, 5)])
        guard x.shape.count == 2, integer(0, 1) == 0 else {
            node("MatMul", [name, constant(weights)], [:], x.multiplied(by: weights))
            return
        }
        let bias = real([weights.shape[1]])
        let flipped = PlainTensor([weights.shape[1], weights.shape[0]]) { weights[[$0[1], $0[0]]] }
        let isFlipped = integer(0, 1) == 0
        let product = x.multiplied(by: weights)
        node(
            "Gemm", [name, constant(isFlipped ? flipped : weights), constant(bias)],
            ["transB": .int(isFlipped ? 1 : 0), "alpha": .float(0.5), "beta": .float(0.25)],
            PlainTensor(product.shape) { 0.5 * product[$0] + 0.25 * bias[[$0[1]]] })
    }

    mutating func normalization(_ name: String, _ x: PlainTensor) {
        let channels = [x.shape[1]]
        let (scale, offset, mean) = (real(channels), real(channels), real(channels))
        let variance = real(channels).map { abs($0) + 0.25 }
        let inputs = [name] + [scale, offset, mean, variance].map { constant($0) }
        let epsilon = Double(Float(0.01))
        node(
            "BatchNormalization", inputs, ["epsilon": .float(0.01)],
            PlainTensor(x.shape) { c in
                let k = [c[1]]
                return scale[k] * (x[c] - mean[k]) / (variance[k] + epsilon).squareRoot()
                    + offset[k]
            })
    }

    mutating func reducing(_ name: String, _ x: PlainTensor) {
        var axes = (1..<x.shape.count).filter { _ in integer(0, 1) == 0 }
        if axes.isEmpty { axes = [x.shape.count - 1] }
        let size = Double(axes.reduce(1) { $0 * x.shape[$1] })
        let kinds: [(String, PlainTensor)] = [
            ("ReduceSum", x.summed(Set(axes))),
            ("ReduceMean", x.summed(Set(axes)).map { $0 / size }),
            ("ReduceSumSquare", x.map { $0 * $0 }.summed(Set(axes))),
        ]
        let (kind, sums) = pick(kinds)
        let keeps = axes.count == x.shape.count - 1 || integer(0, 1) == 0
        let kept = x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] }
        node(
            kind, [name, integers(axes)], ["keepdims": .int(keeps ? 1 : 0)],
            keeps ? sums : PlainTensor(kept, sums.values))
    }
}
