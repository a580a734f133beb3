import Ring
import RingKernels
import TestSupport
import Testing

/// Words aligned as the kernels want them.
final class AlignedWords {
    let pointer: UnsafeMutablePointer<UInt64>
    let count: Int

    init(count: Int) {
        self.count = count
        pointer = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 8, alignment: 64)
            .bindMemory(to: UInt64.self, capacity: count)
        pointer.initialize(repeating: 0, count: count)
    }

    convenience init(_ values: [UInt64]) {
        self.init(count: values.count)
        for (place, value) in values.enumerated() { pointer[place] = value }
    }

    deinit { pointer.deallocate() }

    var values: [UInt64] { (0..<count).map { pointer[$0] } }
}

/// Bytes aligned as the kernels want them, all set at first.
final class AlignedBytes {
    let pointer: UnsafeMutablePointer<UInt8>
    let count: Int

    init(count: Int) {
        self.count = count
        pointer = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
            .bindMemory(to: UInt8.self, capacity: count)
        pointer.initialize(repeating: 0xff, count: count)
    }

    deinit { pointer.deallocate() }
}

/// The kernels of one instruction set, named in failure messages.
struct Kernels: @unchecked Sendable, CustomTestStringConvertible {
    let instructionSet: InstructionSet
    let table: rk_table

    var testDescription: String { instructionSet.name }

    /// Every instruction set of this machine; new kernel files are covered by being listed here.
    static let all: [Kernels] = InstructionSet.supported.compactMap { set in
        rk_table_for(rk_isa(set.rawValue)).map { Kernels(instructionSet: set, table: $0.pointee) }
    }
}

/// A modulus with its constants at a stable address.
final class KernelModulus {
    let q: UInt64
    let pointer: UnsafeMutablePointer<rk_modulus>

    init(_ q: UInt64) {
        self.q = q
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: rk_modulus())
        rk_modulus_init(pointer, q)
    }

    deinit { pointer.deallocate() }

    func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
        UInt64(UInt128(a) * UInt128(b) % UInt128(q))
    }

    func shoup(_ w: UInt64) -> UInt64 { UInt64((UInt128(w) << 64) / UInt128(q)) }
}

/// Moduli at the edges: the smallest, sizes between, the largest below 2^50.
let edgeModuli: [UInt64] = {
    var moduli: [UInt64] = [193, 257, 12289]
    for bits in [20.0, 30, 36, 40, 45, 48, 49] {
        moduli +=
            (try? PrimeLadder.primes(
                degree: 16, near: .init(sign: .plus, exponent: Int(bits), significand: 1), count: 2))
            ?? []
    }
    moduli += (try? PrimeLadder.primes(degree: 16, near: 0x1p50, count: 2)) ?? []
    moduli += (try? PrimeLadder.primes(degree: 65536, near: 0x1p50, count: 2)) ?? []
    return moduli
}()

extension TestGenerator {
    /// Residues, a third of them at the edges of [0, q).
    mutating func residues(_ count: Int, below q: UInt64) -> [UInt64] {
        let edges = [0, 1, 2, q / 2, q / 2 + 1, q - 2, q - 1]
        return (0..<count).map { _ in
            let choice = integer(in: 0...20)
            return choice < edges.count ? edges[choice] : integer(in: 0...(q - 1))
        }
    }
}
