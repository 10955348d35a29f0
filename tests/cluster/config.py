"""The configuration files of a cluster's components, written once before anything starts."""

import json
import secrets
import subprocess
from typing import Any

from tests.cluster.errors import ClusterError
from tests.cluster.images import PAUSE
from tests.cluster.layout import Layout
from tests.cluster.network import API_SERVER, pod_network
from tests.cluster.packages import CNI_FOLDERS, find

WATCHED = "readiness-system"  # the namespace whose ServiceAccounts leave a trace when they read Secrets


def write(layout: Layout) -> None:
    """Write keys, a random administrator's token and all configuration below the layout's folder."""
    folder = layout.folder
    for subfolder in ("pids", "cni", "pod-logs"):
        (folder / subfolder).mkdir()
    _service_account_keys(layout)
    token = secrets.token_hex(16)
    _secret(layout, "tokens.csv", f"{token},admin,admin,system:masters\n")
    _secret(layout, "kubeconfig", json.dumps(kubeconfig(layout, token)))
    (folder / "cni/10-pods.conflist").write_text(pod_network(folder / "pod-addresses"))
    (folder / "containerd.toml").write_text(containerd(layout))
    (folder / "kubelet.yaml").write_text(json.dumps(kubelet(layout)))
    (folder / "audit-policy.yaml").write_text(json.dumps(audit_policy()))


def kubeconfig(layout: Layout, token: str) -> dict[str, Any]:
    """How kubectl and the components reach the API server, as the administrator."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "local",
                "cluster": {"server": API_SERVER, "certificate-authority": str(layout.authority)},
            }
        ],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "admin"}}],
        "current-context": "local",
    }


def containerd(layout: Layout) -> str:
    """containerd below the layout's folder; it may lack CAP_SYS_RESOURCE and AppArmor, in a container say."""
    plugins = next((str(folder) for folder in CNI_FOLDERS if (folder / "ptp").exists()), str(CNI_FOLDERS[0]))
    return f"""\
version = 3
root = "{layout.images}"
state = "{layout.folder}/containerd-state"
[grpc]
  address = "{layout.containerd_socket}"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "{PAUSE}"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  disable_apparmor = true
[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ["{plugins}"]
  conf_dir = "{layout.folder}/cni"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
"""


def kubelet(layout: Layout) -> dict[str, Any]:
    """A kubelet that shares the machine: cgroups of its own, no limits on others, images never collected."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{layout.cgroup}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "containerRuntimeEndpoint": f"unix://{layout.containerd_socket}",
        "oomScoreAdj": 0,
        "enforceNodeAllocatable": [],
        "localStorageCapacityIsolation": True,
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,  # no registry: a collected image could not be pulled again
        "podLogsDir": f"{layout.folder}/pod-logs",
        "resolvConf": "/dev/null",
        "maxPods": 250,
    }


def audit_policy() -> dict[str, Any]:
    """
    Who wrote what, without bodies; of reads only those of Secrets by ServiceAccounts of `WATCHED`.

    Lists of these are logged with what was answered, which shows whether metadata or values were asked for.
    """
    theirs = {
        "userGroups": [f"system:serviceaccounts:{WATCHED}"],
        "resources": [{"group": "", "resources": ["secrets"]}],
    }
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            {"level": "Metadata", "verbs": ["create", "update", "patch", "delete", "deletecollection"]},
            {"level": "RequestResponse", "verbs": ["list"], **theirs},
            {"level": "Metadata", "verbs": ["get", "watch"], **theirs},
            {"level": "None"},
        ],
    }


def _service_account_keys(layout: Layout) -> None:
    openssl = find("openssl")
    private, public = layout.folder / "sa.key", layout.folder / "sa.pub"
    for arguments in (
        ["genrsa", "-out", private, "2048"],
        ["rsa", "-in", private, "-pubout", "-out", public],
    ):
        done = subprocess.run([str(openssl), *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ClusterError(f"openssl made no key: {done.stderr.strip()}")


def _secret(layout: Layout, name: str, text: str) -> None:
    file = layout.folder / name
    file.touch(mode=0o600)
    file.write_text(text)
