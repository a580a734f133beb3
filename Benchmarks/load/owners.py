#!/usr/bin/env python3
"""Keys of others are unknown keys, and logs hold no row, key, body or token, at the most talkative level."""
import base64
import time

from common import Commands, Server, Verdicts, World, infer_body, parser


def main():
    options = parser(__doc__)
    options = options.parse_args()
    verdicts = Verdicts(options.json)
    world = World(Commands(options.bin), "breast_cancer", ["anna", "bert"])
    try:
        client = world.client("one", row_count=2)
        with Server(world, "--log-level", "trace") as server:
            separate(verdicts, server, client)
        silent(verdicts, server, client)
        with Server(world, "--log-level", "trace", "--log-format", "json", log="json.log") as server:
            client.answers_right(server, "anna")
        silent(verdicts, server, client)
    finally:
        world.close()
    verdicts.end()


def separate(verdicts, server, client):
    key = f"/v2/keys/{client.key_id}"
    verdicts.expect(client.answers_right(server, "anna"), "the owner gets its answer")
    body, headers = infer_body(client)
    infer = f"/v2/models/{server.world.model}/infer"
    foreign = server.call("POST", infer, body, headers, owner="bert")
    body_unknown = body.replace(client.key_id.encode(), b"0" * 64)
    unknown = server.call("POST", infer, body_unknown, headers, owner="bert")
    verdicts.expect(foreign[0] == 404 and foreign[2] == unknown[2], "another's key is the same 404 as an unknown one")
    for method in ("HEAD", "DELETE"):
        found = server.call(method, key, owner="bert")[0]
        verdicts.expect(found == 404, f"{method} of another's key: {found}, expected 404")
    verdicts.expect(server.holds(client, "anna"), "the owner's key is still there")
    status = server.call("PUT", key, client.key_bytes, owner="bert")[0]
    verdicts.expect(status == 201, f"another owner may hold the same keys: {status}, expected 201")
    server.call("DELETE", key, owner="bert")
    verdicts.expect(server.holds(client, "anna"), "which it may remove without the first losing them")
    for token in (None, "wrong", server.world.tokens["anna"] + "x", server.world.tokens["anna"][:-1]):
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        found = server.code("GET", f"/v2/models/{server.world.model}/card", headers=headers)
        verdicts.expect(found == (401, "unauthorized"), f"without the right token: {found}")
    # A token in the wrong place must not be logged either.
    server.call("GET", f"/v2/models/{server.world.tokens['anna']}x?token={server.world.tokens['anna']}", owner="anna")
    times = []
    for token in ("x" * 32, server.world.tokens["anna"][:-1] + "_"):
        start = time.perf_counter()
        for _ in range(50):
            server.call("GET", "/v2", headers={"Authorization": f"Bearer {token}"})
        times.append((time.perf_counter() - start) * 20)
    verdicts.figure("ms of a refused token, none of it right and all but one character", times)


def silent(verdicts, server, client):
    text = server.log.read_bytes()
    verdicts.expect(len(text) > 100, f"{server.log.name}: there is a log ({len(text)} bytes)")
    rows = client.rows.read_text().splitlines()[1:]
    secrets = {"a token": [token.encode() for token in server.world.tokens.values()],
               "rows": [value.encode() for row in rows for value in row.split(",") if len(value) > 5],
               "the name of keys": [client.key_id.encode()]}
    for name, data in (("evaluation keys", client.key_bytes), ("a request", client.request.read_bytes())):
        parts = [data[start:start + 24] for start in (0, 104, len(data) // 2)]
        secrets[name] = [form for part in parts
                         for form in (part, part.hex().encode(), base64.b64encode(part)[:28])]
    for name, needles in secrets.items():
        found = [needle for needle in needles if needle in text]
        verdicts.expect(not found, f"{server.log.name}: no trace of {name} ({len(needles)} looked for)")


if __name__ == "__main__":
    main()
