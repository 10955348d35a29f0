"""Builds: whether an attestation is about what the workload runs."""

import re
from collections.abc import Iterator
from typing import Any

from readiness.checks.parameters.bounds import told, words
from readiness.model import Finding, Workload
from readiness.model.claims import Attestation
from readiness.model.image import tag

_SAID = ("commit", "revision", "tag", "version")
_LABELS = ("org.opencontainers.image.revision", "org.opencontainers.image.version", "app.kubernetes.io/version")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def bound_to_build(attestation: Attestation, workload: Workload, parameters: Any) -> Iterator[Finding]:
    """With bindToImage: it names an image, which runs as it counts, or else the commit or tag of one that runs."""
    if not parameters.bind_to_image or attestation.image:
        return
    said = words(attestation, _SAID)
    if not said:
        yield told(attestation, "names no image, commit or tag")
    elif not any(_is_same(one, other) for one in said for other in _versions(workload)):
        yield told(attestation, f"is about {', '.join(sorted(said))}, which is not what runs")


def _versions(workload: Workload) -> Iterator[str]:
    """The tags of its images, and what labels and annotations of it and its pods say of revision and version."""
    pod = workload.pod
    yield from (tag(container.image) for container in pod.declared_containers)
    for said in (workload.labels, workload.annotations, pod.labels, pod.annotations):
        yield from (said[key] for key in _LABELS if key in said)


def _is_same(said: str, runs: str) -> bool:
    """Whether two words name one build; a commit may be cut short, and have the `sha-` of some registries before it."""
    one, other = said.removeprefix("sha-"), runs.removeprefix("sha-")
    if _COMMIT.fullmatch(one) and _COMMIT.fullmatch(other):
        return one.startswith(other) or other.startswith(one)
    return one == other
