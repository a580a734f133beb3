"""What the load scripts share: the built commands, a server with its folders, raw HTTP, and verdicts."""
import argparse
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSPHRASE = {**os.environ, "TACIT_PASSPHRASE": "load tests, nothing secret"}

STAGES = ("receive", "queue", "keys", "evaluate", "total")


def parser(description):
    """An argument parser with the options that all scripts take."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--bin", default=str(ROOT / ".build/release"),
                         help="folder of the built tacit and ServiceLoad (default: .build/release)")
    options.add_argument("--short", action="store_true", help="a few seconds instead of minutes")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    return options


class Verdicts:
    """Expectations and figures of a run; says each at once, and fails at the end."""

    def __init__(self, as_json=False):
        self.as_json, self.failed, self.figures = as_json, [], {}

    def expect(self, holds, what):
        if not self.as_json or not holds:
            print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True,
                  file=sys.stderr if self.as_json else sys.stdout)
        if not holds:
            self.failed.append(what)
        return holds

    def figure(self, name, value):
        self.figures[name] = value
        if not self.as_json:
            shown = f"{value:.4g}" if isinstance(value, float) else value
            print(f"     {name}: {shown}", flush=True)

    def end(self):
        if self.as_json:
            print(json.dumps({"figures": self.figures, "failed": self.failed}, indent=2))
        sys.exit(1 if self.failed else 0)


class Commands:
    """The built commands."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for name in ("tacit", "ServiceLoad"):
            if not (self.folder / name).exists():
                sys.exit(f"{self.folder / name} is missing; build it with: "
                         f"swift build -c release --product {name}")

    def tacit(self, *arguments, check=True, **more):
        run = subprocess.run([self.folder / "tacit", *map(str, arguments)], env=PASSPHRASE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        if check and run.returncode:
            sys.exit(f"tacit {' '.join(map(str, arguments))}: {run.stderr.decode()}")
        return run

    def load(self, *arguments):
        """Runs ServiceLoad; returns its report."""
        run = subprocess.run([self.folder / "ServiceLoad", *map(str, arguments)],
                             stdout=subprocess.PIPE)
        if run.returncode:
            sys.exit(f"ServiceLoad {' '.join(map(str, arguments))} failed")
        return json.loads(run.stdout)


class World:
    """A folder with a compiled model, owners' tokens, keys and a request, gone at the end."""

    def __init__(self, commands, model="digits", owners=("anna",), precision=None):
        self.commands, self.model = commands, model
        self._folder = tempfile.TemporaryDirectory(prefix="tacit-load-")
        self.folder = pathlib.Path(self._folder.name)
        self.models, self.keys = self.folder / "models", self.folder / "keys"
        self.model_file = self.models / model / "1" / "model.tacit"
        self.model_file.parent.mkdir(parents=True)
        self.keys.mkdir(mode=0o700)
        source = ROOT / "models" / model
        names = ("test.csv", "samples.csv")
        self.rows = next(source / name for name in names if (source / name).exists())
        self.card = self.folder / "model.card"
        calibration = source / "calibration.csv"
        more = () if precision is None else ("--precision", precision)
        commands.tacit("compile", source / f"{model}.onnx", "-o", self.model_file, "--card", self.card,
                       "--calibrate", calibration if calibration.exists() else self.rows, *more)
        self.tokens, lines = {}, []
        for owner in owners:
            token = secrets.token_urlsafe(24)
            self.tokens[owner] = token
            lines.append(f"{owner}:{hashlib.sha256(token.encode()).hexdigest()}\n")
            path = self.token_file(owner)
            path.touch(mode=0o600)
            path.write_text(token + "\n")
        self.token_table = self.folder / "tokens"
        self.token_table.touch(mode=0o600)
        self.token_table.write_text("".join(lines))

    def token_file(self, owner):
        return self.folder / f"token-{owner}"

    def client(self, name, row_count=1):
        """Makes a key, its evaluation keys, a request and the right answer; returns their paths."""
        base = self.folder / f"client-{name}"
        rows = base.with_suffix(".csv")
        lines = self.rows.read_text().splitlines()
        rows.write_text("\n".join(lines[:row_count + 1]) + "\n")
        vault, keys = self.folder / "vault", base.with_suffix(".evk")
        request, response = base.with_suffix(".request"), base.with_suffix(".response")
        key = ("--vault", vault, "--name", name)
        self.commands.tacit("keygen", "--card", self.card, *key, "--evaluation-keys", keys)
        self.commands.tacit("encrypt", "--card", self.card, *key, rows, "-o", request)
        self.commands.tacit("infer", "--model", self.model_file, "--evaluation-keys", keys, request,
                            "-o", response)
        return Client(self, name, rows, keys, request, self.decrypt(name, response))

    def decrypt(self, name, response):
        """The classes that a response says; nothing where it cannot be decrypted."""
        run = self.commands.tacit("decrypt", "--vault", self.folder / "vault", "--name", name, response,
                                  "--json", check=False)
        return classes(json.loads(run.stdout)) if run.returncode == 0 else None

    def close(self):
        self._folder.cleanup()


def classes(table):
    """What must be equal of two runs: numbers rounded to two digits, since each carries its noise."""
    if isinstance(table, dict):
        return {name: classes(value) for name, value in table.items()}
    if isinstance(table, list):
        return [classes(value) for value in table]
    return round(table, 2) if isinstance(table, float) else table


class Client:
    """A data owner's files."""

    def __init__(self, world, name, rows, keys, request, answer):
        self.world, self.name, self.rows, self.keys = world, name, rows, keys
        self.request, self.answer = request, answer
        self.key_bytes = keys.read_bytes()
        self.key_id = hashlib.sha256(self.key_bytes).hexdigest()

    def infer_arguments(self, server, owner, output):
        return ("infer", "--server", server.url, "--model", self.world.model, "--token-file",
                self.world.token_file(owner), "--evaluation-keys", self.keys, self.request, "-o", output)

    def answers_right(self, server, owner):
        """Whether the server's answer decrypts to what the library computed."""
        output = self.world.folder / f"answer-{self.name}-{threading.get_ident()}"
        run = self.world.commands.tacit(*self.infer_arguments(server, owner, output), check=False)
        if run.returncode:
            print(run.stderr.decode(), file=sys.stderr)
            return False
        return self.world.decrypt(self.name, output) == self.answer


class Server:
    """A `tacit serve` of its own."""

    def __init__(self, world, *more, keys=None, port=None, tokens=True, log="server.log"):
        self.world, self.more, self.keys = world, more, keys or world.keys
        self.port, self.tokens = port or free_port(), tokens
        self.log = world.folder / log
        self.process, self.samples = None, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, timeout=60):
        arguments = ["serve", "--models", self.world.models, "--keys", self.keys,
                     "--bind", f"127.0.0.1:{self.port}", *self.more]
        if self.tokens:
            arguments += ["--tokens", self.world.token_table]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.world.commands.folder / "tacit", *map(str, arguments)],
                                            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit(f"the server ended: {self.log.read_text()[-2000:]}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.call("GET", "/v2/health/ready")[0] == 200:
                    return self
            time.sleep(0.02)
        sys.exit("the server did not get ready")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Asks the server to end; returns its exit code."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None

    def kill(self):
        self.process.kill()
        self.process.wait()

    @property
    def is_alive(self):
        return self.process.poll() is None

    def resident(self, field="VmRSS"):
        """Resident memory in MB; `VmHWM` for the largest so far."""
        with open(f"/proc/{self.process.pid}/status") as status:
            line = next(line for line in status if line.startswith(field))
        return int(line.split()[1]) / 1024

    @contextlib.contextmanager
    def sampling(self, every=0.5):
        """Samples the resident memory into `samples` as (seconds, MB)."""
        done, start = threading.Event(), time.monotonic()

        def sample():
            while not done.wait(every) and self.is_alive:
                self.samples.append((time.monotonic() - start, self.resident()))
        thread = threading.Thread(target=sample)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def call(self, method, path, body=None, headers=None, owner=None, timeout=30):
        """One request; returns status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = dict(headers or {})
        if owner:
            headers["Authorization"] = f"Bearer {self.world.tokens[owner]}"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def code(self, *arguments, **more):
        """One request; returns status and the error's code."""
        status, _, body = self.call(*arguments, **more)
        with contextlib.suppress(ValueError, AttributeError):
            return status, json.loads(body).get("code")
        return status, None

    def metrics(self, owner=None):
        """All metrics as {name{labels}: value}."""
        owner = owner or next(iter(self.world.tokens))
        text = self.call("GET", "/metrics", owner=owner)[2].decode()
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in pairs}

    def stages(self):
        """Mean milliseconds of each stage of an answered request."""
        metrics = self.metrics()
        count = max(1, metrics.get("tacit_predictions_total", 0))
        sums = {stage: metrics.get(f'tacit_request_seconds_sum{{stage="{stage}"}}', 0) for stage in STAGES}
        return {stage: round(1000 * sum / count, 3) for stage, sum in sums.items()}

    def holds(self, client, owner):
        return self.call("HEAD", f"/v2/keys/{client.key_id}", owner=owner)[0] == 200


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def infer_body(client):
    """An inference request by hand: its body and headers."""
    request = client.request.read_bytes()
    header = json.dumps({
        "inputs": [{"name": "request", "datatype": "BYTES", "shape": [1],
                    "parameters": {"binary_data_size": len(request) + 4}}],
        "outputs": [{"name": "response", "parameters": {"binary_data": True}}],
        "parameters": {"evaluation_keys": client.key_id}}).encode()
    body = header + len(request).to_bytes(4, "little") + request
    return body, {"Inference-Header-Content-Length": str(len(header)),
                  "Content-Type": "application/octet-stream"}
