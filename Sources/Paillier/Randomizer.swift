import BigNum
import Secrets
import Synchronization

/// The way to the random n-th powers that hide plaintexts.
public enum PaillierRandomization: Sendable, Hashable {
    /// `r^n mod n^2` for a random unit r (Paillier 1999): uniform, and slow.
    case classical
    /// `h^(n x) mod n^2` for a fixed h and a random x of half the bits of n (Damgard, Jurik, Nielsen 2010), from a
    /// table of powers. The first few powers still come in the classical form: the table costs as much as those.
    case fixedBase
}

/// Makes random n-th powers modulo n^2.
final class Randomizer: Sendable {
    private let key: PaillierPublicKey
    private let ring: SquareModulus
    /// h, from which the base of the table follows; nil for the classical form.
    private let base: SecretNatural?
    private let state = Mutex(State())

    private struct State {
        var table: FixedBaseTable?
        /// Powers made so far without the table.
        var classicalCount = 0
    }

    /// Powers from which on making the table is cheaper than doing without.
    private static let tablePays = 5

    init(key: PaillierPublicKey, ring: SquareModulus, base: SecretNatural?) {
        self.key = key
        self.ring = ring
        self.base = base
    }

    /// Memory of the table; 0 before its first use.
    var tableByteCount: Int { state.withLock { $0.table?.byteCount ?? 0 } }

    /// Makes the table now rather than when it pays; should that fail, the next use says so.
    func prepare() {
        _ = try? table(forNext: Randomizer.tablePays)
    }

    /// So many random n-th powers.
    func powers(count: Int, from source: some RandomSource) throws(PaillierError) -> [RingElement] {
        // Secret exponents of the table's base, or secret bases.
        var exponents: [SecretNatural] = []
        if let table = try table(forNext: count) {
            exponents = try SecretNatural.randoms(
                count: count, bits: key.size.halfBits, from: source)
            return table.elements(exponents, ring: ring)
        }
        for _ in 0..<count {
            // A factor of n would be met with a probability of 2^-1000, by someone who then has factored n.
            try exponents.append(.random(below: ring.number, from: source))
        }
        return ring.powers(exponents, ring.number)
    }

    /// The table, if the next `count` powers shall come from it.
    private func table(forNext count: Int) throws(PaillierError) -> FixedBaseTable? {
        guard let base else { return nil }
        let made = state.withLock { (state) -> Result<FixedBaseTable?, PaillierError> in
            if let table = state.table { return .success(table) }
            guard state.classicalCount + count >= Randomizer.tablePays else {
                state.classicalCount += count
                return .success(nil)
            }
            do throws(PaillierError) {
                state.table = try makeTable(base)
                return .success(state.table)
            } catch {
                return .failure(error)
            }
        }
        return try made.get()
    }

    private func makeTable(_ base: SecretNatural) throws(PaillierError) -> FixedBaseTable {
        let power = ring.power(ring.element(base), ring.number)
        return try withArithmeticErrors { () throws(BigNumError) in
            try FixedBaseTable(
                ring: ring, base: power,
                shape: .init(exponentBits: key.size.halfBits, windowBits: 7, spread: 4))
        }
    }
}

extension PaillierPublicKey {
    /// Arithmetic modulo n^2.
    func makeRing() throws(PaillierError) -> SquareModulus {
        try withArithmeticErrors { () throws(BigNumError) in try SquareModulus(n) }
    }

    /// `(1 + n m) * power mod n^2` for a signed m within the plaintext bound.
    func encrypt(
        _ plaintext: BigInt, power: RingElement, ring: SquareModulus
    ) -> PaillierCiphertext {
        let residue = SecretNatural(residueOf: plaintext, modulo: ring.number)
        return PaillierCiphertext(
            trusted: ring.value(power, timesOnePlus: residue).published(), keyID: id)
    }

    /// Throws unless every value is within the plaintext bound, which is the same bit for all that are encrypted.
    func checkPlaintexts(_ values: [BigInt]) throws(PaillierError) {
        let bound = SecretNatural(plaintextBound)
        for (index, value) in values.enumerated() where !bound.isAtLeastMagnitudePublished(value) {
            throw .plaintextOutOfRange(index: index, limitBits: plaintextBits)
        }
    }
}
