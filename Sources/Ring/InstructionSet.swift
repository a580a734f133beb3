import Foundation
import RingKernels

/// The instruction sets that have kernels.
package enum InstructionSet: UInt32, CaseIterable, Sendable {
    case portable, avx2, avx512, avx512ifma

    /// The name that TACIT_ISA accepts.
    package var name: String { String(cString: rk_isa_name(rk_isa(rawValue))) }

    /// Whether this machine and build have it.
    package var isSupported: Bool { rk_table_for(rk_isa(rawValue)) != nil }

    /// Those that this machine has, weakest first.
    package static var supported: [InstructionSet] { allCases.filter(\.isSupported) }

    func table() throws(RingError) -> KernelTable {
        guard let table = rk_table_for(rk_isa(rawValue)) else {
            throw .unsupportedInstructionSet(
                name, accepted: InstructionSet.supported.map(\.name))
        }
        return KernelTable(table: table.pointee)
    }

    /// The kernels to use: what TACIT_ISA asks for, else the best.
    static func selected() throws(RingError) -> KernelTable {
        let state = rk_isa_override()
        guard state != RK_OVERRIDE_UNKNOWN, state != RK_OVERRIDE_UNSUPPORTED else {
            throw .unsupportedInstructionSet(
                ProcessInfo.processInfo.environment["TACIT_ISA"] ?? "",
                accepted: InstructionSet.supported.map(\.name))
        }
        return try (InstructionSet(rawValue: rk_best_isa().rawValue) ?? .portable).table()
    }
}
