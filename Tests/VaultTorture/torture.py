"""Kills a process that changes a vault at random moments, again and again, and has the next one check every key.

    python3 Tests/VaultTorture/torture.py PATH-TO-VaultTorture [CYCLES]

Every run first opens all keys; a key that is unreadable, opens under no or both passphrases, holds another key's
secret, or is lost ends the torture with an error; so does a rotation that lost the key it retired.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time


def main():
    program, cycles = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    folder = tempfile.mkdtemp(prefix="tacit-torture-")
    vault, generator, keys = os.path.join(folder, "vault"), random.Random(1), 0
    try:
        for cycle in range(cycles):
            process = subprocess.Popen(
                [program, vault, str(cycle)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            line = process.stdout.readline()
            if not line.startswith("checked "):
                sys.exit(f"cycle {cycle}: {process.stderr.read().strip()}")
            keys += int(line.split()[1])
            time.sleep(generator.random() * 0.02)
            process.kill()
            process.communicate()
            if sys.stderr.isatty() and cycle % 100 == 0:
                print(f"\r{cycle} of {cycles}", end="", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{cycles} kills, {keys} keys opened after them, none unreadable, mixed or lost")


if __name__ == "__main__":
    main()
