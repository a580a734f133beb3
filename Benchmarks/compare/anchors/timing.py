"""Times operations of one library and prints one JSON line for the comparison."""

import json
import sys
import time


class Timer:
    """Collects the median of each operation, in seconds."""

    def __init__(self, library, version, budget=0.3):
        self.head = {"library": library, "version": version}
        self.budget = budget
        self.parameters = ""
        self.results = []

    def time(self, operation, work, byte_count=None):
        work()
        start = time.perf_counter()
        work()
        once = max(time.perf_counter() - start, 1e-7)
        runs = max(1, int(200e-6 / once))
        samples = []
        end = time.perf_counter() + self.budget
        while len(samples) < 5 or time.perf_counter() < end:
            start = time.perf_counter()
            for _ in range(runs):
                work()
            samples.append((time.perf_counter() - start) / runs)
        samples.sort()
        self.results.append({
            "operation": operation,
            "parameters": self.parameters,
            "seconds": samples[len(samples) // 2],
            "minimum": samples[0],
            "bytes": byte_count,
        })

    def done(self):
        json.dump({**self.head, "results": self.results}, sys.stdout)
        print()
