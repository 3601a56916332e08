"""A process tree with a known load; says as JSON, in the file that it is given, what it was by psutil and by the kernel.

    known_load.py FILE END

CPU time over forked, reaped and short-lived children; private memory, and memory that all of them share; bytes written
and read again. Then it keeps still, holding all of it, until there is a file END.
"""

import json
import mmap
import os
import resource
import sys
import tempfile
import time

import psutil

MIB = 2**20
SHARED, PRIVATE, WRITTEN = 64 * MIB, 64 * MIB, 64 * MIB


def touch(memory):
    for at in range(0, len(memory), mmap.PAGESIZE):
        memory[at] = 1


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))


def fork(work):
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return child


def hold():
    # Its own look at every shared page, so that all three have it.
    touch(shared)
    burn(0.5)
    os.read(waiting, 1)


def files_of(pid):
    """Mapped files' part of its divided memory, which is another control group's where that had read them first."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss_File:"))


shared = mmap.mmap(-1, SHARED)
touch(shared)
private = mmap.mmap(-1, PRIVATE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
touch(private)
waiting, release = os.pipe()
holders = [fork(hold) for _ in range(2)]

burn(2)
for _ in range(2):
    os.waitpid(fork(lambda: burn(0.3)), 0)
for _ in range(20):
    os.waitpid(fork(lambda: burn(0.02)), 0)
# Its children are waited for by a child that ends as well.
os.waitpid(fork(lambda: os.waitpid(fork(lambda: burn(0.3)), 0)), 0)

with tempfile.TemporaryFile() as file:
    piece = b"x" * MIB
    for _ in range(WRITTEN // MIB):
        os.write(file.fileno(), piece)
    os.fsync(file.fileno())
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    while os.read(file.fileno(), MIB):
        pass

tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
while sum(sum(process.cpu_times()[:2]) for process in tree[1:]) < 0.95 or any(
    process.status() != psutil.STATUS_SLEEPING for process in tree[1:]
):
    time.sleep(0.1)
times = [process.cpu_times() for process in tree]
counters = psutil.Process().io_counters()
told = {
    "at": time.time() * 1000,
    "cpu": sum(sum(each[:2]) for each in times) + sum(times[0][2:4]),
    "rss": sum(process.memory_info().rss for process in tree),
    "pss": sum(process.memory_full_info().pss for process in tree),
    "files": sum(files_of(process.pid) for process in tree),
    "read": counters.read_chars,
    "written": counters.write_chars,
}
with open(f"{sys.argv[1]}.new", "w") as file:
    json.dump(told, file)
os.rename(f"{sys.argv[1]}.new", sys.argv[1])
# Nothing changes until whoever watches has seen enough; one that was killed will not say so.
given_up = time.monotonic() + 150
while not os.path.exists(sys.argv[2]) and time.monotonic() < given_up:
    time.sleep(0.1)
os.write(release, b"xx")
for holder in holders:
    os.waitpid(holder, 0)
