"""Connects every 20 ms until told to stop (or for SECONDS); prints how often it was let through and how often it was not.

prober.py HOST PATIENCE [SECONDS]. The kernel sends at most one refusal a second to a host, so a refused attempt is given up soon.
"""
import os
import socket
import sys
import time

counts = [0, 0]
until = time.time() + float(sys.argv[3]) if len(sys.argv) > 3 else None
print("begun", flush=True)
while not os.path.exists("/tmp/stop") and (until is None or time.time() < until):
    began = time.time()
    try:
        socket.create_connection((sys.argv[1], 8080), timeout=float(sys.argv[2])).close()
        counts[0] += 1
    except OSError:
        counts[1] += 1
    time.sleep(max(0, 0.02 - (time.time() - began)))
print("%d open, %d closed" % tuple(counts), flush=True)
