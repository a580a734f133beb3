import Foundation
import Ring
import RingKernels
import TestSupport
import Testing

/// Operands of one instruction set's kernels, in range but for those that say otherwise.
final class CheckedOperands {
    let table: rk_table
    let n = 64
    let degree = 16
    /// Residues; the same with one that is the modulus; places for results.
    let fine, tooLarge, out: UnsafeMutablePointer<UInt64>
    let bytes: UnsafeMutablePointer<UInt8>
    let doubles: UnsafeMutablePointer<Double>
    /// Places below n but for the last.
    let index: [UInt32]
    let plan: Plan
    private let rows: [AlignedWords]
    private let storage = AlignedBytes(count: 1024)

    private let constants: KernelModulus

    var modulus: UnsafeMutablePointer<rk_modulus> { constants.pointer }

    init(_ set: UInt32) throws {
        table = try #require(rk_table_for(rk_isa(set))).pointee
        let q = try PrimeLadder.prime(degree: degree, nearest: 0x1p30, excluding: [])
        plan = Plan(degree: degree, q: q, twiddles: table.twiddles)
        constants = KernelModulus(q)
        let values = (0..<UInt64(n)).map { $0 * 12_345_678 % q }
        rows = [AlignedWords(values), AlignedWords(values), AlignedWords(count: n)]
        (fine, tooLarge, out) = (rows[0].pointer, rows[1].pointer, rows[2].pointer)
        tooLarge[5] = q
        index = Array(1...UInt32(n))
        bytes = storage.pointer
        doubles = UnsafeMutableRawPointer(out).bindMemory(to: Double.self, capacity: n)
    }
}

/// Kernels whose ranges are checked end the program where one is violated, and say which.
///
/// Only in builds with the checks: debug builds, and `make checked`.
@Suite(.enabled(if: rk_checks_ranges() != 0)) struct CheckedKernelTests {
    typealias Violation = (name: String, call: @Sendable (CheckedOperands) -> Void)

    /// Calls with everything in range but what the name says.
    static let violations: [Violation] = [
        ("add: a", { $0.table.add($0.out, $0.tooLarge, $0.fine, $0.n, $0.modulus) }),
        ("multiply: b", { $0.table.multiply($0.out, $0.fine, $0.tooLarge, $0.n, $0.modulus) }),
        (
            "multiply: out",
            { $0.table.multiply($0.fine + 8, $0.fine, $0.out, $0.n - 8, $0.modulus) }
        ),
        ("negate: a", { $0.table.negate($0.out, $0.fine + 1, $0.n - 8, $0.modulus) }),
        ("subtract: a", { $0.table.subtract($0.out, $0.fine, $0.fine, 12, $0.modulus) }),
        (
            "multiply_scalar: w",
            { $0.table.multiply_scalar($0.out, $0.fine, 3, 4, $0.n, $0.modulus) }
        ),
        ("permute: index", { $0.table.permute($0.out, $0.fine, $0.index, $0.n) }),
        ("pack: a", { $0.table.pack($0.bytes, $0.fine, $0.n, 3) }),
        ("unpack: bits", { _ = $0.table.unpack($0.out, $0.bytes, $0.n, 65, 1) }),
        ("key_interleave: row", { rk_key_interleave($0.bytes, $0.fine, 3, 0, 0, 1, $0.n) }),
        ("forward_ntt: x", { $0.table.forward_ntt($0.tooLarge, $0.plan.pointer) }),
        (
            "inverse_ntt: plan",
            {
                $0.plan.pointer.pointee.log_degree = 3
                $0.table.inverse_ntt($0.fine, $0.plan.pointer)
            }
        ),
        ("center: result", { $0.table.center($0.doubles, $0.fine, .nan, $0.n, $0.modulus) }),
    ]

    @Test(arguments: Kernels.all.map(\.instructionSet.rawValue), violations.indices)
    func aViolatedRangeEndsTheProgram(set: UInt32, violation: Int) async throws {
        let result = await #expect(
            processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
        ) { [set, violation] in
            CheckedKernelTests.violations[violation].call(try CheckedOperands(set))
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        let name = Self.violations[violation].name
        #expect(message.contains("RingKernels: out of range in \(name)\n"))
    }

    /// The same functions return where every range holds.
    @Test(arguments: Kernels.all) func rangesThatHoldPass(kernels: Kernels) throws {
        let operands = try CheckedOperands(kernels.instructionSet.rawValue)
        let (table, n, m) = (operands.table, operands.n, operands.modulus)
        let (fine, out) = (operands.fine, operands.out)
        table.add(out, fine, fine, n, m)
        table.multiply(fine, fine, fine, n, m)
        table.multiply_scalar(out, fine, 1, m.pointee.one_shoup, n, m)
        table.forward_ntt(fine, operands.plan.pointer)
        table.inverse_ntt(fine, operands.plan.pointer)
        table.pack(operands.bytes, fine, n, 64)
        #expect(table.unpack(out, operands.bytes, n, 64, m.pointee.q) == n)
        #expect((0..<n).allSatisfy { out[$0] == fine[$0] })
    }
}
