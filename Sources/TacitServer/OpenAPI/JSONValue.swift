#if Service
    /// JSON as Swift literals.
    enum JSONValue: Encodable, Sendable, ExpressibleByStringLiteral,
        ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
        ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
    {
        case string(String)
        case integer(Int)
        case boolean(Bool)
        case array([JSONValue])
        case object([String: JSONValue])

        init(stringLiteral value: String) { self = .string(value) }
        init(integerLiteral value: Int) { self = .integer(value) }
        init(booleanLiteral value: Bool) { self = .boolean(value) }
        init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
        init(dictionaryLiteral elements: (String, JSONValue)...) {
            self = .object(Dictionary(elements) { $1 })
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .string(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .boolean(let value): try container.encode(value)
            case .array(let value): try container.encode(value)
            case .object(let value): try container.encode(value)
            }
        }

        /// An object with more members.
        func adding(_ members: [String: JSONValue]) -> JSONValue {
            guard case .object(let own) = self else { return self }
            return .object(own.merging(members) { $1 })
        }
    }
#endif
