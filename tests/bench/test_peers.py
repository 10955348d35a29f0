"""What the benchmark compares with is pinned, and called with what it needs."""

import re
from pathlib import Path

import pytest
import yaml
from tests.bench.peers import PEERS, Peer

_HERE = Path(__file__).parent


@pytest.mark.parametrize("peer", [peer for peer in PEERS if peer.package], ids=lambda peer: peer.program)
def test_a_peer_from_the_module_proxy_is_pinned(peer: Peer) -> None:
    module = (_HERE / f"go/{peer.program}/go.mod").read_text()
    assert re.search(rf"^tool {re.escape(peer.package)}$", module, re.MULTILINE)
    assert (_HERE / f"go/{peer.program}/go.sum").stat().st_size


def test_kyverno_gets_ten_policies() -> None:
    policies = list(yaml.safe_load_all((_HERE / "kyverno_policies.yaml").read_text()))
    assert len({policy["metadata"]["name"] for policy in policies}) == 10
    assert {policy["kind"] for policy in policies} == {"ClusterPolicy"}
