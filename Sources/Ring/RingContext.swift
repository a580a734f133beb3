import RingKernels
import Synchronization

/// The ring Z_Q[X]/(X^N + 1): its degree, all its moduli, and everything computed from them once.
///
/// Transform tables are shared between contexts. Immutable from outside and safe to share.
public final class RingContext: Sendable {
    /// The degree N, a power of two.
    public let degree: Int
    /// All moduli: those of ciphertexts in order, then the special ones.
    public let moduli: [Modulus]
    /// The name of the instruction set whose kernels are used.
    public let instructionSet: String

    private let kernelTable: KernelTable
    var kernels: rk_table { kernelTable.table }
    let tables: [NTTTable]
    let pool = BufferPool(byteLimit: 256 << 20)
    let caches = Mutex(Caches())

    /// The most moduli of one ring.
    public static let maximumModulusCount = 128

    /// Checks the parameters and builds the tables.
    ///
    /// - Parameters:
    ///   - degree: A power of two, 16...65536.
    ///   - moduli: Distinct primes below 2^50, 1 modulo 4N; see `PrimeLadder`.
    /// - Throws: `RingError` for unsupported parameters, or when TACIT_ISA names an instruction set
    ///   that is unknown or missing here.
    public convenience init(degree: Int, moduli: [UInt64]) throws(RingError) {
        try self.init(degree: degree, moduli: moduli, kernels: InstructionSet.selected())
    }

    /// A context that computes with the kernels of a given instruction set (tests, benchmarks).
    package convenience init(
        degree: Int, moduli: [UInt64], instructionSet: InstructionSet
    ) throws(RingError) {
        try self.init(degree: degree, moduli: moduli, kernels: instructionSet.table())
    }

    private init(degree: Int, moduli: [UInt64], kernels: KernelTable) throws(RingError) {
        try RingContext.validate(degree: degree)
        guard (1...RingContext.maximumModulusCount).contains(moduli.count) else {
            throw .unsupportedModulusCount(
                moduli.count, maximum: RingContext.maximumModulusCount)
        }
        var seen: Set<UInt64> = []
        for modulus in moduli {
            guard Modulus.isSupported(modulus, degree: degree) else {
                throw .unsupportedModulus(modulus, degree: degree)
            }
            guard seen.insert(modulus).inserted else { throw .repeatedModulus(modulus) }
        }
        self.degree = degree
        self.moduli = moduli.map { Modulus($0) }
        kernelTable = kernels
        instructionSet = String(cString: kernels.table.name)
        let logDegree = degree.trailingZeroBitCount
        tables = self.moduli.map {
            NTTTableCache.shared.table(
                logDegree: logDegree, modulus: $0, twiddles: kernels.table.twiddles)
        }
    }

    /// All limbs.
    public var fullBasis: Basis { Basis(0..<moduli.count) }

    /// Throws unless the basis names each of the moduli at most once, and one at least.
    public func validate(_ basis: Basis) throws(RingError) {
        guard !basis.indices.isEmpty, Set(basis.indices).count == basis.count,
            basis.indices.allSatisfy({ moduli.indices.contains($0) })
        else { throw .invalidBasis(basis.indices, modulusCount: moduli.count) }
    }

    static func validate(degree: Int) throws(RingError) {
        guard (16...65536).contains(degree), degree & (degree - 1) == 0 else {
            throw .unsupportedDegree(degree)
        }
    }

    /// Whether both are the same ring.
    public func isEquivalent(to other: RingContext) -> Bool {
        degree == other.degree && moduli == other.moduli
    }

    /// What is computed on first use and kept.
    struct Caches {
        var permutations: [PermutationKey: PermutationTable] = [:]
        var converters: [ConverterKey: ConverterConstants] = [:]
        /// From what is divided by, of polynomials over a basis.
        var divisions: [ConverterKey: DivisionConstants] = [:]
    }

    struct ConverterKey: Hashable, Sendable {
        let source: Basis
        let target: Basis
    }
}
