"""Images: what says which program runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import doc

from readiness.checks.check import check
from readiness.model import Category, Fail, Finding, PodSpec, Severity, Snapshot, Workload


@dataclass(frozen=True, slots=True)
class PinParameters:
    """How firmly images must be pinned."""

    require_digest: Annotated[bool, doc("Every image must be named by digest, not only by tag.")] = False


@check(
    "Images are pinned",
    severity=Severity.HIGH,
    category=Category.IMAGES,
    remedy="Name a release tag, or better the digest, of each image.",
)
def image_tag_pinned(workload: Workload, _cluster: Snapshot, parameters: PinParameters) -> Iterator[Finding]:
    """
    Under `latest` two pods of one rollout may run two programs, and rolling back brings back the same broken one.

    Rule: every image, of containers, init containers, sidecars and image volumes, has a tag other than latest, or a
    digest, which overrules the tag. With requireDigest only a digest will do.
    """
    for path, owner, image in _images(workload.pod):
        tag = _tag(image)
        if _is_digest(image):
            continue
        if not image:
            yield Fail(path, f"{owner} names no image")
        elif parameters.require_digest:
            yield Fail(path, f"image {image} of {owner} has no digest")
        elif tag in ("", "latest"):
            yield Fail(path, f"image {image} of {owner} has {'tag latest' if tag else 'no tag, which means latest'}")


def _images(pod: PodSpec) -> Iterator[tuple[str, str, str]]:
    for container in pod.declared_containers:
        yield f"{container.path}.image", f"container {container.name}", container.image
    for volume in pod.volumes:
        if volume.kind == "image":
            yield f"{pod.path}.volumes[{volume.name}].image.reference", f"volume {volume.name}", volume.image


def _is_digest(image: str) -> bool:
    _, at, digest = image.partition("@")
    return bool(at) and ":" in digest


def _tag(image: str) -> str:
    """The tag of an image name, empty when it has none; a colon before the last slash belongs to a port."""
    return image.rpartition("/")[2].partition(":")[2]
