"""The watch of policies alone, in the cluster's network: tells what it hears as lines of JSON, until its input ends."""

import asyncio
import json
import sys
import time
from functools import partial
from typing import Any

from readiness.adapters.kubeapi import from_kubeconfig
from readiness.adapters.policies import Listener, PolicyWatch
from readiness.app import _kopf_connection


def _tell(what: str, *about: Any) -> None:
    sys.stdout.write(json.dumps([what, *map(_shown, about)]) + "\n")
    sys.stdout.flush()


def _shown(about: Any) -> Any:
    return about if isinstance(about, dict) else str(about)


async def _watch() -> None:
    listener = Listener(*(partial(_tell, what) for what in ("saw", "lost", "relisted", "ended")))
    async with PolicyWatch(partial(_kopf_connection, from_kubeconfig()), listener):
        await asyncio.to_thread(sys.stdin.read)
        began = time.monotonic()
    _tell("stopped", time.monotonic() - began)


if __name__ == "__main__":
    asyncio.run(_watch())
