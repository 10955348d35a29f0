"""An image built here from a Dockerfile, without any registry, runs on the node."""

import os
from pathlib import Path

import pytest
from tests.cluster.images import operator_archive
from tests.cluster.machine import Cluster

pytestmark = [pytest.mark.cluster, pytest.mark.image]

DOCKERFILE = """\
ARG BASE=docker.io/library/python:3.13-slim-trixie
FROM ${BASE}
RUN test -s /etc/pip.conf && python -m pip --version
COPY say.py /say.py
USER 65532:65532
ENTRYPOINT ["python", "/say.py"]
"""
SAY = """\
import os, pathlib, sys
settings = pathlib.Path("/etc/pip.conf")
print(sys.argv[1:], sys.version_info[:2], os.getuid(), settings.read_text() if settings.exists() else "")
"""


@pytest.mark.timeout(300, func_only=True)  # the very first run makes the base image
def test_an_image_follows_its_sources_and_runs_on_the_node(cluster: Cluster, tmp_path: Path) -> None:
    name = "localhost/readiness-say:1"
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "say.py").write_text("raise SystemExit('outdated')")
    outdated = operator_archive(tmp_path, name)
    (tmp_path / "say.py").write_text(SAY)
    archive = operator_archive(tmp_path, name)
    assert archive != outdated
    cluster.load_image(archive)
    pod = f"say-{os.getpid()}"
    cluster.kubectl("run", pod, f"--image={name}", "--restart=Never", "--", "hello")
    cluster.kubectl("wait", f"pod/{pod}", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s")
    assert cluster.kubectl("logs", pod) == "['hello'] (3, 13) 65532 \n"  # and no pip settings
    cluster.kubectl("delete", "pod", pod, "--wait=false")
