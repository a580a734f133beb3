#!/usr/bin/env python3
"""Ten times more requests than the evaluator can do: only answers, 429 and 503, and accepted ones within twice the queue's bound."""
from common import Commands, Server, Verdicts, World, parser


def main():
    options = parser(__doc__)
    options.add_argument("--model", default="mnist_cnn", help="a folder of models/ (default: mnist_cnn)")
    options.add_argument("--times", type=float, default=10, help="of what the evaluator can do (default: 10)")
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--queue", type=int, default=32, help="requests that may wait (default: 32)")
    options = options.parse_args()
    seconds = 6 if options.short else options.seconds
    verdicts = Verdicts(options.json)
    owners = ["anna", "bert", "cleo", "dora"]
    world = World(Commands(options.bin), options.model, owners)
    common = ("--model", world.model, "--model-file", world.model_file, "--rows", world.rows, "--pool", 4)
    try:
        capacity = world.commands.load("bare", *common, "--seconds", 3 if options.short else 10,
                                       "--without-checking")["perSecond"]
        rate = capacity * options.times
        verdicts.figure("bare evaluations per second", capacity)
        with Server(world, "--queue", options.queue, "--owner-queue", options.queue // 2) as server:
            report = world.commands.load(
                "overload", *common, "--server", server.url, "--rate", rate, "--seconds", seconds,
                "--token-files", *map(world.token_file, owners))
            metrics = server.metrics()
            verdicts.expect(server.call("GET", "/v2/health/ready")[0] == 200, "the server is ready afterwards")
        judge(verdicts, report, capacity, rate, metrics, options)
    finally:
        world.close()
    verdicts.end()


def judge(verdicts, report, capacity, rate, metrics, options):
    tally = report["tally"]
    verdicts.figure("requests sent", report["sent"])
    verdicts.figure("requests per second asked for", rate)
    verdicts.figure("times the sender itself had to wait", report["held"])
    verdicts.figure("answered", tally["right"])
    verdicts.figure("refused", tally["failures"])
    verdicts.figure("answers per second", tally["perSecond"])
    # With the queue full, an accepted request waits for all before it.
    bound = (options.queue + 2) / tally["perSecond"] * 1000
    verdicts.figure("queue's bound ms", bound)
    verdicts.figure("latency p50, p99 ms", [tally["latencies"]["median"], tally["latencies"]["p99"]])
    verdicts.expect(tally["wrong"] == 0, "no answer is wrong")
    verdicts.expect(set(tally["failures"]) <= {"overloaded", "unavailable"}, "only 200, 429 and 503 come back")
    verdicts.expect(tally["failures"], "the overload was one")
    verdicts.expect(tally["latencies"]["p99"] <= 2 * bound,
                    "the 99th percentile of accepted requests is within twice the queue's bound")
    counted = metrics.get("tacit_predictions_total")
    verdicts.expect(counted == tally["right"], f"the metrics count the clients' answers ({counted})")


if __name__ == "__main__":
    main()
