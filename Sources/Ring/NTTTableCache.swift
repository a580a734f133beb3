import RingKernels
import Synchronization

/// Shares transform tables between contexts: equal degree and modulus, equal tables.
final class NTTTableCache: Sendable {
    static let shared = NTTTableCache()

    private struct Key: Hashable {
        let logDegree: Int
        let modulus: Modulus
        let twiddles: UInt32
    }

    private struct Entry {
        weak var table: NTTTable?
    }

    private let entries = Mutex<[Key: Entry]>([:])

    func table(logDegree: Int, modulus: Modulus, twiddles: rk_twiddles) -> NTTTable {
        let key = Key(logDegree: logDegree, modulus: modulus, twiddles: twiddles.rawValue)
        if let table = entries.withLock({ $0[key]?.table }) { return table }
        let built = NTTTable(logDegree: logDegree, modulus: modulus, twiddles: twiddles)
        return entries.withLock { entries in
            if let table = entries[key]?.table { return table }
            entries = entries.filter { $0.value.table != nil }
            entries[key] = Entry(table: built)
            return built
        }
    }
}
