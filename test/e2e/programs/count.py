"""Prints points with known values, waits where it is told to, and says when it is done.

    count.py POINTS                     prints the points 0 to POINTS-1 and exits with status 0
    count.py POINTS STATUS              exits with STATUS
    count.py POINTS STATUS GO AFTER END
                                        then waits for the file GO, prints AFTER points more and makes the file END

Point n is `step n value <n / 8>`: numbers that are exact in binary.
"""

import os
import sys
import time

points, status, go, after, end = (sys.argv[1:] + ["0", "", "0", ""][len(sys.argv) - 2:])[:5]


def show(first, count):
    for n in range(first, first + int(count)):
        print(f"step={n} value={n / 8}")


show(0, points)
if go:
    sys.stdout.flush()
    while not os.path.exists(go):
        time.sleep(0.02)
    show(int(points), after)
    sys.stdout.flush()
    with open(end, "w") as file:
        file.write("done")
sys.exit(int(status))
