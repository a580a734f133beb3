#!/usr/bin/env python3
"""Senders that a server must survive: a byte a second, tiny chunks, lies about length, idle crowds, and nonsense."""
import contextlib
import resource
import select
import socket
import time

from common import Commands, Server, Verdicts, World, parser


def main():
    options = parser(__doc__)
    options.add_argument("--idle", type=int, default=1000, help="idle connections (default: 1000)")
    options.add_argument("--slow-seconds", type=float, default=90, help="patience with the slow sender (default: 90)")
    options = options.parse_args()
    verdicts = Verdicts(options.json)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    world = World(Commands(options.bin), "breast_cancer", ["anna"])
    try:
        client = world.client("one")
        with Server(world) as server:
            verdicts.expect(client.answers_right(server, "anna"), "an honest client gets its answer")
            before = server.resident()
            tiny_chunks(verdicts, server)
            declared(verdicts, server)
            nonsense(verdicts, server)
            idle(verdicts, server, 100 if options.short else options.idle)
            if not options.short:
                slow(verdicts, server, options.slow_seconds)
            verdicts.figure("resident MB before, after, largest",
                            [round(before, 1), round(server.resident(), 1), round(server.resident("VmHWM"), 1)])
            verdicts.expect(server.resident("VmHWM") < before + 200, "memory stays within 200 MB of the start")
            verdicts.expect(client.answers_right(server, "anna"), "an honest client still gets its answer")
    finally:
        world.close()
    verdicts.end()


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def head(server, method, path, *lines):
    token = server.world.tokens["anna"]
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", *lines,
                        "", "")).encode()


def status(connection):
    """The status of what comes; 0 when the connection is closed instead."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(connection.recv(4096).split(b" ")[1])
    return 0


def tiny_chunks(verdicts, server):
    """CVE-2025-23310: 3 MB in chunks of 6 bytes each."""
    chunk = b"6\r\nabcdef\r\n"
    for method, path in (("POST", f"/v2/models/{server.world.model}/infer"), ("PUT", "/v2/keys/" + "0" * 64)):
        with connect(server) as connection, contextlib.suppress(OSError):
            connection.sendall(head(server, method, path, "Transfer-Encoding: chunked",
                                    "Inference-Header-Content-Length: 100"))
            for _ in range(3_000_000 // 6 // 1000):
                connection.sendall(chunk * 1000)
            connection.sendall(b"0\r\n\r\n")
        found = status(connection) if connection.fileno() >= 0 else 0
        verdicts.expect(server.is_alive and server.call("GET", "/v2/health/live")[0] == 200,
                        f"3 MB of 6-byte chunks to {method} ({found or 'closed'}): it lives")


def declared(verdicts, server):
    """Ten gigabytes are announced, and a little comes."""
    for method, path in (("POST", f"/v2/models/{server.world.model}/infer"), ("PUT", "/v2/keys/" + "1" * 64)):
        with connect(server) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(head(server, method, path, "Content-Length: 10000000000",
                                        "Inference-Header-Content-Length: 100"))
                connection.sendall(b"x" * 100_000)
            found = status(connection)
        verdicts.expect(found == 413 and server.is_alive, f"10 GB announced to {method}: {found or 'closed'}, expected 413")


def nonsense(verdicts, server):
    """What is no HTTP, and heads without end."""
    for name, data in (("no HTTP", b"\x16\x03\x01\x02\x00" * 1000), ("a head of 1 MB", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 170_000),
                       ("a line of 1 MB", b"GET /" + b"x" * 1_000_000), ("two lengths", head(
                           server, "POST", "/v2/keys/x", "Content-Length: 5", "Content-Length: 6") + b"aaaaaa"),
                       ("length and chunks", head(server, "POST", f"/v2/models/{server.world.model}/infer",
                                                  "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n")):
        with connect(server) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(data)
            found = status(connection)
        verdicts.expect(found in (0, 400, 408, 413, 414, 431) and server.is_alive, f"{name}: {found or 'closed'}")


def idle(verdicts, server, count):
    """Connections that say nothing: others are served meanwhile."""
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(connect(server)) for _ in range(count)]
        start = time.monotonic()
        found = server.call("GET", "/v2/health/ready")[0]
        verdicts.figure("ms for a question beside idle connections", (time.monotonic() - start) * 1000)
        verdicts.expect(found == 200, f"{len(crowd)} idle connections: others are answered")


def slow(verdicts, server, patience):
    """A body, and a head, at a byte a second: the server hangs up."""
    body = head(server, "POST", f"/v2/models/{server.world.model}/infer", "Content-Length: 1000",
                "Inference-Header-Content-Length: 100")
    for name, first, rest in (("body", body, b"x" * 1000), ("head", b"", body * 10)):
        with connect(server) as connection:
            connection.sendall(first)
            start = time.monotonic()
            for index in range(int(patience)):
                try:
                    connection.sendall(rest[index:index + 1])
                except OSError:
                    break
                if select.select([connection], [], [], 1)[0]:
                    break
            took = time.monotonic() - start
            verdicts.figure(f"s until a {name} of a byte a second is hung up on", took)
            verdicts.expect(took < patience - 1 and server.is_alive, f"a {name} of a byte a second is not waited for")


if __name__ == "__main__":
    main()
