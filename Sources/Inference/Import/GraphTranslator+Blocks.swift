/// DepthToSpace and SpaceToDepth: rearrangements of channels and blocks of pixels.
extension GraphTranslator {
    mutating func depthToSpace(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let node = call.node
        let (shape, block) = try blocks(call)
        let mode = try node.string("mode", "DCR")
        guard mode == "DCR" || mode == "CRD" else {
            throw node.invalid("mode '\(mode)' is unknown")
        }
        guard shape[1] % (block * block) == 0 else {
            throw node.invalid("\(shape[1]) channels do not make blocks of \(block) by \(block)")
        }
        let depth = shape[1] / (block * block)
        let channels = mode == "DCR" ? [block, block, depth] : [depth, block, block]
        return try rearranged(
            call, as: [shape[0]] + channels + shape[2...],
            order: mode == "DCR" ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3],
            to: [shape[0], depth, shape[2] * block, shape[3] * block])
    }

    mutating func spaceToDepth(_ call: OperatorCall) throws(InferenceError) -> GraphValue {
        let (shape, block) = try blocks(call)
        guard shape[2] % block == 0, shape[3] % block == 0 else {
            throw call.node.invalid(
                "\(shape[2]) by \(shape[3]) do not divide into blocks of \(block) by \(block)")
        }
        let (height, width) = (shape[2] / block, shape[3] / block)
        return try rearranged(
            call, as: [shape[0], shape[1], height, block, width, block],
            order: [0, 3, 5, 1, 2, 4], to: [shape[0], shape[1] * block * block, height, width])
    }

    private func blocks(_ call: OperatorCall) throws(InferenceError) -> (shape: [Int], block: Int) {
        try call.expectInputs(1...1)
        let size = try call.node.int("blocksize", 0)
        let shape = call[0].shape
        guard shape.count == 4, size >= 1, size <= 1 << 16 else {
            throw call.node.invalid("blocks of \(size) do not fit shape \(shape)")
        }
        guard call[0].rowsAxis == nil || call[0].rowsAxis == 0 else { throw mixesRows(call.node) }
        return (shape, Int(size))
    }

    private mutating func rearranged(
        _ call: OperatorCall, as parts: [Int], order: [Int], to shape: [Int]
    ) throws(InferenceError) -> GraphValue {
        let strides = Shape.strides(parts)
        let indices = Shape.stridedIndices(
            shape: order.map { parts[$0] }, steps: order.map { strides[$0] }, start: 0)
        return try picking(
            call[0], indices, shape: shape, rowsAxis: call[0].rowsAxis, call.node)
    }
}
