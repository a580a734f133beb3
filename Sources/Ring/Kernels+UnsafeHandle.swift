import RingKernels

typealias ModulusPointer = UnsafePointer<rk_modulus>
typealias ElementwiseKernel = (
    rk_table, UnsafeMutablePointer<UInt64>, UnsafePointer<UInt64>, UnsafePointer<UInt64>, Int,
    ModulusPointer
) -> Void

/// The kernels of one instruction set: constant functions, which may be called from any thread.
struct KernelTable: @unchecked Sendable {
    let table: rk_table
}

extension RingContext {
    /// Calls `body` for every limb with the kernels, its position and its modulus.
    func forEachLimb(of basis: Basis, _ body: (rk_table, Int, ModulusPointer) -> Void) {
        for position in 0..<basis.count {
            body(kernels, position, tables[basis.indices[position]].modulus)
        }
    }
}

extension Polynomial {
    func requireSameRing(_ other: Polynomial) {
        precondition(context === other.context, "polynomials of two rings")
    }

    /// self = kernel(self, other), limb by limb.
    mutating func update(with other: Polynomial, _ kernel: ElementwiseKernel) {
        requireSameRing(other)
        // Holding `other` first: when it shares storage with self, self is copied, not changed under it.
        let storage = uniqueStorage()
        let degree = context.degree
        for position in 0..<basis.count {
            let limb = storage.limb(position)
            kernel(
                context.kernels, limb, limb, matchingLimb(of: other, at: position), degree,
                context.tables[basis.indices[position]].modulus)
        }
    }

    /// kernel(self, other) in new storage.
    func combined(with other: Polynomial, _ kernel: ElementwiseKernel) -> Polynomial {
        requireSameRing(other)
        let result = Polynomial(uninitialized: context, basis: basis)
        for position in 0..<basis.count {
            kernel(
                context.kernels, result.storage.limb(position), limb(position),
                matchingLimb(of: other, at: position), context.degree,
                context.tables[basis.indices[position]].modulus)
        }
        return result
    }
}

/// The transform tables of one degree and modulus, shared by every context that uses them.
final class NTTTable: @unchecked Sendable {
    private let memory: Buffer
    private let planPointer: UnsafeMutablePointer<rk_ntt_plan>

    init(logDegree: Int, modulus: Modulus, twiddles: rk_twiddles) {
        memory = Buffer(wordCount: 4 << logDegree)
        planPointer = .allocate(capacity: 1)
        planPointer.initialize(to: rk_ntt_plan())
        let scratch = Buffer(wordCount: 1 << logDegree)
        defer { scratch.deallocate() }
        rk_ntt_plan_init(
            planPointer, memory.words, scratch.words, UInt32(logDegree), modulus.value,
            modulus.primitiveRoot(degree: 1 << logDegree), twiddles)
    }

    deinit {
        planPointer.deallocate()
        memory.deallocate()
    }

    /// Valid while the table is alive; never written after init.
    var plan: UnsafePointer<rk_ntt_plan> { UnsafePointer(planPointer) }

    /// The modulus stands first in the plan.
    var modulus: ModulusPointer {
        UnsafeRawPointer(planPointer).assumingMemoryBound(to: rk_modulus.self)
    }
}
