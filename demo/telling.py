"""Telling the pods of a sample how to answer from now on."""

import json
from urllib.parse import parse_qsl, urlencode

from demo.errors import DemoError
from demo.expectations import SHOP
from demo.place import Place


def tell(place: Place, workload: str, words: str) -> list[str]:
    """Send words such as `readyz=503` to each pod of a workload, through the API server; returns the pods' names."""
    query = urlencode(parse_qsl(words, strict_parsing=True))
    found = json.loads(place.kubectl("get", "pods", "--namespace", SHOP, f"--selector=app={workload}", "--output=json"))
    pods = [item["metadata"]["name"] for item in found["items"] if item["status"]["phase"] == "Running"]
    if not pods:
        raise DemoError(f"{workload} has no running pods in the namespace {SHOP}")
    for pod in pods:
        path = f"/api/v1/namespaces/{SHOP}/pods/{pod}:8080/proxy/control?{query}"
        place.kubectl("create", f"--raw={path}", "--filename=-", input="")
    return pods
