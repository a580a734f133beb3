#!/usr/bin/env python3
"""kill -9 during uploads, inferences and model reloads, and a full disk: nothing accepted is lost, nothing corrupt is served."""
import contextlib
import random
import select
import shutil
import socket
import subprocess
import threading
import time
import types

from common import Commands, PASSPHRASE, Server, Verdicts, World, infer_body, parser


def main():
    options = parser(__doc__)
    options.add_argument("--model", default="digits", help="a folder of models/ (default: digits)")
    options.add_argument("--cycles", type=int, default=50, help="kills of each kind (default: 50)")
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    cycles = 2 if options.short else options.cycles
    random.seed(options.seed)
    verdicts = Verdicts(options.json)
    world = World(Commands(options.bin), options.model, ["anna", "bert"])
    try:
        client, other = world.client("one"), world.client("two")
        server = Server(world)
        for fault in (kill_during_upload, kill_during_inference, kill_during_reload):
            fault(verdicts, server, client, other, cycles)
        full_disk(verdicts, world, client)
    finally:
        world.close()
    verdicts.end()


def send_slowly(server, client, owner, stop):
    """Uploads keys in pieces until done or told to stop; returns the bytes sent and the answer's status, if one came."""
    sent = status = 0
    pause = 0.4 / (len(client.key_bytes) / 65536 + 1)
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall((
                f"PUT /v2/keys/{client.key_id} HTTP/1.1\r\nHost: localhost\r\n"
                f"Authorization: Bearer {server.world.tokens[owner]}\r\n"
                f"Content-Length: {len(client.key_bytes)}\r\n\r\n").encode())
            while sent < len(client.key_bytes) and not stop.is_set():
                piece = client.key_bytes[sent:sent + 65536]
                connection.sendall(piece)
                sent += len(piece)
                if select.select([connection], [], [], pause)[0]:
                    break
            status = int(connection.recv(1000).split(b" ")[1])
    except (OSError, IndexError):
        pass
    return types.SimpleNamespace(sent=sent, status=status)


def kill_during_upload(verdicts, server, client, other, cycles):
    """The first client's keys were accepted before; the second's are on their way when the server dies."""
    resumed = lost = foreign = 0
    server.start()
    verdicts.expect(client.answers_right(server, "anna"), "upload: the first client's answer is right")
    for _ in range(cycles):
        server.call("DELETE", f"/v2/keys/{other.key_id}", owner="bert")
        stop = threading.Event()
        sender = threading.Thread(target=send_slowly, args=(server, other, "bert", stop))
        sender.start()
        time.sleep(random.uniform(0.02, 0.5))
        accepted = server.holds(other, "bert")
        server.kill()
        stop.set()
        sender.join()
        server.start()
        lost += not server.holds(client, "anna") or (accepted and not server.holds(other, "bert"))
        status, headers, _ = server.call("HEAD", f"/v2/keys/{other.key_id}", owner="bert")
        held = int({name.lower(): value for name, value in headers.items()}.get("upload-offset", 0))
        resumed += status == 404 and held > 0
        if status == 404:
            total = len(other.key_bytes)
            more = {"Content-Range": f"bytes {held}-{total - 1}/{total}"} if held else {}
            status = server.call("PUT", f"/v2/keys/{other.key_id}", other.key_bytes[held:], more, owner="bert")[0]
            foreign += status not in (200, 201)
    verdicts.figure("upload: kills", cycles)
    verdicts.figure("upload: resumed where the dead server had stopped", resumed)
    verdicts.expect(lost == 0, "upload: no accepted key is lost")
    verdicts.expect(foreign == 0, "upload: what a dead server kept of an upload is intact")
    verdicts.expect(client.answers_right(server, "anna") and other.answers_right(server, "bert"),
                    "upload: both clients' answers are right afterwards")
    server.stop()


