/// Arithmetic on tensor shapes that never overflows silently.
enum Shape {
    /// The product of the dimensions, nil where one is negative or the product overflows.
    static func count(_ shape: [Int]) -> Int? {
        var result = 1
        for dimension in shape {
            guard dimension >= 0 else { return nil }
            let (product, overflow) = result.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            result = product
        }
        return result
    }

    /// Row-major strides.
    static func strides(_ shape: [Int]) -> [Int] {
        var result = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            result[axis] = result[axis + 1] * shape[axis + 1]
        }
        return result
    }

    /// The common shape of two shapes by NumPy's rules, nil where they do not fit.
    static func broadcast(_ left: [Int], _ right: [Int]) -> [Int]? {
        let rank = max(left.count, right.count)
        var result: [Int] = []
        for axis in 0..<rank {
            let a = axis - (rank - left.count) >= 0 ? left[axis - (rank - left.count)] : 1
            let b = axis - (rank - right.count) >= 0 ? right[axis - (rank - right.count)] : 1
            if a == b || b == 1 {
                result.append(a)
            } else if a == 1 {
                result.append(b)
            } else {
                return nil
            }
        }
        return result
    }

    /// For each element of `target`, the index of the element of `source` that broadcasting puts there.
    static func broadcastIndices(from source: [Int], to target: [Int]) -> [Int] {
        let offset = target.count - source.count
        let sourceStrides = strides(source)
        let steps = target.indices.map { axis in
            axis >= offset && source[axis - offset] != 1 ? sourceStrides[axis - offset] : 0
        }
        return stridedIndices(shape: target, steps: steps, start: 0)
    }

    /// For each element of a tensor of the given shape in row-major order: `start` plus the sum of coordinate
    /// times step.
    static func stridedIndices(shape: [Int], steps: [Int], start: Int) -> [Int] {
        var result = [start]
        for (dimension, step) in zip(shape, steps) {
            var next: [Int] = []
            next.reserveCapacity(result.count * dimension)
            for base in result {
                for index in 0..<dimension { next.append(base + index * step) }
            }
            result = next
        }
        return result
    }

    /// An axis counted from the end when negative, nil outside `-rank ..< rank`.
    static func axis(_ axis: Int64, rank: Int) -> Int? {
        guard let value = Int(exactly: axis) else { return nil }
        let counted = value < 0 ? value + rank : value
        return counted >= 0 && counted < rank ? counted : nil
    }
}
