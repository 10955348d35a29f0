"""Addresses of a cluster; the same in each, for each has a network of its own."""

import json
from pathlib import Path

NODE = "node-0"
NODE_ADDRESS = "10.90.0.1"
SERVICES = "10.96.0.0/16"
PODS = "10.244.0.0/16"
FAKE_PODS = "10.245.0.0/16"  # of kwok: nothing answers there, and nobody waits for it
API_SERVER = f"https://{NODE_ADDRESS}:6443"

# A bridge holds the node's address, because not every kernel has dummy devices; a default route must exist
# for the API server and kubelet to find out their own address.
SET_UP = f"""
ip link set lo up
ip link add node0 type bridge
ip addr add {NODE_ADDRESS}/24 dev node0
ip link set node0 up
ip route add default dev node0
ip route add unreachable {FAKE_PODS}
echo 1 >/proc/sys/net/ipv4/ip_forward
"""


def pod_network(addresses: Path) -> str:
    """The CNI configuration: a wire per pod, so that all traffic passes the node, where Services are made."""
    ipam = {
        "type": "host-local",
        "ranges": [[{"subnet": PODS, "rangeStart": "10.244.0.2"}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(addresses),
    }
    return json.dumps({"cniVersion": "0.4.0", "name": "pods", "plugins": [{"type": "ptp", "ipam": ipam}]})
