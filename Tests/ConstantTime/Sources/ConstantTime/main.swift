// Runs everything that touches secrets with the secrets marked undefined. Memcheck then reports every branch and every
// address that depends on one; the program says how many there were in each step, and ends with status 1 if any.
import BigNum
import CValgrind
import Foundation
import Secrets

/// Memcheck must see an address that depends on a secret; otherwise silence would mean nothing.
@inline(never)
func leak(_ secret: borrowing SecretBytes, _ table: [Int]) -> Int {
    secret.withUnsafeBytes { bytes in table[Int(bytes[3])] }
}

/// The same for secret integers: those of GMP show leading zeros by their size.
@inline(never)
func leakSize(_ secret: borrowing SecretBytes) -> Int {
    secret.withUnsafeBytes { BigInt(bigEndian: $0) }.bitWidth
}

/// Ends the program unless the leak that was put here is seen.
func expectReport(of leak: () -> Int) {
    let before = ct_errors()
    print(leak() >= 0 ? "" : "", terminator: "")
    guard ct_errors() > before else {
        print("memcheck did not see the leak that was put here for it")
        exit(2)
    }
}

do {
    guard ct_is_watched() != 0 else {
        print("run this under valgrind: make constant-time")
        exit(2)
    }
    print("instruction set: \(ProcessInfo.processInfo.environment["TACIT_ISA"] ?? "the best")")
    let canary = try SecretBytes(randomCount: 64, from: MarkedSource())
    expectReport { leak(canary, Array(0..<256)) }
    expectReport { leakSize(canary) }
    var report = Report()
    try lattice(&report)
    try additive(&report)
    exit(report.isClean ? 0 : 1)
} catch {
    print("\(error)")
    exit(2)
}
