/// A dense tensor computed coordinate by coordinate: operators written as ONNX defines them, with no thought of speed
/// or of matrices.
package struct PlainTensor {
    package let shape: [Int]
    package let values: [Double]

    init(_ shape: [Int], _ values: [Double]) {
        precondition(shape.reduce(1, *) == values.count)
        self.shape = shape
        self.values = values
    }

    /// A tensor from a function of the coordinates.
    init(_ shape: [Int], at body: ([Int]) -> Double) {
        self.init(shape, PlainTensor.coordinates(shape).map(body))
    }

    /// All coordinates of a shape, the last fastest.
    static func coordinates(_ shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { known, size in known.flatMap { c in (0..<size).map { c + [$0] } } }
    }

    /// The element at the coordinates; nil outside.
    func element(_ coordinates: [Int]) -> Double? {
        var index = 0
        for (coordinate, size) in zip(coordinates, shape) {
            guard coordinate >= 0, coordinate < size else { return nil }
            index = index * size + coordinate
        }
        return values[index]
    }

    subscript(_ coordinates: [Int]) -> Double { element(coordinates) ?? .nan }

    /// The element that broadcasting puts at coordinates of a larger shape.
    func broadcast(_ coordinates: [Int]) -> Double {
        let tail = coordinates.suffix(shape.count)
        return self[zip(tail, shape).map { $1 == 1 ? 0 : $0 }]
    }

    func map(_ body: (Double) -> Double) -> PlainTensor { PlainTensor(shape, values.map(body)) }

    /// The elements of one row.
    package func row(_ index: Int) -> [Double] {
        let size = values.count / shape[0]
        return Array(values[index * size..<(index + 1) * size])
    }
}

/// Windows over the spatial dimensions.
package struct PlainWindow {
    let kernel: [Int]
    let strides: [Int]
    let dilations: [Int]
    /// Beginnings, then ends.
    let pads: [Int]

    /// The input position under element `tap` of window `output`.
    func position(_ output: [Int], _ tap: [Int]) -> [Int] {
        kernel.indices.map { output[$0] * strides[$0] - pads[$0] + tap[$0] * dilations[$0] }
    }

    func outputs(_ spatial: [Int]) -> [Int] {
        spatial.indices.map {
            let span =
                spatial[$0] + pads[$0] + pads[kernel.count + $0]
                - ((kernel[$0] - 1) * dilations[$0] + 1)
            return span < 0 ? 0 : span / strides[$0] + 1
        }
    }
}

extension PlainTensor {
    func convolved(_ weights: PlainTensor, _ bias: [Double], _ window: PlainWindow, group: Int)
        -> PlainTensor
    {
        let taps = PlainTensor.coordinates(window.kernel)
        let shape = [self.shape[0], weights.shape[0]] + window.outputs(Array(self.shape[2...]))
        let perGroup = weights.shape[0] / group
        return PlainTensor(shape) { c in
            var sum = bias[c[1]]
            for input in 0..<weights.shape[1] {
                let channel = c[1] / perGroup * weights.shape[1] + input
                for tap in taps {
                    let place = window.position(Array(c[2...]), tap)
                    sum += (element([c[0], channel] + place) ?? 0) * weights[[c[1], input] + tap]
                }
            }
            return sum
        }
    }

    /// Every input element spreads the kernel over the output.
    func spread(_ weights: PlainTensor, _ window: PlainWindow, extra: [Int]) -> PlainTensor {
        let spatial = window.kernel.indices.map {
            (self.shape[$0 + 2] - 1) * window.strides[$0] + extra[$0]
                + (window.kernel[$0] - 1) * window.dilations[$0] + 1 - window.pads[$0]
                - window.pads[window.kernel.count + $0]
        }
        let shape = [self.shape[0], weights.shape[1]] + spatial
        guard spatial.allSatisfy({ $0 > 0 }) else { return PlainTensor([0], []) }
        var sums: [[Int]: Double] = [:]
        for input in PlainTensor.coordinates(self.shape) {
            for tap in PlainTensor.coordinates(window.kernel) {
                let place = window.position(Array(input[2...]), tap)
                for output in 0..<shape[1] {
                    sums[[input[0], output] + place, default: 0] +=
                        self[input] * weights[[input[1], output] + tap]
                }
            }
        }
        return PlainTensor(shape) { sums[$0] ?? 0 }
    }

    func averaged(_ window: PlainWindow, countsPadding: Bool) -> PlainTensor {
        let taps = PlainTensor.coordinates(window.kernel)
        let shape = Array(self.shape[..<2]) + window.outputs(Array(self.shape[2...]))
        return PlainTensor(shape) { c in
            let found = taps.compactMap {
                element(Array(c[..<2]) + window.position(Array(c[2...]), $0))
            }
            return found.reduce(0, +) / Double(countsPadding ? taps.count : found.count)
        }
    }

    func multiplied(by weights: PlainTensor) -> PlainTensor {
        let inner = weights.shape[0]
        return PlainTensor(Array(shape.dropLast()) + [weights.shape[1]]) { c in
            let stem = Array(c.dropLast())
            return (0..<inner).reduce(0) {
                $0 + self[stem + [$1]] * weights[[$1, c[c.count - 1]]]
            }
        }
    }

    /// Sum over axes, which keep length 1.
    func summed(_ axes: Set<Int>) -> PlainTensor {
        let reduced = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
        let inside = shape.indices.map { axes.contains($0) ? shape[$0] : 1 }
        return PlainTensor(reduced) { c in
            PlainTensor.coordinates(inside).reduce(0) { $0 + self[zip(c, $1).map { $0 + $1 }] }
        }
    }
}
