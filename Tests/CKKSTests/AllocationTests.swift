import AllocationCounter
import CKKS
import Ring
import Synchronization
import Testing

/// A steady operation takes nothing from the heap but its result: an array, and one object for each
/// polynomial, whose residues come from the ring's pool.
///
/// One at a time: there is one counter.
@Suite(.serialized) struct AllocationTests {
    /// Counts what an operation takes: the least of many repetitions, because pools may be filled and
    /// other tests' work may run on the same threads.
    private func allocations<Result>(
        threads: Int = 1, _ operation: () throws -> Result
    ) throws -> Int {
        let team = ThreadTeam(threadCount: threads)
        watch(team, true)
        defer { watch(team, false) }
        var least = Int.max
        for _ in 0..<40 {
            let before = allocation_counter_count()
            _ = try operation()
            least = min(least, Int(allocation_counter_count() - before))
        }
        return least
    }

    /// Watches this thread and the others of a team: an item each, which waits for the others.
    private func watch(_ team: ThreadTeam, _ isWatched: Bool) {
        allocation_counter_watch(isWatched ? 1 : 0)
        guard team.threadCount > 1 else { return }
        let arrived = Atomic<Int>(0)
        team.forEach(team.threadCount) { _, _ in
            allocation_counter_watch(isWatched ? 1 : 0)
            arrived.wrappingAdd(1, ordering: .sequentiallyConsistent)
            var patience = 2_000_000
            while arrived.load(ordering: .sequentiallyConsistent) < team.threadCount, patience > 0 {
                patience -= 1
            }
        }
    }

    @Test("the counter counts")
    func counterCounts() throws {
        guard allocation_counter_works() != 0 else { return }
        var kept: [[Int]] = []
        kept.reserveCapacity(100)
        allocation_counter_watch(1)
        let before = allocation_counter_count()
        for length in 1...10 { kept.append(Array(repeating: length, count: length)) }
        let after = allocation_counter_count()
        allocation_counter_watch(0)
        for length in 1...10 { kept.append(Array(repeating: length, count: length)) }
        #expect(after - before == 10)
        #expect(allocation_counter_count() == after || kept.count != 20)
    }

    @Test(
        "nothing but the result is taken from the heap",
        arguments: [Sets.insecureSingle, Sets.insecurePairs, Sets.insecureThin, Sets.real16384],
        [1, 2])
    func steadyOperations(fixture: Result<Fixture, any Error>, threads: Int) throws {
        guard allocation_counter_works() != 0 else { return }
        let f = try fixture.get()
        let context = try CKKSContext(f.parameters, threadCount: threads)
        let evaluator = try Evaluator(context: context, keys: f.keys)
        for level in Set([1, f.parameters.maxLevel]) {
            let a = try f.encrypt(f.values(1), level)
            let product = try evaluator.multiply(a, a)
            let operations: [(name: String, most: Int, body: () throws -> Ciphertext)] = [
                ("add", 3, { try evaluator.add(a, a) }),
                ("multiply", 4, { try evaluator.multiply(a, a) }),
                ("square", 4, { try evaluator.square(a) }),
                ("relinearize", 3, { try evaluator.relinearize(product) }),
                ("relinearize and rescale", 3, { try evaluator.relinearizeAndRescale(product) }),
                ("rescale", 4, { try evaluator.rescale(product) }),
                ("rotate", 3, { try evaluator.rotate(a, by: 1) }),
                ("conjugate", 3, { try evaluator.conjugate(a) }),
            ]
            for operation in operations {
                let found = try allocations(threads: threads, operation.body)
                #expect(
                    found <= operation.most,
                    "\(operation.name) at level \(level) of \(f.parameters.degree)")
            }
        }
    }

    /// Three for each ciphertext, and the list of them.
    @Test(
        "rotations of one ciphertext, and sums of them, take their results and nothing else",
        arguments: [Sets.insecureSingle, Sets.insecureThin, Sets.real16384], [1, 2])
    func severalRotations(fixture: Result<Fixture, any Error>, threads: Int) throws {
        guard allocation_counter_works() != 0 else { return }
        let f = try fixture.get()
        let context = try CKKSContext(f.parameters, threadCount: threads)
        let evaluator = try Evaluator(context: context, keys: f.keys)
        let a = try f.encrypt(f.values(1), f.parameters.maxLevel)
        let amounts = [1, 0, 2, 5]
        let rotations = try allocations(threads: threads) {
            try evaluator.rotations(a, by: amounts)
        }
        #expect(rotations <= 1 + 3 * 3, "rotations of \(f.parameters.degree)")
        let terms = [1, 2, 5].map { (ciphertext: a, amount: $0) }
        let sum = try allocations(threads: threads) { try evaluator.rotatedSum(terms) }
        #expect(sum <= 3, "sum of rotations of \(f.parameters.degree)")
    }
}
