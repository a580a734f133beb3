#if Service
    import TacitRemote
    import Testing

    extension RemoteTests {
        @Suite("Pauses between attempts")
        struct RetryTests {
            @Test(
                "pauses double up to the longest, half of them random, never below what was asked for"
            )
            func bounds() {
                let policy = RetryPolicy(
                    maximumAttempts: 9, firstPause: .seconds(1), longestPause: .seconds(10))
                var seen: Set<Duration> = []
                for _ in 0..<200 {
                    for (count, most) in [
                        (1, 1.0), (2, 2), (3, 4), (4, 8), (5, 10), (64, 10), (1000, 10),
                    ] {
                        let pause = policy.pause(afterFailures: count, retryAfter: nil)
                        #expect(pause <= .seconds(most) && pause >= .seconds(most / 2))
                        seen.insert(pause)
                    }
                    let asked = policy.pause(afterFailures: 1, retryAfter: .seconds(30))
                    #expect(asked >= .seconds(30) && asked <= .seconds(31))
                }
                #expect(seen.count > 1000, "pauses are not random")
            }
        }
    }
#endif
