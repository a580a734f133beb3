/// The graph's stored tensors and its declared inputs.
struct GraphInterface {
    /// A declared input without a stored value.
    struct Input {
        let name: String
        /// The shape of one row; an axis of rows has length 1.
        let shape: [Int]
        let rowsAxis: Int?
        let isInteger: Bool
        /// The shape as declared, with rows, when all dimensions are fixed.
        let fixedShape: [Int]?
    }

    private(set) var inputs: [Input]
    private(set) var constants: [String: ConstantTensor] = [:]
    /// The number of rows that all inputs fix, when above one.
    private(set) var fixedRows: Int?

    init(
        _ graph: OnnxGraphProto, decoder: TensorDecoder, limits: ImportLimits
    ) throws(InferenceError) {
        if let sparse = graph.sparseInitializer.first {
            throw .invalidTensor(
                tensor: sparse.values.name, reason: "sparse initializers are not supported")
        }
        var constants: [String: ConstantTensor] = [:]
        for tensor in graph.initializer {
            let decoded = try decoder.decode(tensor, name: tensor.name)
            guard constants.updateValue(decoded, forKey: tensor.name) == nil else {
                throw .duplicateName(tensor.name)
            }
        }
        self.constants = constants
        inputs = []
        var total = 0
        for info in graph.input where constants[info.name] == nil {
            guard !inputs.contains(where: { $0.name == info.name }) else {
                throw .duplicateName(info.name)
            }
            let input = try GraphInterface.input(info)
            guard let count = Shape.count(input.shape), count > 0 else {
                throw .unsupportedInterface(
                    name: info.name, reason: "its shape \(input.shape) has no elements",
                    wayOut: "declare the size of every dimension but the first")
            }
            let (sum, overflow) = total.addingReportingOverflow(count)
            guard !overflow, sum <= limits.valueElements else {
                throw .tooLarge(
                    what: "input '\(info.name)'", size: "shape \(input.shape)",
                    limit: "\(limits.valueElements) elements per row")
            }
            total = sum
            inputs.append(input)
        }
        guard !inputs.isEmpty else {
            throw .unsupportedInterface(
                name: graph.name, reason: "the graph has no input",
                wayOut: "export the model with its input")
        }
        let leading = Set(inputs.compactMap { $0.rowsAxis == nil ? nil : $0.fixedShape?[0] })
        fixedRows = leading.count == 1 ? leading.first : nil
        if leading.count > 1 { self = readingFixedRowsAsOneRow() }
    }

    private static func input(_ info: OnnxValueInfoProto) throws(InferenceError) -> Input {
        guard case .tensorType(let type)? = info.type.value,
            let element = OnnxTensorProto.DataType(rawValue: Int(type.elemType)),
            element.isReal || element.isInteger
        else {
            throw .unsupportedInterface(
                name: info.name, reason: "it is not a tensor of numbers",
                wayOut: "declare a float32 or float64 tensor")
        }
        guard type.hasShape else {
            throw .unsupportedInterface(
                name: info.name, reason: "its shape is not declared",
                wayOut: "declare the shape, with an open first dimension for the rows")
        }
        var shape: [Int] = []
        var isOpen = false
        for (axis, dimension) in type.shape.dim.enumerated() {
            if case .dimValue(let value)? = dimension.value, value > 0,
                let size = Int(exactly: value)
            {
                shape.append(size)
            } else if axis == 0 {
                isOpen = true
                shape.append(1)
            } else {
                throw .unsupportedInterface(
                    name: info.name, reason: "dimension \(axis) is not fixed",
                    wayOut: "leave only the first dimension, the rows, open")
            }
        }
        let fixed = isOpen ? nil : shape
        let fixesRows = !isOpen && shape.count >= 2 && shape[0] > 1
        if fixesRows { shape[0] = 1 }
        return Input(
            name: info.name, shape: shape, rowsAxis: isOpen || fixesRows ? 0 : nil,
            isInteger: element.isInteger, fixedShape: fixed)
    }

    /// The same inputs, with fixed leading dimensions taken for part of one row.
    func readingFixedRowsAsOneRow() -> GraphInterface {
        var copy = self
        copy.fixedRows = nil
        copy.inputs = inputs.map { input in
            guard let fixed = input.fixedShape else { return input }
            return Input(
                name: input.name, shape: fixed, rowsAxis: nil, isInteger: input.isInteger,
                fixedShape: fixed)
        }
        return copy
    }

    /// Where each input stands in the row.
    func rowParts() -> [ImportedModel.Input] {
        var offset = 0
        return inputs.map { input in
            defer { offset += input.shape.reduce(1, *) }
            var shape = input.shape
            if input.rowsAxis == 0 { shape.removeFirst() }
            return ImportedModel.Input(name: input.name, offset: offset, shape: shape)
        }
    }
}
