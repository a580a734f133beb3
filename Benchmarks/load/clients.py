#!/usr/bin/env python3
"""Many clients for minutes: every answer decrypted, memory flat, throughput near the bare evaluator's, metrics that add up."""
import statistics

from common import Commands, Server, Verdicts, World, parser


def main():
    options = parser(__doc__)
    options.add_argument("--model", default="mnist_cnn", help="a folder of models/ (default: mnist_cnn)")
    options.add_argument("--precision", type=int, help="bits asked of the compiler (default: the compiler's)")
    options.add_argument("--clients", type=int, default=64)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--owners", type=int, default=4, help="owners with keys of their own (default: 4)")
    options = options.parse_args()
    seconds = 12 if options.short else options.minutes * 60
    turns = 2 if options.short else max(2, round(seconds / 10))
    verdicts = Verdicts(options.json)
    owners = [f"owner{index}" for index in range(options.owners)]
    world = World(Commands(options.bin), options.model, owners, options.precision)
    common = ("--model", world.model, "--model-file", world.model_file, "--rows", world.rows, "--pool", 8,
              "--token-files", *map(world.token_file, owners))
    try:
        with Server(world) as server, server.sampling():
            report = world.commands.load(
                "clients", *common, "--server", server.url, "--clients", options.clients, "--seconds", seconds,
                "--turns", turns, "--bare-seconds", 5)
            metrics = server.metrics()
            verdicts.figure("mean ms of a stage in the server", server.stages())
            verdicts.figure("largest resident MB", server.resident("VmHWM"))
        judge(verdicts, report, metrics, server, options)
    finally:
        world.close()
    verdicts.end()


def judge(verdicts, report, metrics, server, options):
    served, bare = report["clients"], report["bare"]
    answers = report["warmUpCount"] + served["right"] + served["wrong"]
    verdicts.figure("right answers", served["right"])
    verdicts.figure("answers per second", served["perSecond"])
    verdicts.figure("bare evaluations per second, in turns", bare["perSecond"])
    for name, column in (("answers", 0), ("bare evaluations", 1)):
        rates = statistics.quantiles([turn[column] for turn in report["turns"]], n=10, method="inclusive")
        verdicts.figure(f"{name} per second in a turn: a tenth below, half, a tenth above",
                        [round(rates[index], 1) for index in (0, 4, 8)])
    verdicts.figure("latency p50, p99 ms", [served["latencies"]["median"], served["latencies"]["p99"]])
    verdicts.figure("retries", served["retries"])
    verdicts.expect(served["wrong"] == 0 and bare["wrong"] == 0, "no answer is wrong")
    verdicts.expect(not served["failures"], f"no call fails for good ({served['failures']})")
    ratio = served["perSecond"] / bare["perSecond"]
    verdicts.figure("part of the bare evaluator's throughput", ratio)
    turns = statistics.median(clients / alone for clients, alone in report["turns"] if alone)
    verdicts.figure("the same of a turn, median", turns)
    # Both sides decrypt and check; the rest of the clients' work would be done on other machines.
    spent = served["processorSeconds"] / served["right"]
    verdicts.figure("clients' processor ms an answer, decryption included", 1000 * spent)
    verdicts.expect(ratio >= 0.9, "throughput is at least 90 % of the bare evaluator's")
    counted = metrics.get("tacit_predictions_total")
    verdicts.expect(counted == answers, f"the metrics count the clients' answers ({counted} of {answers})")
    warm = [size for time, size in server.samples if time > server.samples[-1][0] * 0.25]
    if len(warm) >= 8:
        part = len(warm) // 4
        first, last = statistics.mean(warm[:part]), statistics.mean(warm[-part:])
        verdicts.figure("resident MB, after warm-up and at the end", [round(first, 1), round(last, 1)])
        tenth = max(1, len(server.samples) // 10)
        verdicts.figure("resident MB over time", [round(size) for _, size in server.samples[::tenth]])
        verdicts.expect(last <= first * 1.05 or options.short, "memory stays flat within 5 % after warm-up")
    verdicts.expect(server.process.returncode == 0, "the server ends cleanly on SIGTERM")


if __name__ == "__main__":
    main()
