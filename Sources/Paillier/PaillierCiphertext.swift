public import BigNum
public import Secrets
import Synchronization

/// One encrypted integer.
///
/// Invariant: `value` is in `1 ..< n^2` and shares no factor with n. Results of computations stay in the form that
/// the next one takes; the number is made of them when it is asked for.
public struct PaillierCiphertext: Sendable {
    /// The key it is made for.
    public let keyID: KeyID
    /// The number, the element, or both.
    private let form: CiphertextForm

    /// The ciphertext as a number.
    public var value: BigInt { form.value }

    /// Takes a ciphertext from outside, after checking it.
    ///
    /// Refused: another key's, a value outside `1 ..< n^2` or with a factor of n, and one that carries no
    /// randomness (`1 + m n`, an open message). `index` names it in the error.
    public init(
        value: BigInt, keyID: KeyID, for key: PaillierPublicKey, index: Int = 0
    ) throws(PaillierError) {
        try key.expect(keyID)
        guard value.signum > 0, value < key.nSquared else {
            throw .ciphertextOutOfRange(index: index)
        }
        let residue = value.mod(key.n)
        guard BigInt.gcd(residue, key.n) == 1 else { throw .ciphertextNotInvertible(index: index) }
        guard residue != 1 else { throw .ciphertextNotHidden(index: index) }
        self.init(trusted: value, keyID: keyID)
    }

    /// A value that satisfies the invariant by construction.
    init(trusted value: BigInt, keyID: KeyID) {
        form = CiphertextForm(value: value)
        self.keyID = keyID
    }

    /// An element whose value satisfies the invariant by construction.
    init(trusted element: RingElement, ring: SquareModulus, keyID: KeyID) {
        form = CiphertextForm(element: element, ring: ring)
        self.keyID = keyID
    }

    /// The ciphertext as an element of a ring modulo n^2.
    func element(of ring: SquareModulus) -> RingElement { form.element(of: ring) }
}

extension PaillierCiphertext: Hashable {
    /// Equality of keys and numbers.
    public static func == (a: PaillierCiphertext, b: PaillierCiphertext) -> Bool {
        a.keyID == b.keyID && a.value == b.value
    }

    /// Feeds key and number.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(keyID)
        hasher.combine(value)
    }
}

/// A ciphertext as a number, as an element, or as both; what is missing is made once.
private final class CiphertextForm: Sendable {
    private struct State {
        var value: BigInt?
        var element: RingElement?
    }

    private let state: Mutex<State>
    /// Where the element came from, for a form that began as one.
    private let origin: SquareModulus?

    init(value: BigInt) {
        state = Mutex(State(value: value, element: nil))
        origin = nil
    }

    init(element: RingElement, ring: SquareModulus) {
        state = Mutex(State(value: nil, element: element))
        origin = ring
    }

    var value: BigInt {
        state.withLock { state in
            if let value = state.value { return value }
            guard let element = state.element, let origin else { return 0 }
            let value = origin.value(element).published()
            state.value = value
            return value
        }
    }

    func element(of ring: SquareModulus) -> RingElement {
        state.withLock { state in
            if let element = state.element { return element }
            let element = ring.element(public: state.value ?? 0)
            state.element = element
            return element
        }
    }
}

/// Encrypted signed fixed-point numbers with one public exponent and one public bound for all of them.
///
/// Invariants: every ciphertext is of `keyID`; every plaintext has a magnitude of at most `bound`, as its maker
/// declared, and `bound` is within the key's plaintext bound.
public struct PaillierTensor: Sendable, Hashable {
    /// The ciphertexts, in the order of the values.
    public let ciphertexts: [PaillierCiphertext]
    /// The key they are made for.
    public let keyID: KeyID
    /// Values are plaintexts divided by 2 to this power; the same for all, so that magnitudes do not show.
    public let fractionBits: Int
    /// Largest magnitude of a plaintext that can occur, public.
    public let bound: BigInt

    /// Number of values.
    public var count: Int { ciphertexts.count }

    /// Puts ciphertexts together.
    ///
    /// Throws when one is of another key, the bound is not in `0 ... plaintextBound`, or the exponent is unusable.
    public init(
        _ ciphertexts: [PaillierCiphertext], fractionBits: Int, bound: BigInt,
        for key: PaillierPublicKey
    ) throws(PaillierError) {
        for ciphertext in ciphertexts { try key.expect(ciphertext.keyID) }
        guard FixedPointCodec.fractionBitsRange.contains(fractionBits) else {
            throw .fixedPoint(reason: "\(fractionBits) fraction bits are not in 0...1024")
        }
        guard !bound.isNegative, bound <= key.plaintextBound else {
            throw .overflowPossible(row: 0, bits: bound.bitWidth, availableBits: key.plaintextBits)
        }
        self.ciphertexts = ciphertexts
        self.keyID = key.id
        self.fractionBits = fractionBits
        self.bound = bound
    }
}
