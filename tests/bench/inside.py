"""The part of a benchmark that talks to the API server, whose address exists in the cluster's network only.

`python -m tests.bench.inside PART CLUSTER [--small]` prints each figure as a line of JSON.
"""

import asyncio
import json
import sys

from tests.bench import measure_operator, measure_repairs
from tests.bench.subject import Subject
from tests.cluster.machine import Cluster

from readiness.adapters.kubeapi import KubeApi, from_kubeconfig

_PARTS = {"operator": measure_operator.measure, "repairs": measure_repairs.measure}


async def _measure(part: str, cluster: str, *, small: bool) -> None:
    async with KubeApi(from_kubeconfig()) as api:
        async for figure in _PARTS[part](Subject(api, Cluster(cluster)), small=small):
            print(json.dumps(figure.as_json()), flush=True)


if __name__ == "__main__":
    asyncio.run(_measure(sys.argv[1], sys.argv[2], small="--small" in sys.argv))
