import RealModule

/// What of a decrypted result the model's owner asks clients to keep: less precise numbers, or labels alone.
///
/// Clients that follow the card learn no more than that from an answer; one that does not still decrypts everything.
public struct Disclosure: Sendable, Hashable, Codable {
    /// Decimals that numbers are rounded to; nil for all.
    public let decimals: Int?
    /// Whether labels are all that is returned.
    public let labelsOnly: Bool

    /// Most decimals.
    public static let acceptedDecimals = 0...15

    /// Says what is returned.
    public init(decimals: Int? = nil, labelsOnly: Bool = false) {
        self.decimals = decimals
        self.labelsOnly = labelsOnly
    }

    /// Whether everything is returned.
    public var isFull: Bool { decimals == nil && !labelsOnly }

    var isWellFormed: Bool { decimals.map(Self.acceptedDecimals.contains) ?? true }

    /// A number with as many decimals as are returned.
    public func rounded(_ number: Double) -> Double {
        guard let decimals else { return number }
        let factor = Double.pow(10, Double(decimals))
        let rounded = (number * factor).rounded() / factor
        return rounded.isFinite ? rounded : number
    }

    /// Results as they are returned; where there are no labels, the position of the largest number is one.
    public func applied(to results: [ClientTail.Result]) -> [ClientTail.Result] {
        guard labelsOnly else {
            return results.map { result in
                if case .numbers(let list) = result { return .numbers(list.map(rounded)) }
                return result
            }
        }
        let labels = results.filter { if case .labels = $0 { true } else { false } }
        guard labels.isEmpty, case .numbers(let list)? = results.first else { return labels }
        let largest = list.indices.max { list[$0] < list[$1] } ?? 0
        return [.labels(["\(largest)"])]
    }

    /// Which outputs remain, by position.
    public func kept(_ outputs: [ClientTail.Output]) -> [Int] {
        guard labelsOnly else { return Array(outputs.indices) }
        let labels = outputs.indices.filter { outputs[$0].labels != nil }
        return labels.isEmpty ? Array(outputs.indices.prefix(1)) : labels
    }
}
