import ArgumentParser
import Foundation
import Tacit

/// Whether expanded keys and encoded weights are kept.
struct CacheOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Neither use nor fill the cache of expanded keys and encoded weights (see tacit cache --help)."
        ))
    var noCache = false
    @Option(
        help: ArgumentHelp(
            "Bytes that the cache may take, such as 500M or 8Gi; what was not used for longest makes room.",
            valueName: "bytes"))
    var cacheSize = ByteCount(MappedCache.standardByteLimit)

    /// The cache; nil where it is not wanted, or cannot be opened, which is a warning.
    func open() -> MappedCache? {
        if noCache { return nil }
        do throws(SecretsError) {
            return try MappedCache(byteLimit: cacheSize.value) { Console.note("warning: \($0)") }
        } catch {
            Console.note("warning: working without a cache: \(error)")
            return nil
        }
    }
}

/// A number of bytes: digits, then nothing, `k`, `M`, `G`, `Ki`, `Mi` or `Gi`.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
    let value: Int

    init(_ value: Int) { self.value = value }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let units = [
            "": 1, "k": 1000, "M": 1_000_000, "G": 1_000_000_000, "Ki": 1 << 10, "Mi": 1 << 20,
            "Gi": 1 << 30,
        ]
        guard let number = Int(digits), let unit = units[String(argument.dropFirst(digits.count))]
        else { return nil }
        let (value, overflow) = number.multipliedReportingOverflow(by: unit)
        if overflow { return nil }
        self.value = value
    }

    var description: String {
        value > 0 && value % (1 << 30) == 0 ? "\(value >> 30)Gi" : "\(value)"
    }
    var defaultValueDescription: String { description }
}
