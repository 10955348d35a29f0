"""Which addresses the wired operator asks: never the API server's, nor those of nodes, which come and go."""

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.publish.metrics import Metrics
from readiness.app import Process
from readiness.model import Pod, Ref
from readiness.settings import Settings


async def test_nodes_and_the_api_server_are_not_asked() -> None:
    connection = Connection(server="https://10.0.0.1:6443")
    process = Process(Settings(), connection, KubeApi(connection), Metrics())
    refuses, inventory = process.probing.refuses, process.cluster.inventory
    proxy = Pod(Ref("Pod", "kube-system", "kube-proxy"), "uid-1", ip="10.0.0.2", host_network=True)
    cart = Pod(Ref("Pod", "shop", "cart"), "uid-2", ip="10.1.0.3")
    assert refuses("10.0.0.1")
    assert not refuses("10.0.0.2")
    inventory.put(proxy)
    inventory.put(cart)
    assert refuses("10.0.0.2")
    assert refuses("::ffff:10.0.0.2")
    assert not refuses("10.1.0.3")
    inventory.drop(proxy)
    assert not refuses("10.0.0.2")
