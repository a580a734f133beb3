import Foundation
package import Ring
import Secrets
import Synchronization

/// Everything computed once from parameters: the ring, the bases of each level, digit conversions
/// and encoder tables.
///
/// Immutable and shared between threads. Two contexts of equal parameters share one ring, so that
/// ciphertexts made with either work with both.
public final class CKKSContext: Sendable {
    /// The parameters.
    public let parameters: CKKSParameters
    /// The ring of Q and P.
    package let ring: RingContext
    let embedding: CanonicalEmbedding
    let scratches = SecretScratchPool()
    /// Sums of key switches between two operations; they hold no polynomials then.
    let idleSums = Mutex<[SwitchedSums]>([])
    /// How many are kept: as many operations may well run at a time.
    static let idleSumsLimit = 64
    private let levelBases: [Basis]
    private let extendedBases: [Basis]
    private let levelDigits: [[Digit]]
    private let levelConverters: [[BasisConverter]]
    /// By level: what a rescale divides by, and P with that.
    private let levelGroups: [Basis]
    private let extendedGroups: [Basis]
    /// The special limbs; nil without key switching.
    package let specialBasis: Basis?
    /// P modulo every prime of Q, then zeros for the special primes.
    let specialProduct: [UInt64]
    /// Most threads that share the work of one operation.
    public let threadCount: Int

    /// One digit of key switching at a level.
    package struct Digit: Sendable {
        /// The limbs of the digit.
        package let basis: Basis
        /// From the digit to the other limbs of Q_l and to P.
        package let converter: BasisConverter
    }

    /// Builds the tables.
    ///
    /// - Parameters:
    ///   - parameters: the parameters.
    ///   - threadCount: how many threads share the work of one operation; `processorCount` for all
    ///     processors. Results do not depend on it.
    /// - Throws: `CKKSError.invalidParameter` unless 1 <= threadCount <= 1024; `CKKSError.ring` when
    ///   the ring refuses, for instance because TACIT_ISA names an instruction set this machine
    ///   lacks.
    public convenience init(_ parameters: CKKSParameters, threadCount: Int = 1) throws(CKKSError) {
        try self.init(parameters, ring: Self.sharedRing(parameters), threadCount: threadCount)
    }

    /// A context on a ring of the caller's, for tests of one instruction set.
    package init(_ parameters: CKKSParameters, ring: RingContext, threadCount: Int = 1)
        throws(CKKSError)
    {
        guard (1...1024).contains(threadCount) else {
            throw .invalidParameter(
                name: "threadCount", value: "\(threadCount)", expected: "1 to 1024")
        }
        self.parameters = parameters
        self.ring = ring
        self.threadCount = threadCount
        let roots = EmbeddingRoots(count: parameters.slotCount)
        embedding = CanonicalEmbedding(context: ring, cosines: roots.cosines, sines: roots.sines)
        let limbCount = parameters.limbCount(atLevel: parameters.maxLevel)
        let special =
            parameters.specialModuli.isEmpty
            ? nil : Basis(limbCount..<(limbCount + parameters.specialModuli.count))
        specialBasis = special
        let bases = (0...parameters.maxLevel).map {
            Basis(0..<parameters.limbCount(atLevel: $0))
        }
        levelBases = bases
        extendedBases = bases.map { basis in special.map { basis + $0 } ?? basis }
        var digits: [[Digit]] = []
        for basis in bases {
            digits.append(
                try Self.digits(
                    of: basis, special: special, alpha: parameters.digitLimbCount, ring: ring))
        }
        levelDigits = digits
        levelConverters = digits.map { $0.map(\.converter) }
        let groups = bases.indices.map { level in
            level == 0 ? Basis([]) : bases[level].subtracting(bases[level - 1])
        }
        levelGroups = groups
        extendedGroups = groups.map { group in special.map { group + $0 } ?? group }
        specialProduct =
            ring.moduli.prefix(limbCount).map { modulus in
                parameters.specialModuli.reduce(UInt64(1)) {
                    modulus.multiply($0, modulus.reduce($1))
                }
            } + parameters.specialModuli.map { _ in 0 }
    }

    /// The threads that share the work of an operation that begins now.
    package var team: ThreadTeam {
        ThreadTeam(threadCount: threadCount - (SharedThreads.current?.others ?? 0))
    }

    /// The processors of this machine that the process may use.
    public static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

    private static func digits(of basis: Basis, special: Basis?, alpha: Int, ring: RingContext)
        throws(CKKSError) -> [Digit]
    {
        guard let special else { return [] }
        var digits: [Digit] = []
        for start in stride(from: 0, to: basis.count, by: alpha) {
            let digit = Basis(start..<min(start + alpha, basis.count))
            do {
                digits.append(
                    Digit(
                        basis: digit,
                        converter: try ring.converter(
                            from: digit, to: basis.subtracting(digit) + special)))
            } catch {
                throw .ring(error)
            }
        }
        return digits
    }

    /// The limbs of Q at a level.
    package func basis(atLevel level: Int) -> Basis { levelBases[level] }

    /// The limbs of Q at a level followed by those of P.
    package func extendedBasis(atLevel level: Int) -> Basis { extendedBases[level] }

    /// The digits at a level; empty without key switching.
    package func digits(atLevel level: Int) -> [Digit] { levelDigits[level] }

    /// The converters of the digits at a level.
    func converters(atLevel level: Int) -> [BasisConverter] { levelConverters[level] }

    /// The limbs that a rescale at a level (1...maxLevel) divides by.
    func group(atLevel level: Int) -> Basis { levelGroups[level] }

    /// What key switches at a level divide by: P, and with a rescale the level's group before it.
    func droppedBasis(atLevel level: Int, rescaling: Bool) -> Basis {
        rescaling ? extendedGroups[level] : specialBasis ?? levelGroups[0]
    }

    /// The rings in use, by digest; each lives as long as a context needs it.
    private static let rings = Mutex<[Digest32: WeakRing]>([:])

    private struct WeakRing: Sendable {
        weak let ring: RingContext?
    }

    private static func sharedRing(_ parameters: CKKSParameters) throws(CKKSError) -> RingContext {
        if let ring = rings.withLock({ $0[parameters.ringDigest]?.ring }) { return ring }
        do {
            let ring = try RingContext(
                degree: parameters.degree, moduli: parameters.moduli + parameters.specialModuli)
            return rings.withLock { rings in
                if let other = rings[parameters.ringDigest]?.ring { return other }
                rings = rings.filter { $0.value.ring != nil }
                rings[parameters.ringDigest] = WeakRing(ring: ring)
                return ring
            }
        } catch {
            throw .ring(error)
        }
    }
}
