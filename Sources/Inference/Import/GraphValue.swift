/// What a name of the graph stands for during translation.
enum GraphValue {
    /// Known at import.
    case constant(ConstantTensor)
    /// A value of the network, computed on ciphertexts.
    case encrypted(EncryptedTensor)
    /// Computed by the client after decryption.
    case tail(TailTensor)
    /// An optional input that is not given.
    case absent

    var shape: [Int] {
        switch self {
        case .constant(let tensor): tensor.shape
        case .encrypted(let tensor): tensor.shape
        case .tail(let tensor): tensor.shape
        case .absent: []
        }
    }

    /// The axis of the rows, nil where there is none.
    var rowsAxis: Int? {
        switch self {
        case .encrypted(let tensor): tensor.rowsAxis
        case .tail(let tensor): tensor.rowsAxis
        case .constant, .absent: nil
        }
    }
}

/// A network value seen as a tensor.
///
/// The network describes one row, so the axis of the rows has length 1 here; `rowsAxis` remembers which
/// it is when the model leaves the number of rows open, and no operator may mix along it.
struct EncryptedTensor {
    let id: ValueID
    let shape: [Int]
    let rowsAxis: Int?
    /// Whether the model declares whole numbers; such a tensor must be cast before arithmetic.
    var isInteger = false
}

/// A value of the client's tail seen as a tensor; `rowsAxis` as in `EncryptedTensor`.
struct TailTensor {
    /// Index of the value in the tail under construction.
    let value: Int
    let shape: [Int]
    let rowsAxis: Int?
    /// Number of classes when the elements are positions, nil for other numbers.
    var positionCount: Int?
    var labels: ClientTail.Labels?
    var columnNames: [String] = []
}

/// Collects the client's steps during translation.
///
/// The scores are all network values that any step reads, one after another; step i of the finished tail is
/// value i + 1.
struct TailBuilder {
    private(set) var bases: [(id: ValueID, count: Int, value: Int)] = []
    private(set) var steps: [ClientTail.Step] = []
    private var scoreCount = 0

    mutating func add(_ operation: ClientTail.Operation, _ inputs: [Int]) -> Int {
        steps.append(ClientTail.Step(operation, inputs: inputs))
        return steps.count
    }

    /// The tail value that holds a network value.
    mutating func base(_ id: ValueID, count: Int) -> Int {
        if let known = bases.first(where: { $0.id == id }) { return known.value }
        let value = add(.gather(Array(scoreCount..<scoreCount + count)), [0])
        bases.append((id, count, value))
        scoreCount += count
        return value
    }

    /// The finished tail; with a single base the first step, a copy of the scores, is dropped.
    func finish(outputs: [ClientTail.Output]) -> ClientTail {
        guard bases.count == 1, bases[0].value == 1 else {
            return ClientTail(scoreCount: scoreCount, steps: steps, outputs: outputs)
        }
        let renumbered = steps.dropFirst().map { step in
            ClientTail.Step(step.operation, inputs: step.inputs.map { max(0, $0 - 1) })
        }
        return ClientTail(
            scoreCount: scoreCount, steps: renumbered,
            outputs: outputs.map {
                ClientTail.Output(
                    name: $0.name, value: max(0, $0.value - 1), shape: $0.shape,
                    columnNames: $0.columnNames, labels: $0.labels)
            })
    }
}