def kill_during_inference(verdicts, server, client, other, cycles):
    """Clients of the command line ask while the server dies and returns: their retries bring them through."""
    world = server.world
    server.start()
    failed = wrong = 0
    for cycle in range(cycles):
        output = world.folder / f"inference-{cycle}"
        asking = [subprocess.Popen(
            [world.commands.folder / "tacit", *map(str, each.infer_arguments(server, owner, f"{output}-{owner}"))],
            env=PASSPHRASE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for each, owner in ((client, "anna"), (other, "bert"))]
        time.sleep(random.uniform(0.01, 0.15))
        server.kill()
        server.start()
        failed += sum(process.wait(120) != 0 for process in asking)
        if cycle in (0, cycles - 1):
            wrong += world.decrypt(client.name, f"{output}-anna") != client.answer
            wrong += world.decrypt(other.name, f"{output}-bert") != other.answer
    verdicts.figure("inference: kills", cycles)
    verdicts.expect(failed == 0, "inference: every client gets its answer from the server that comes back")
    verdicts.expect(wrong == 0, "inference: the answers are right")
    verdicts.expect(server.holds(client, "anna") and server.holds(other, "bert"), "inference: no key is lost")
    server.stop()


def kill_during_reload(verdicts, server, client, other, cycles):
    """Versions of the model come and go, whole and half written, while requests run and the server dies."""
    world = server.world
    server.start()
    body, headers = infer_body(client)
    odd = 0
    for cycle in range(cycles):
        version = world.models / world.model / str(cycle + 2)
        for half in (True, False):
            folder = version.with_name(version.name + ("0000" if half else ""))
            folder.mkdir()
            data = world.model_file.read_bytes()
            (folder / "model.tacit").write_bytes(data[:len(data) // 2] if half else data)
        end = time.monotonic() + random.uniform(0.05, 2.5)
        while time.monotonic() < end:
            status = server.call("POST", f"/v2/models/{world.model}/infer", body, headers, owner="anna")[0]
            odd += status not in (200, 429, 503)
        server.kill()
        server.start()
        for folder in version.parent.glob(version.name + "*"):
            shutil.rmtree(folder)
    verdicts.figure("reload: kills", cycles)
    verdicts.expect(odd == 0, "reload: requests to the newest whole version go on")
    verdicts.expect(client.answers_right(server, "anna"), "reload: the answer is right afterwards")
    server.stop()


def full_disk(verdicts, world, client):
    """The keys' folder is a small file system: too small from the start, or filled up while keys arrive."""
    folder = world.folder / "small"
    folder.mkdir(mode=0o700)
    keys = len(client.key_bytes)

    def resize(size, how="remount,"):
        return subprocess.run(["mount", "-t", "tmpfs", "-o", f"{how}size={size},mode=700", "tmpfs", folder],
                              stderr=subprocess.DEVNULL).returncode == 0
    # The server keeps 64 MiB free.
    if not resize((64 << 20) + keys // 2, ""):
        return verdicts.figure("full disk", "not tried: mounting a small file system takes root")
    try:
        with Server(world, keys=folder) as server:
            found = server.code("PUT", f"/v2/keys/{client.key_id}", client.key_bytes, owner="anna")
            verdicts.expect(found == (507, "insufficient_storage"), f"full disk: an upload gets 507 ({found})")
            resize((64 << 20) + keys * 4)
            stop, found = threading.Event(), []
            sender = threading.Thread(target=lambda: found.append(send_slowly(server, client, "anna", stop)))
            sender.start()
            time.sleep(0.15)
            with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
                while filler.write(bytes(1 << 16)):
                    pass
            sender.join()
            verdicts.expect(found[0].status == 507, f"full disk: an upload under way gets 507 ({found[0].status})")
            verdicts.expect(not server.holds(client, "anna"), "full disk: half an upload is not taken for keys")
            verdicts.expect(server.call("GET", "/v2/health/live")[0] == 200, "full disk: the server lives")
            (folder / "filler").unlink()
            verdicts.expect(client.answers_right(server, "anna"), "full disk: with room again, the client gets its answer")
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


if __name__ == "__main__":
    main()
