import Foundation
import Ring

/// An instruction set that the ring has kernels for.
///
/// The library chooses one when it is first used, by TACIT_ISA. Every benchmark runs in a process of
/// its own, so each can have its own.
public struct Kernels: Sendable {
    /// As TACIT_ISA names it.
    public let name: String

    /// The instruction sets of this machine, weakest first; just the one that TACIT_ISA names where
    /// it is set.
    public static let all: [Kernels] = {
        if let name = ProcessInfo.processInfo.environment["TACIT_ISA"], !name.isEmpty {
            return [Kernels(name: name)]
        }
        let flags = processorFlags()
        return needs.filter { $0.flags.isSubset(of: flags) }.map { Kernels(name: $0.name) }
    }()

    private static let needs: [(name: String, flags: Set<String>)] = {
        let avx2: Set = ["avx2", "fma"]
        let avx512 = avx2.union(["avx512f", "avx512dq", "avx512bw", "avx512vl"])
        return [
            ("portable", []), ("avx2", avx2), ("avx512", avx512),
            ("avx512ifma", avx512.union(["avx512ifma", "avx512vbmi"])),
        ]
    }()

    /// What Linux says the processor has; nothing on another one.
    private static func processorFlags() -> Set<String> {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("flags") }
        return Set((line ?? "").split(whereSeparator: \.isWhitespace).map(String.init))
    }

    /// Has this process compute with these kernels; to be called before the library is used.
    public func select() throws {
        setenv("TACIT_ISA", name, 1)
        let chosen = try RingContext(degree: 16, moduli: [193]).instructionSet
        guard chosen == name else { throw WrongKernels(wanted: name, chosen: chosen) }
    }
}

/// The library had chosen its kernels before they were selected.
struct WrongKernels: Error, CustomStringConvertible {
    let wanted: String
    let chosen: String

    var description: String { "computing with \(chosen), not with \(wanted)" }
}
