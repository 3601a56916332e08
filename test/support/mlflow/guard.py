"""Runs a command in this process group and ends the whole group when asked to, or when the owner has gone.

    guard.py OWNER_PID FOLDER COMMAND [ARG...]

A test run that is interrupted, even killed outright, leaves no server behind: nobody has to tell this process.
FOLDER is removed at the end.
"""

import os
import shutil
import signal
import subprocess
import sys
import time

owner, folder, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]


def owner_lives():
    try:
        os.kill(owner, 0)
        return True
    except ProcessLookupError:
        return False
    except PermissionError:
        return True


stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
signal.signal(signal.SIGINT, signal.SIG_IGN)
server = subprocess.Popen(command)

while not stopping and owner_lives() and server.poll() is None:
    time.sleep(0.1)

# To the group: the server has workers. This process has a handler and stays.
os.killpg(0, signal.SIGTERM)
try:
    server.wait(timeout=5)
except subprocess.TimeoutExpired:
    pass
shutil.rmtree(folder, ignore_errors=True)
os.killpg(0, signal.SIGKILL)
