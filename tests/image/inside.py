"""Runs in the container, by its own interpreter, and prints as JSON what a process there is and can do."""

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ENTRYPOINT = json.loads(sys.argv[1])
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: app, image: "shop/cart:1"}]}
"""
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: here
clusters: [{name: here, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: here, context: {cluster: here, user: me}}]
users: [{name: me, user: {token: "none"}}]
"""


def command(*arguments: str, text: str = "", **environment: str) -> dict[str, object]:
    """What the image's command answers."""
    done = subprocess.run(
        [*ENTRYPOINT, *arguments],
        input=text,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return {"code": done.returncode, "out": done.stdout, "err": done.stderr}


def writable(folder: str) -> bool:
    """Whether a file can be made there."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def without_bytecode(package: str) -> list[str]:
    """Modules of a package that would be compiled at every start."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    cached = f".{sys.implementation.cache_tag}.pyc"
    return [
        str(file) for file in root.rglob("*.py") if not (file.parent / "__pycache__" / (file.stem + cached)).exists()
    ]


def answers() -> dict[str, object]:
    """Everything that the tests look at."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    kubeconfig = Path("/tmp/kubeconfig")
    kubeconfig.write_text(KUBECONFIG)
    return {
        "status": {key: status[key].strip() for key in ("Uid", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp")},
        "writable": [folder for folder in ("/", "/opt/venv", "/opt/readiness", "/tmp", "/var/tmp") if writable(folder)],
        "version": command("version"),
        "audit": command("audit", "-", "-o", "json", text=MANIFEST),
        "scan": command("scan", KUBECONFIG=str(kubeconfig)),
        "uncompiled": [*without_bytecode("readiness"), *without_bytecode("kopf"), *without_bytecode("aiohttp")],
        "modules": [name for name in ("readiness", "pip", "kubernetes.aio") if find_spec(name) is not None],
        "paths": sys.path,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answers()))
