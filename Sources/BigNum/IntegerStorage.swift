import CGMP

/// Owner of one GMP integer; its limbs are cleared when it goes away.
///
/// Invariant: mutated only by a `BigInt` that holds the one reference, so that sharing between
/// threads is sharing of a constant.
final class IntegerStorage: @unchecked Sendable {
    // Operands of one GMP call may be the same object, which GMP allows and Swift's dynamic
    // exclusivity check does not.
    @exclusivity(unchecked) var raw: __mpz_struct

    init() {
        IntegerStorage.installMemoryFunctions
        raw = __mpz_struct()
        mpz_init(&raw)
    }

    deinit {
        mpz_clear(&raw)
    }

    /// Evaluated once per process, before the first allocation.
    private static let installMemoryFunctions: Void = tacit_gmp_install_memory_functions()
}

/// GMP's treatment of memory, for callers that keep secrets in integers.
package enum IntegerMemory {
    /// Whether GMP clears the blocks it frees.
    ///
    /// False only if other code in the process replaced GMP's memory functions after us.
    package static var isCleared: Bool {
        _ = BigInt()
        return tacit_gmp_clears_memory() != 0
    }

    /// Clears the stack below the caller, where GMP keeps scratch space of operations on secrets.
    package static func wipeStack() {
        tacit_wipe_stack()
    }
}
