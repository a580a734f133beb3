import Foundation
import Testing

extension CommandTests {
    @Suite("Ended from outside")
    struct EndingTests {
        @Test(
            "a command that is ended while it writes leaves nothing behind",
            arguments: ["TERM", "HUP"])
        func removesUnfinishedFiles(signal: String) throws {
            let bench = try Bench.shared()
            let work = try Workspace()
            let lines = try bench.text("rows.csv").split(separator: "\n")
            let row = String(lines[1]) + "\n"
            try work.write(String(repeating: row, count: 4000), to: "rows.csv")
            let path = { (name: String) in bench.folder.appending(path: name).path }
            // The slow engine, so that there is time to end it.
            let arguments = [
                "encrypt", "--card", path("m.card"), "--public-key", path("one.pub"), "rows.csv",
                "-o", "request.ct", "--arithmetic", "gmp", "--threads", "1",
            ]
            try work.unchanged {
                let run = try work.shell(
                    """
                    "$0" "$@" & process=$!
                    until ls .tacit-tmp-* >/dev/null 2>&1 || ! kill -0 $process 2>/dev/null; do sleep 0.02; done
                    kill -\(signal) $process; wait $process
                    """, arguments)
                #expect(run.code == (signal == "TERM" ? 143 : 129), "\(run.errors)")
            }
        }
    }
}
