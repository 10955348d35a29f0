"""Run a command, and print the exit code, seconds, seconds of processor time and KiB of peak memory it took.

`python costed.py FILE COMMAND…` sends the command's output to FILE. A process of its own, since Linux counts the
memory of whoever starts a process into its peak: this one is small.
"""

import os
import subprocess
import sys
import time

if __name__ == "__main__":
    began = time.monotonic()
    with open(sys.argv[1], "wb") as output:  # noqa: PTH123 - pathlib would double what this process needs
        process = subprocess.Popen(sys.argv[2:], stdout=output)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    print(process.returncode, took, used.ru_utime + used.ru_stime, used.ru_maxrss)
