#!/usr/bin/env python3
"""What the service adds to the library: the same requests by the library, by a thread behind a socket that only
evaluates, by the server through a bare socket, and by RemotePredictor, in alternating blocks, on kept connections."""
from common import Commands, Server, Verdicts, World, parser


def main():
    options = parser(__doc__)
    options.add_argument("--model", default="mnist_cnn", help="a folder of models/ (default: mnist_cnn)")
    options.add_argument("--precision", type=int, help="bits asked of the compiler (default: the compiler's)")
    options.add_argument("--count", type=int, default=600, help="requests each way (default: 600)")
    options = options.parse_args()
    verdicts = Verdicts(options.json)
    world = World(Commands(options.bin), options.model, precision=options.precision)
    try:
        with Server(world) as server:
            report = world.commands.load(
                "overhead", "--server", server.url, "--model", world.model, "--model-file",
                world.model_file, "--rows", world.rows, "--count", 60 if options.short else options.count,
                "--token-files", world.token_file("anna"))
            stages = server.stages()
        verdicts.figure("mean ms of a stage in the server", stages)
        sides = {
            "library": "the library", "thin": "a thin server", "server": "the server",
            "serverAndClient": "the server and RemotePredictor"}
        figures = {"latency": "takes", "added": "adds to the library in a turn",
                   "beyondEvaluation": "takes beyond the evaluation of each request"}
        for figure, verb in figures.items():
            for side, name in sides.items():
                if report[side][figure]["count"]:
                    parts = [round(report[side][figure][part], 3) for part in ("minimum", "median", "p90")]
                    verdicts.figure(f"{name} {verb}: least, median, p90 ms", parts)
        verdicts.figure("request bytes", report["requestBytes"])
        verdicts.figure("response bytes", report["responseBytes"])
        verdicts.expect(report["wrong"] == 0, "every answer decrypts to the clear model's scores")
        verdicts.expect(report["server"]["beyondEvaluation"]["median"] < 1,
                        f"{sides['server']} takes less than 1 ms beyond evaluation")
        verdicts.expect(report["server"]["added"]["median"] < 1,
                        f"{sides['server']} adds less than 1 ms to the library")
    finally:
        world.close()
    verdicts.end()


if __name__ == "__main__":
    main()
