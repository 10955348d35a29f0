"""What goes wrong in the demo, and what its steps may raise."""

import subprocess

from tests.cluster.errors import ClusterError


class DemoError(Exception):
    """The demo cannot go on, or did not see what it should; the message says what to do about it."""


FAILURES = (DemoError, ClusterError, subprocess.TimeoutExpired)
