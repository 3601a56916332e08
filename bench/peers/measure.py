"""Runs a command and prints, as JSON, what it and everything below it took: its exit status, seconds until it ended,
seconds of CPU time, and the most memory (PSS, bytes) at any look. Orphans come to this process and count as well.
Usage: measure.py COMMAND..."""

import ctypes
import glob
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.5
# What has not ended so long after the command never will.
PATIENCE_SECONDS = 30


def main(command):
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("orphans cannot be taken over")
    ended = threading.Event()
    most = [0]
    looking = threading.Thread(target=look, args=(most, ended))
    started = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    looking.start()
    words = child.stderr.read()
    status = child.wait()
    wall = time.monotonic() - started
    wait_for_orphans()
    ended.set()
    looking.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    last_words = words.decode(errors="replace")[-2000:]
    print(json.dumps({"status": status, "wall": wall, "cpu": cpu, "memory": most[0], "last_words": last_words}))


def wait_for_orphans():
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            if time.monotonic() > deadline:
                for orphan in descendants():
                    os.kill(orphan, signal.SIGKILL)
            time.sleep(0.02)


def look(most, ended):
    while not ended.wait(LOOK_SECONDS):
        most[0] = max(most[0], sum(pss(pid) for pid in descendants()))


def descendants():
    parents = {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                fields = file.read().rpartition(") ")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(path.split("/")[2])] = int(fields[1])
    found, generation = [], [os.getpid()]
    while generation:
        generation = [pid for pid, parent in parents.items() if parent in generation]
        found += generation
    return found


def pss(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0  # it has ended


main(sys.argv[1:])
