/// Everything that moves, repeats, drops or joins elements.
extension RandomGraph {
    mutating func joining(_ name: String, _ x: PlainTensor) {
        let axis = integer(1, x.shape.count - 1)
        let other = pick(names(of: x.shape))
        let y = tensor(other)
        var shape = x.shape
        shape[axis] *= 2
        node(
            "Concat", [name, other], ["axis": .int(axis)],
            PlainTensor(shape) { c in
                var place = c
                place[axis] -= x.shape[axis]
                return x.element(c) ?? y[place]
            })
    }

    mutating func reshaping(_ name: String, _ x: PlainTensor) {
        let total = x.values.count / RandomGraph.rows
        let part = pick((1...total).filter { total % $0 == 0 })
        let rank = x.shape.count
        switch integer(0, 4) {
        case 0:
            node(
                "Flatten", [name], ["axis": .int(1)],
                PlainTensor([RandomGraph.rows, total], x.values))
        case 1, 2:
            let target = pick([[0, part, total / part], [-1, part, total / part], [0, -1, part]])
            let shape =
                target[1] == -1
                ? [RandomGraph.rows, total / part, part] : [RandomGraph.rows, part, total / part]
            node("Reshape", [name, integers(target)], [:], PlainTensor(shape, x.values))
        case 3:
            let order = [0] + (1..<rank).shuffled(using: &random)
            node(
                "Transpose", [name], ["perm": .ints(order)],
                PlainTensor(
                    order.map { x.shape[$0] },
                    at: { c in
                        var place = c
                        for (position, axis) in order.enumerated() { place[axis] = c[position] }
                        return x[place]
                    }))
        default:
            let axis = integer(1, rank)
            var shape = x.shape
            shape.insert(1, at: axis)
            guard rank < 5 else { return }
            node("Unsqueeze", [name, integers([axis])], [:], PlainTensor(shape, x.values))
        }
    }

    /// The tensor whose positions along one axis are those listed.
    private func taking(_ x: PlainTensor, _ axis: Int, _ positions: [Int]) -> PlainTensor {
        var shape = x.shape
        shape[axis] = positions.count
        return PlainTensor(shape) { c in
            var place = c
            place[axis] = positions[c[axis]]
            return x[place]
        }
    }

    mutating func picking(_ name: String, _ x: PlainTensor) {
        let axis = integer(1, x.shape.count - 1)
        let size = x.shape[axis]
        switch integer(0, 2) {
        case 0:
            let start = integer(0, size - 1)
            let end = integer(start + 1, size)
            let step = integer(1, 2)
            // Forward from start to end, or the same stretch backward from its end.
            let back = integer(0, 1) == 0
            let positions =
                back
                ? Array(stride(from: end - 1, through: start, by: -step))
                : Array(stride(from: start, to: end, by: step))
            let from = back ? end - 1 - size : start
            let to = back ? (start == 0 ? -size - 1 : start - 1 - size) : end
            let steps = back ? -step : step
            node(
                "Slice",
                [name] + [[from], [to], [axis - x.shape.count], [steps]].map { integers($0) }, [:],
                taking(x, axis, positions))
        case 1:
            let picks = (0..<integer(1, 4)).map { _ in integer(-size, size - 1) }
            node(
                "Gather", [name, integers(picks)], ["axis": .int(axis)],
                taking(x, axis, picks.map { ($0 + size) % size }))
        default:
            guard size > 1 else { return }
            let cut = integer(1, size - 1)
            nodes(
                "Split", [name, integers([cut, size - cut])], ["axis": .int(axis)],
                [taking(x, axis, Array(0..<cut)), taking(x, axis, Array(cut..<size))])
        }
    }

    mutating func growing(_ name: String, _ x: PlainTensor) {
        switch integer(0, 3) {
        case 0:
            let repeats = [1] + x.shape.dropFirst().map { _ in integer(1, 2) }
            let shape = zip(x.shape, repeats).map { $0 * $1 }
            node(
                "Tile", [name, integers(repeats)], [:],
                PlainTensor(shape) { c in x[zip(c, x.shape).map { $0 % $1 }] })
        case 1:
            let target = [1] + x.shape.dropFirst().map { $0 == 1 ? integer(1, 3) : $0 }
            let shape = [RandomGraph.rows] + target.dropFirst()
            node(
                "Expand", [name, integers(target)], [:], PlainTensor(shape) { x.broadcast($0) })
        default:
            var begins = x.shape.map { integer(-1, min(2, $0 - 1)) }
            var ends = x.shape.map { integer(-1, min(2, $0 - 1)) }
            (begins[0], ends[0]) = (0, 0)
            let shape = x.shape.indices.map { x.shape[$0] + begins[$0] + ends[$0] }
            guard shape.allSatisfy({ $0 > 0 }) else { return }
            let mode = pick(["constant", "edge", "reflect"])
            let filling = mode == "constant" ? 0.5 : 0
            let inputs = [name, integers(begins + ends)]
            node(
                "Pad",
                mode == "constant" ? inputs + [constant(PlainTensor([], [filling]))] : inputs,
                ["mode": .text(mode)],
                PlainTensor(shape) { c in
                    let place = zip(c, begins).map { $0 - $1 }
                    if mode == "constant" { return x.element(place) ?? filling }
                    return x[
                        zip(place, x.shape).map { position, size in
                            if mode == "edge" { return min(max(position, 0), size - 1) }
                            let folded = abs(position)
                            return folded < size ? folded : 2 * (size - 1) - folded
                        }]
                })
        }
    }

    mutating func resizing(_ name: String, _ x: PlainTensor) {
        if x.shape.count == 4, integer(0, 1) == 0 {
            blocks(name, x)
            return
        }
        let factors = [1] + x.shape.dropFirst().map { _ in integer(1, 2) }
        let shape = zip(x.shape, factors).map { $0 * $1 }
        node(
            "Resize", [name, "", "", integers([1] + shape.dropFirst())],
            [
                "coordinate_transformation_mode": .text("asymmetric"),
                "nearest_mode": .text("floor"),
            ],
            PlainTensor(shape) { c in x[zip(c, factors).map { $0 / $1 }] })
    }

    private mutating func blocks(_ name: String, _ x: PlainTensor) {
        let s = x.shape
        if s[2] % 2 == 0, s[3] % 2 == 0 {
            node(
                "SpaceToDepth", [name], ["blocksize": .int(2)],
                PlainTensor([s[0], 4 * s[1], s[2] / 2, s[3] / 2]) { c in
                    let block = c[1] / s[1]
                    return x[[c[0], c[1] % s[1], 2 * c[2] + block / 2, 2 * c[3] + block % 2]]
                })
        } else if s[1] % 4 == 0 {
            let rowsFirst = integer(0, 1) == 0
            node(
                "DepthToSpace", [name],
                ["blocksize": .int(2), "mode": .text(rowsFirst ? "DCR" : "CRD")],
                PlainTensor([s[0], s[1] / 4, 2 * s[2], 2 * s[3]]) { c in
                    let block = c[2] % 2 * 2 + c[3] % 2
                    let channel = rowsFirst ? block * (s[1] / 4) + c[1] : 4 * c[1] + block
                    return x[[c[0], channel, c[2] / 2, c[3] / 2]]
                })
        }
    }
}
