import CKKS
import Foundation
import Testing

/// A level of one of the named parameter sets: those of this suite, and those of `tacit bench ckks`.
struct NamedLevel: Sendable, CustomTestStringConvertible {
    let name: String
    let set: Result<Fixture, any Error>
    let level: Int

    var testDescription: String { "\(name), level \(level)" }
}

/// The named sets, and which of their levels a run takes.
///
/// The ordinary suite takes all levels of degrees up to 8192 and the lowest of larger ones; with
/// TACIT_EVERY_LEVEL=1 (`make exact`) a run takes every level of every set; with
/// TACIT_EVERY_LEVEL=all (`make exact CASES=all`) it also takes as many cases of noise at each.
enum NamedSets {
    private static let extent = ProcessInfo.processInfo.environment["TACIT_EVERY_LEVEL"] ?? "0"
    static let takesEveryLevel = extent != "0"
    static let takesEveryCase = extent == "all"

    static let all: [(name: String, set: Result<Fixture, any Error>)] = [
        ("N 1024, one prime a level", Sets.insecureSingle),
        ("N 2048, two primes a level", Sets.insecurePairs),
        ("N 2048, small special prime", Sets.tightSpecial),
        ("N 4096, a limb a digit", Sets.insecureThin),
        ("N 8192", Sets.real8192),
        ("N 8192, benchmark", Sets.benchmark8192),
        ("N 16384, benchmark", Sets.real16384),
        ("N 16384, two primes a level", Sets.real16384Pairs),
        ("N 32768, benchmark", Sets.real32768),
    ]

    /// The levels of a run, those that take longest first.
    static let levels: [NamedLevel] = all.reversed().flatMap { name, set in
        guard let parameters = try? set.get().parameters else {
            return [NamedLevel(name: name, set: set, level: 0)]
        }
        let top = takesEveryLevel || parameters.degree <= 8192 ? parameters.maxLevel : 0
        return (0...top).reversed().map { NamedLevel(name: name, set: set, level: $0) }
    }
}
