import Ring
import Synchronization
import Testing

/// Every item is taken once, whoever asks and however often.
@Suite struct ThreadTeamTests {
    @Test(arguments: [1, 2, 5]) func everyItemOnceAndInOrder(threads: Int) {
        let team = ThreadTeam(threadCount: threads)
        for count in [0, 1, 2, 17, 1000] {
            let values = team.map(count) { item, worker in worker < threads ? item : -1 }
            #expect(values == Array(0..<count))
        }
        #expect(ThreadTeam(threadCount: -3).threadCount == 1)
    }

    /// Workers write to places of their own between rounds that follow each other at once.
    @Test func manyShortRounds() {
        let team = ThreadTeam(threadCount: 4)
        let sums = (0..<4).map { _ in Counter() }
        for round in 0..<2000 {
            team.forEach(3) { item, worker in sums[worker].add(round * 3 + item) }
        }
        #expect(sums.reduce(0) { $0 + $1.value } == 6000 * 5999 / 2)
    }

    /// A team inside a team, and teams of several tasks at once, work alone but finish.
    @Test func nestedAndConcurrentTeams() async {
        let totals = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let team = ThreadTeam(threadCount: 3)
                    return team.map(50) { outer, _ in
                        team.map(20) { inner, _ in task + outer * inner }.reduce(0, +)
                    }.reduce(0, +)
                }
            }
            var totals: [Int] = []
            for await total in group { totals.append(total) }
            return totals.sorted()
        }
        #expect(totals == (0..<8).map { $0 * 1000 + 1225 * 190 })
    }

    /// Used by one worker at a time.
    private final class Counter: Sendable {
        private let sum = Mutex(0)
        var value: Int { sum.withLock { $0 } }
        func add(_ term: Int) { sum.withLock { $0 += term } }
    }
}
