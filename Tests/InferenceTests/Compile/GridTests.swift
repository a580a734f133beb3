import Inference
import TestSupport
import Testing

/// Grids on which results of windows with strides stand.
struct GridTests {
    @Test("gaps of strides hold further channels")
    func gaps() throws {
        let source = TensorGrid.plain([1, 2, 4, 4])[0]
        #expect(try #require(source.cells) == (0..<32).map { Int32($0) })
        let grid = try #require(source.shrunk(to: [1, 5, 2, 2]))
        let cells = try #require(grid.cells)
        // Channels 0 to 3 around the places 0, 2, 8 and 10 of the first block, channel 4 in the second.
        #expect(
            cells == [
                0, 8, 1, 9, 4, 12, 5, 13, 2, 10, 3, 11, 6, 14, 7, 15,
                16, -1, 17, -1, -1, -1, -1, -1, 18, -1, 19, -1, -1, -1, -1, -1,
            ])
        #expect(grid.shrunk(to: [1, 5, 4, 2]) == nil)
        #expect(grid.shrunk(to: [1, 5, 2]) == nil)
        #expect(TensorGrid.plain([1, 7]).isEmpty)
    }

    @Test("every element stands somewhere once, for any shapes, channels first or last")
    func complete() throws {
        var random = TestGenerator(seed: 77)
        var grids = 0
        for _ in 0..<200 {
            let rank = random.integer(in: 3...4)
            var shape = [1] + (1..<rank).map { _ in random.integer(in: 1...9) }
            for var grid in TensorGrid.plain(shape) {
                for _ in 0..<3 {
                    shape = grid.shape.enumerated().map { axis, size in
                        if axis == 0 { return 1 }
                        return axis == grid.channelAxis
                            ? random.integer(in: 1...12) : random.integer(in: 1...size)
                    }
                    grid = try #require(grid.shrunk(to: shape))
                    let cells = try #require(grid.cells, "\(grid)")
                    let standing = cells.filter { $0 >= 0 }.sorted()
                    let count = shape.reduce(1, *)
                    #expect(standing == (0..<Int32(count)).map { $0 }, "\(grid)")
                    #expect(cells.count.nonzeroBitCount == 1)
                    grids += 1
                }
            }
        }
        #expect(grids > 1000)
    }

    @Test("a convolution with strides has few diagonals on its grid")
    func diagonals() throws {
        var random = TestGenerator(seed: 78)
        for isLast in [false, true] {
            let shapes =
                isLast ? [[1, 16, 16, 4], [1, 8, 8, 8]] : [[1, 4, 16, 16], [1, 8, 8, 8]]
            let matrix = window(from: shapes[0], to: shapes[1], isLast: isLast, &random)
            var builder = NetworkBuilder(inputShape: shapes[0])
            let id = builder.affine(
                [(builder.input, matrix)], shape: shapes[1], origin: .init(["conv"]))
            let network = try builder.finish(output: id)
            guard case .affine(let map) = network[network.output].operation else { return }
            var placement = Placement(slotCount: 1024, rowCapacity: 1)
            placement.layouts[network.input] = .plain(
                elementCount: 1024, slotCount: 1024, rowCapacity: 1)
            let grids = TensorGrid.plain(shapes[0]).compactMap { $0.shrunk(to: shapes[1]) }
            let list = placement.candidates(
                map, count: 512, isFree: true, allowsPartialSums: false, grids: grids)
            let plain = try #require(list.filter { $0.grid == nil }.map(\.amounts[0].count).min())
            let onGrid = try #require(list.filter { $0.grid != nil }.map(\.amounts[0].count).min())
            #expect(onGrid * 2 < plain, "\(onGrid) of \(plain)")
        }
    }

    /// A convolution of 3 by 3 with stride 2, channels first or last.
    private func window(
        from source: [Int], to result: [Int], isLast: Bool, _ random: inout TestGenerator
    ) -> SparseMatrix {
        func index(_ shape: [Int], _ channel: Int, _ y: Int, _ x: Int) -> Int {
            isLast
                ? (y * shape[2] + x) * shape[3] + channel
                : (channel * shape[2] + y) * shape[3] + x
        }
        let (rows, columns) = (result.reduce(1, *), source.reduce(1, *))
        var values = [Double](repeating: 0, count: rows * columns)
        let (sourceChannels, channels) = isLast ? (source[3], result[3]) : (source[1], result[1])
        let (height, width) = isLast ? (result[1], result[2]) : (result[2], result[3])
        for channel in 0..<channels {
            for place in 0..<(height * width * 9 * sourceChannels) {
                let (x, y) = (place % width, place / width % height)
                let (dx, dy) = (place / (width * height) % 3, place / (width * height * 3) % 3)
                guard 2 * x + dx < 2 * width, 2 * y + dy < 2 * height else { continue }
                let column = index(source, place / (width * height * 9), 2 * y + dy, 2 * x + dx)
                values[index(result, channel, y, x) * columns + column] = random.real(in: -1...1)
            }
        }
        return .dense(rowCount: rows, columnCount: columns, values: values)
    }
}
