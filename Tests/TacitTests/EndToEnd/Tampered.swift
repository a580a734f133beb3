/// A JSON value that can be changed in one place at a time.
indirect enum Tampered: Codable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([Tampered])
    case object([String: Tampered])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([Tampered].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: Tampered].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        }
    }

    /// Copies with one number, list or entry changed, evenly thinned out to `most`.
    func changes(most: Int) -> [Tampered] {
        let all = changes()
        guard all.count > most else { return all }
        let step = Double(all.count) / Double(most)
        return (0..<most).map { all[Int(Double($0) * step)] }
    }

    private func changes() -> [Tampered] {
        switch self {
        case .null, .flag, .text:
            return [.null, .number(7)]
        case .number(let x):
            let others = [-1, 0, x + 1, x * 2, x - 1, 3, 1e9, -x].filter { $0 != x }
            return others.map(Tampered.number) + [.text("text")]
        case .list(let list):
            var result: [Tampered] = [.list([]), .list(list.dropLast()), .list(list + list)]
            for index in list.indices {
                for change in list[index].changes() {
                    var changed = list
                    changed[index] = change
                    result.append(.list(changed))
                }
            }
            return result
        case .object(let object):
            var result: [Tampered] = []
            for (key, value) in object.sorted(by: { $0.key < $1.key }) {
                var without = object
                without[key] = nil
                result.append(.object(without))
                for change in value.changes() {
                    var changed = object
                    changed[key] = change
                    result.append(.object(changed))
                }
            }
            return result
        }
    }
}
