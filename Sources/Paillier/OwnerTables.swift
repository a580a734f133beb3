import BigNum
import Secrets
import Synchronization

/// The key owner's tables of powers modulo p^2 and q^2, in locked memory; made when they pay, wiped with the key.
///
/// Both bases are random p-th and q-th powers, drawn for the table and never shown; exponents are uniform modulo p - 1
/// and q - 1. So the randomness of every ciphertext is y^x for one secret random n-th power y and a uniform x, and the
/// classical assumption (n-th powers look like any units modulo n^2) suffices: were y any unit, y^x would hide the
/// message perfectly. Short exponents and the public base h, on which encryption with the public key rests, play no part.
final class OwnerTables: Sendable {
    /// Tables modulo p^2 and q^2.
    struct Pair: Sendable {
        let modP: FixedBaseTable
        let modQ: FixedBaseTable
    }

    private struct State {
        var pair: Pair?
        /// Encryptions so far without tables.
        var count = 0
    }

    private let state = Mutex(State())

    /// Encryptions from which on making the tables is cheaper than doing without.
    private static let pays = 4

    /// Memory of both tables; 0 before they are made.
    var byteCount: Int {
        state.withLock { ($0.pair?.modP.byteCount ?? 0) + ($0.pair?.modQ.byteCount ?? 0) }
    }

    /// The tables, if the next `count` encryptions shall use them.
    func pair(
        forNext count: Int, rings: borrowing PrivateRings, from source: some RandomSource
    ) throws(PaillierError) -> Pair? {
        let made = state.withLock { state in
            if state.pair == nil { state.count += count }
            return (pair: state.pair, wanted: state.count >= OwnerTables.pays)
        }
        if let pair = made.pair { return pair }
        guard made.wanted else { return nil }
        let pair = try OwnerTables.make(rings: rings, from: source)
        // Whoever comes first decides; a second pair made meanwhile is as good and is dropped.
        return state.withLock { state in
            if let pair = state.pair { return pair }
            state.pair = pair
            return pair
        }
    }

    /// Makes tables now; those there are are replaced.
    func prepare(
        rings: borrowing PrivateRings, from source: some RandomSource
    ) throws(PaillierError) {
        let pair = try OwnerTables.make(rings: rings, from: source)
        state.withLock { $0.pair = pair }
    }

    private static func make(
        rings: borrowing PrivateRings, from source: some RandomSource
    ) throws(PaillierError) -> Pair {
        let bases = try rings.uniformPowers(count: 1, from: source)
        return try Pair(
            modP: table(rings.modP, base: bases[0][0]), modQ: table(rings.modQ, base: bases[1][0]))
    }

    private static func table(
        _ ring: SquareModulus, base: RingElement
    ) throws(PaillierError) -> FixedBaseTable {
        let shape = FixedBaseTable.Shape(
            exponentBits: 64 * ring.limbCount, windowBits: 6, spread: 8)
        let memory = try LockedLimbs(byteCount: shape.byteCount(ring))
        return try withArithmeticErrors { () throws(BigNumError) in
            try FixedBaseTable(
                ring: ring, base: base, shape: shape, memory: memory, isSecretPrime: true)
        }
    }
}

extension PrivateRings {
    /// Bits of a random number beyond those of its modulus: remainders are uniform but for 2^-128.
    private static let surplusBits = 128

    /// Random powers from the tables, modulo p^2 and q^2.
    ///
    /// One random number has remainders modulo p - 1 and q - 1, so that they agree modulo common factors.
    func tablePowers(
        _ tables: OwnerTables.Pair, count: Int, from source: some RandomSource
    ) throws(PaillierError) -> [[RingElement]] {
        let bits = 64 * (modP.limbCount + modQ.limbCount) + Self.surplusBits
        let numbers = try SecretNatural.randoms(count: count, bits: bits, from: source)
        return [(modP, tables.modP), (modQ, tables.modQ)].map { ring, table in
            let order = ring.number.minus(1)
            return table.elements(numbers.map { $0.mod(order) }, ring: ring)
        }
    }
}
