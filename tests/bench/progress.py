"""What a benchmark is at, for who waits."""

import sys
import time


def tell(text: str) -> None:
    """One line on standard error, with the time."""
    print(f"bench {time.strftime('%H:%M:%S')}: {text}", file=sys.stderr, flush=True)
