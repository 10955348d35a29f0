"""The programs of the cluster and their command lines."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.cluster.layout import Layout
from tests.cluster.network import FAKE_PODS, NODE, NODE_ADDRESS, PODS, SERVICES

Command = tuple[str, ...]

PROGRAMS: Mapping[str, str] = MappingProxyType(
    {  # component -> program
        "etcd": "etcd",
        "apiserver": "kube-apiserver",
        "controller-manager": "kube-controller-manager",
        "scheduler": "kube-scheduler",
        "containerd": "containerd",
        "kubelet": "kubelet",
        "proxy": "kube-proxy",
        "kwok": "kwok",
    }
)
CONTROL_PLANE = ("controller-manager", "scheduler")
NODE_COMPONENTS = ("kubelet", "proxy")

_ETCD = "http://127.0.0.1:2379"
_QUICK = (
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
)  # the defaults throttle a burst of a thousand objects
_ALONE = ("--leader-elect=false", "--secure-port=0")


def commands(layout: Layout, *, audit: bool) -> Mapping[str, Command]:
    """Each component's program and arguments; it runs in the layout's folder, so paths are relative."""
    arguments = {
        "etcd": (
            "--data-dir=etcd",
            f"--listen-client-urls={_ETCD}",
            f"--advertise-client-urls={_ETCD}",
            "--listen-peer-urls=http://127.0.0.1:2380",
            "--unsafe-no-fsync",
        ),
        "apiserver": (*_api_server(), *(_AUDIT if audit else ())),
        "controller-manager": (
            "--kubeconfig=kubeconfig",
            "--service-account-private-key-file=sa.key",
            "--use-service-account-credentials",
            "--root-ca-file=certs/apiserver.crt",
            *_ALONE,
            *_QUICK,
        ),
        "scheduler": ("--kubeconfig=kubeconfig", *_ALONE, *_QUICK),
        "containerd": ("--config=containerd.toml",),
        "kubelet": (
            "--config=kubelet.yaml",
            "--kubeconfig=kubeconfig",
            f"--root-dir={layout.folder}/kubelet",
            f"--hostname-override={NODE}",
            f"--node-ip={NODE_ADDRESS}",
        ),
        "proxy": _proxy(),
        "kwok": (
            "--kubeconfig=kubeconfig",
            "--config=stages.yaml",
            f"--cidr={FAKE_PODS}",
            f"--node-ip={NODE_ADDRESS}",
            "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
            "--node-lease-duration-seconds=40",
        ),
    }
    return {name: (PROGRAMS[name], *values) for name, values in arguments.items()}


_AUDIT = (
    "--audit-policy-file=audit-policy.yaml",
    "--audit-log-path=audit.log",
    "--audit-log-mode=blocking-strict",  # a request that returned is in the log
    "--audit-log-maxsize=1000",  # megabytes: never rotated within a test session
)


def _api_server() -> Command:
    return (
        f"--etcd-servers={_ETCD}",
        "--cert-dir=certs",
        "--secure-port=6443",
        "--bind-address=0.0.0.0",
        f"--advertise-address={NODE_ADDRESS}",
        f"--service-cluster-ip-range={SERVICES}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=sa.pub",
        "--service-account-signing-key-file=sa.key",
        "--authorization-mode=Node,RBAC",
        "--token-auth-file=tokens.csv",
        "--allow-privileged=true",
        "--kubelet-preferred-address-types=InternalIP",  # else `kubectl logs` looks the node's name up in DNS
    )


def _proxy() -> Command:
    """kube-proxy without the settings of connection tracking that belong to the whole machine."""
    untouched = ("max-per-core", "min", "tcp-timeout-established", "tcp-timeout-close-wait")
    return (
        "--kubeconfig=kubeconfig",
        f"--hostname-override={NODE}",
        f"--cluster-cidr={PODS}",
        *(f"--conntrack-{setting}=0" for setting in untouched),
    )
