"""Names of container images, taken apart, and whether two of them mean the same image."""

_DEFAULT_REGISTRY = "docker.io"  # of an image whose name has none


def digest(image: str) -> str:
    """The digest in an image name, such as `sha256:…`; empty where there is none."""
    _, _, found = image.partition("@")
    return found if ":" in found else ""


def tag(image: str) -> str:
    """The tag of an image name, empty when it has none; a colon before the last slash belongs to a port."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def repository(image: str) -> tuple[str, ...]:
    """
    The registry of an image and the parts of its path, without tag and digest.

    Source: distribution/reference: the first part is a registry when it has a dot or a port, or is localhost.
    """
    first, slash, rest = image.partition("@")[0].partition("/")
    if not slash:
        return _DEFAULT_REGISTRY, "library", first.partition(":")[0]
    if not ("." in first or ":" in first or first == "localhost"):
        first, rest = _DEFAULT_REGISTRY, f"{first}/{rest}"
    *folders, name = rest.split("/")
    return first, *folders, name.partition(":")[0]


def is_same(wanted: str, image: str, image_id: str = "") -> bool:
    """
    Whether a container whose spec names `image`, and whose runtime calls it `image_id`, has the wanted image.

    A digest says what is in an image wherever it was pulled from, so names count only where none is wanted.
    """
    if pinned := digest(wanted):
        return pinned in (digest(image), digest(image_id) or image_id)  # never pulled: the runtime tells a digest alone
    named, asked = tag(image) or ("" if digest(image) else "latest"), tag(wanted) or "latest"
    return named == asked and repository(image) == repository(wanted)
