/// Where the elements of a tensor of channels stand: on a grid whose gaps hold further channels.
///
/// A convolution or pool with strides reads every second (third, ...) element. If its result stays where those
/// elements stand, its matrix has a diagonal for each place of the window; moved together, it has one for almost every
/// pair of places. The gaps that strides leave are filled with other channels (multiplexed packing: Lee et al., "Low-Complexity
/// Deep Convolutional Neural Networks on Fully Homomorphic Encryption Using Multiplexed Parallel Convolutions",
/// ICML 2022, section 4).
///
/// The element of channel c at the other axes' index i stands at `sum of i[axis] * strides[axis]`, plus
/// `c / gaps.count * block + gaps[c % gaps.count]`.
package struct TensorGrid: Hashable {
    /// The tensor's shape, outermost dimension first.
    package let shape: [Int]
    /// Which axis counts channels.
    package let channelAxis: Int
    /// Positions from one index to the next, for every axis; that of the channels is not used.
    package let strides: [Int]
    /// Positions of the first channels relative to the first one's.
    package let gaps: [Int]
    /// Positions from one set of channels to the next.
    package let block: Int

    /// The grids that a tensor in row-major order stands on: channels first, or last.
    package static func plain(_ shape: [Int]) -> [TensorGrid] {
        guard (3...4).contains(shape.count) else { return [] }
        let strides = Shape.strides(shape)
        let last = shape.count - 1
        return [
            TensorGrid(
                shape: shape, channelAxis: 1, strides: strides, gaps: [0], block: strides[1]),
            TensorGrid(
                shape: shape, channelAxis: last, strides: strides, gaps: Array(0..<shape[last]),
                block: strides[0]),
        ]
    }

    /// The grid on which a smaller tensor stands that is read from this one window by window; nil where an axis grows.
    package func shrunk(to result: [Int]) -> TensorGrid? {
        guard result.count == shape.count, result[0] == shape[0] else { return nil }
        var strides = strides
        var gaps = gaps
        for axis in shape.indices.dropFirst() where axis != channelAxis {
            guard result[axis] > 0, result[axis] <= shape[axis] else { return nil }
            let ratio = shape[axis] / result[axis]
            gaps = (0..<ratio).flatMap { index in gaps.map { $0 + index * self.strides[axis] } }
            strides[axis] *= ratio
        }
        return TensorGrid(
            shape: result, channelAxis: channelAxis, strides: strides, gaps: gaps, block: block)
    }

    /// The element at each position, -1 for none, as many as a power of two; nil where two elements would meet.
    package var cells: [Int32]? {
        let outer = shape.indices.filter { $0 != channelAxis }
        let places = Shape.stridedIndices(
            shape: outer.map { shape[$0] }, steps: outer.map { strides[$0] }, start: 0)
        let order = Shape.strides(shape)
        let elements = Shape.stridedIndices(
            shape: outer.map { shape[$0] }, steps: outer.map { order[$0] }, start: 0)
        let channels = (0..<shape[channelAxis]).map {
            $0 / gaps.count * block + gaps[$0 % gaps.count]
        }
        guard let end = places.max(), let last = channels.max() else { return nil }
        var cells = [Int32](repeating: -1, count: (end + last + 1).nextPowerOfTwo)
        for (channel, offset) in channels.enumerated() {
            for (place, element) in zip(places, elements) {
                guard cells[place + offset] < 0 else { return nil }
                cells[place + offset] = Int32(element + channel * order[channelAxis])
            }
        }
        return cells
    }
}
