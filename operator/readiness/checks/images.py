"""Images: what says which program runs."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Fail, Finding, PodSpec, ServiceAccount, Severity, Skip, Snapshot, Workload
from readiness.model.image import digest, repository, tag
from readiness.model.records import dataclass


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
        if digest(image):
            continue
        if not image:
            yield Fail(path, f"{owner} names no image")
        elif parameters.require_digest:
            yield Fail(path, f"image {image} of {owner} has no digest")
        elif (named := tag(image)) in ("", "latest"):
            yield Fail(path, f"image {image} of {owner} has {'tag latest' if named else 'no tag, which means latest'}")


@dataclass(frozen=True, slots=True)
class PullParameters:
    """When the registry must be asked."""

    allowed: Annotated[
        tuple[Literal["Always", "IfNotPresent", "Never"], ...], Len(1, 3), doc("The pull policies that pass.")
    ] = ("Always",)
    accept_digest: Annotated[bool, doc("An image that is named by digest passes: it cannot change.")] = True


def _allowed(_workload: Workload, fail: Fail, parameters: PullParameters) -> Iterator[Edit]:
    yield Edit(fail.path, "Always" if "Always" in parameters.allowed else parameters.allowed[0])


@check(
    "Images are pulled anew unless they cannot change",
    severity=Severity.LOW,
    category=Category.IMAGES,
    remedy="Set imagePullPolicy: Always, or better name each image by digest.",
    fix=Fix(_allowed, risk="pods whose image is on their nodes only, or whose registry is down"),
)
def image_pull_policy(workload: Workload, _cluster: Snapshot, parameters: PullParameters) -> Iterator[Finding]:
    """
    A cached image may be an older one of the same tag, and whoever runs on that node needs no right to pull it.

    Rule: imagePullPolicy of every container is one of allowed, or the image is named by digest. Absent it is Always
    for the tag latest and for no tag, else IfNotPresent, as Kubernetes fills it in.
    """
    for container in workload.pod.declared_containers:
        if parameters.accept_digest and digest(container.image):
            continue
        moving = not digest(container.image) and tag(container.image) in ("", "latest")
        policy = container.pull_policy or ("Always" if moving else "IfNotPresent")
        if policy not in parameters.allowed:
            message = f"the imagePullPolicy of container {container.name} is {policy}"
            yield Fail(f"{container.path}.imagePullPolicy", message)


@dataclass(frozen=True, slots=True)
class RegistryParameters:
    """Where images may come from."""

    registries: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...],
        Len(1, 64),
        doc("Registries, with or without a path: registry.shop.example, *.shop.example, docker.io/library."),
    ]


@check(
    "Images come from known registries",
    severity=Severity.MEDIUM,
    category=Category.IMAGES,
    remedy="Pull the image through, or copy it to, one of the registries that the policy lists.",
)
def allowed_registries(workload: Workload, _cluster: Snapshot, parameters: RegistryParameters) -> Iterator[Finding]:
    """
    Anybody may publish anything under a name that looks right: what nobody scanned or mirrored runs next to your data.

    Rule: every image, image volumes included, lies in one of registries, compared part by part: shop.example/team does
    not allow shop.example/teamwork, and *.shop.example allows every host below shop.example. A name without a registry
    is one of docker.io, and of docker.io/library when it has a single part.
    """
    for path, owner, image in _images(workload.pod):
        parts = repository(image)
        if not any(_lies_in(parts, registry) for registry in parameters.registries):
            yield Fail(path, f"image {image} of {owner} is from {parts[0]}, in none of the listed registries")


@dataclass(frozen=True, slots=True)
class DeniedParameters:
    """What must not run any more."""

    names: Annotated[
        tuple[Annotated[str, Len(1, 128)], ...], Len(1, 64), doc("Ends of names of images, without the tag.")
    ] = ("tiller", "ingress-nginx/controller")


@check(
    "No image is one that nobody wants to run",
    severity=Severity.HIGH,
    category=Category.IMAGES,
    remedy="Remove the workload, or replace the program by its successor.",
)
def no_denied_images(workload: Workload, _cluster: Snapshot, parameters: DeniedParameters) -> Iterator[Finding]:
    """
    Some programs are a hole where they run: Tiller gives everybody the cluster, and ingress-nginx gets no more fixes.

    Rule: no image's name, without tag and digest, ends with the parts of one of names: `tiller`, or `helm/tiller`.
    The community's ingress-nginx was retired in March 2026; Helm 2 with its Tiller in November 2020.
    """
    for path, owner, image in _images(workload.pod):
        parts = repository(image)
        if any(parts[-len(end) :] == end for end in map(_parts, parameters.names)):
            yield Fail(path, f"{owner} runs {image}")


def _parts(name: str) -> tuple[str, ...]:
    return tuple(name.split("/"))


@dataclass(frozen=True, slots=True)
class CredentialParameters:
    """Which registries ask nobody who he is."""

    public: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...],
        Len(0, 64),
        doc("Registries whose images need no credentials, written as in allowed-registries."),
    ] = ()


@check(
    "Images are pulled with credentials",
    severity=Severity.INFO,
    category=Category.IMAGES,
    kind=Kind.RELATION,
    reads=(ServiceAccount,),
    remedy="Name a pull secret in imagePullSecrets of the pod or of its ServiceAccount.",
)
def image_pull_secrets(workload: Workload, cluster: Snapshot, parameters: CredentialParameters) -> Iterator[Finding]:
    """
    Without credentials of its own a pull counts against a quota that all share, and fails when that is used up.

    Rule: the pod, or the ServiceAccount it runs as, names an imagePullSecret, unless all images are from registries
    listed as public. Credentials that nodes bring along are not seen from here.
    """
    pod = workload.pod
    private = [
        item for item in _images(pod) if not any(_lies_in(repository(item[2]), name) for name in parameters.public)
    ]
    if not private:
        yield Skip("all its images are public")
        return
    account = cluster.service_account_of(workload)
    if not pod.image_pull_secrets and not (account is not None and account.image_pull_secrets):
        _, owner, image = private[0]
        yield Fail(f"{pod.path}.imagePullSecrets", f"image {image} of {owner} is pulled without a secret")


def _images(pod: PodSpec) -> Iterator[tuple[str, str, str]]:
    for container in pod.declared_containers:
        yield f"{container.path}.image", f"container {container.name}", container.image
    for volume in pod.volumes:
        if volume.kind == "image":
            yield f"{pod.path}.volumes[{volume.name}].image.reference", f"volume {volume.name}", volume.image


def _lies_in(parts: tuple[str, ...], registry: str) -> bool:
    host, *path = registry.rstrip("/").split("/")
    below = parts[0].endswith(host[1:]) if host.startswith("*.") else parts[0] == host
    return below and list(parts[1 : len(path) + 1]) == path
