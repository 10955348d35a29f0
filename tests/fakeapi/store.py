"""The state of the fake API server: objects of any kind, their versions, the history that watches replay."""

import asyncio
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

Object = dict[str, Any]
_SERVERS = ("uid", "creationTimestamp", "resourceVersion", "generation")  # metadata that a client cannot change


class Refused(Exception):  # noqa: N818 - an answer, not an error of the fake
    """What a real API server would answer with a metav1.Status."""

    def __init__(self, status: int, reason: str, message: str = "", *, causes: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.document: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "code": status,
            "reason": reason,
            "message": message or reason,
            "details": {"causes": [{"reason": cause} for cause in causes]},
        }
        self.status = status


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names: a collection, an object in it, or a subresource of that."""

    collection: str  # cluster-wide path of the kind: /apis/apps/v1/deployments
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @classmethod
    def of(cls, path: str) -> Self:
        """Read /api/v1/... and /apis/group/version/..., with or without a namespace."""
        parts = path.strip("/").split("/")
        prefix, rest = (parts[:2], parts[2:]) if parts[0] == "api" else (parts[:3], parts[3:])
        namespace = ""
        if rest[:1] == ["namespaces"] and len(rest) > 2:  # else a Namespace itself is meant
            namespace, rest = rest[1], rest[2:]
        if not rest:
            raise Refused(404, "NotFound", f"{path} is no resource")
        plural, name, subresource = (*rest, "", "")[:3]
        return cls("/" + "/".join([*prefix, plural]), namespace, name, subresource)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history; `old` is the object before, None at its creation."""

    version: int
    type: str
    collection: str
    object: Object
    old: Object | None


@dataclass
class Store:
    """Objects by collection and by (namespace, name), with one version counter as etcd has it."""

    version: int = 1
    compacted: int = 0
    objects: dict[str, dict[tuple[str, str], Object]] = field(default_factory=dict)
    history: list[Change] = field(default_factory=list)
    followers: list[asyncio.Queue[Change]] = field(default_factory=list)

    def put(self, collection: str, *objects: Object) -> None:
        """Create or replace objects as some other client would, without checks."""
        for each in objects:
            self._commit(collection, each, "MODIFIED" if self._find(collection, each) else "ADDED")

    def remove(self, collection: str, name: str, namespace: str = "", *, silently: bool = False) -> None:
        """Delete as some other client would; `silently` leaves no trace in the history."""
        gone = self.objects[collection].pop((namespace, name))
        self.version += 1
        if not silently:
            self._tell(Change(self.version, "DELETED", collection, _at_version(gone, self.version), gone))

    def get(self, target: Target) -> Object:
        """Return one object."""
        found = self.objects.get(target.collection, {}).get((target.namespace, target.name))
        if found is None:
            raise Refused(404, "NotFound", f'{target.collection} "{target.name}" not found')
        return found

    def all(self, collection: str, namespace: str = "") -> list[Object]:
        """Return the objects of a collection in etcd's order, of one namespace or of all."""
        held = self.objects.get(collection, {})
        return [held[key] for key in sorted(held) if not namespace or key[0] == namespace]

    def create(self, target: Target, body: Object) -> Object:
        """Create an object; a taken name is refused."""
        body = {**body, "metadata": {**body["metadata"]}}
        metadata = body["metadata"]
        if target.namespace:
            metadata["namespace"] = target.namespace
        if "name" not in metadata:
            metadata["name"] = f"{metadata['generateName']}{uuid.uuid4().hex[:5]}"
        if metadata.pop("resourceVersion", ""):
            raise Refused(400, "BadRequest", "resourceVersion should not be set on objects to be created")
        if self._find(target.collection, body) is not None:
            raise Refused(409, "AlreadyExists", f'"{metadata["name"]}" already exists')
        return self._commit(target.collection, body, "ADDED")

    def replace(self, target: Target, body: Object) -> Object:
        """Replace an object, or only its status; another version or uid than the current one is refused."""
        current = self.get(target)
        for name in ("resourceVersion", "uid"):
            expected = body["metadata"].get(name)
            if expected and expected != current["metadata"][name]:
                raise Refused(409, "Conflict", "the object has been modified; please apply your changes")
        if target.subresource:
            body = {**current, target.subresource: body.get(target.subresource)}
        kept = {name: current["metadata"][name] for name in _SERVERS if name in current["metadata"]}
        body = {**body, "metadata": {**body["metadata"], **kept}}
        if body == current:
            return current  # a write that changes nothing makes no new version
        return self._commit(target.collection, body, "MODIFIED")

    def apply(self, target: Target, patch: Object) -> Object:
        """Merge a patch into an object, lists as atoms; replace a subresource; create the object when it is absent."""
        try:
            current = self.get(target)
        except Refused:
            if target.subresource:
                raise
            return self.create(target, patch)
        if target.subresource:  # applied by its one manager: what that no longer says goes
            return self.replace(target, patch)
        return self.replace(target, _merged(current, patch))

    def delete(self, target: Target, preconditions: Object) -> Object:
        """Delete an object; unmet preconditions (uid, resourceVersion) are refused."""
        current = self.get(target)
        for name, expected in preconditions.items():
            if current["metadata"][name] != expected:
                raise Refused(409, "Conflict", f"the {name} in the precondition does not match")
        self.remove(target.collection, target.name, target.namespace)
        return current

    def compact(self) -> None:
        """Forget the history: every older version and every continue token is gone."""
        self.version += 1
        self.compacted = self.version
        self.history.clear()

    def since(self, version: int) -> Iterator[Change]:
        """Yield the changes after a version."""
        if version < self.compacted:
            raise Refused(410, "Expired", f"too old resource version: {version} ({self.compacted})")
        return (each for each in tuple(self.history) if each.version > version)

    def _find(self, collection: str, each: Object) -> Object | None:
        return self.objects.get(collection, {}).get(_key(each))

    def _commit(self, collection: str, each: Object, kind: str) -> Object:
        self.version += 1
        old = self._find(collection, each)
        before = (old or {}).get("metadata", {})
        stored = _at_version(each, self.version)
        metadata = stored["metadata"]
        metadata.setdefault("uid", before.get("uid") or str(uuid.uuid4()))
        metadata.setdefault("creationTimestamp", "2026-01-01T00:00:00Z")
        moved = old is not None and old.get("spec") != stored.get("spec")
        metadata["generation"] = before.get("generation", metadata.get("generation", 1)) + moved
        self.objects.setdefault(collection, {})[_key(stored)] = stored
        self._tell(Change(self.version, kind, collection, stored, old))
        return stored

    def _tell(self, change: Change) -> None:
        self.history.append(change)
        for follower in self.followers:
            follower.put_nowait(change)


def selected(objects: Iterable[Object], labels: str, fields: str) -> list[Object]:
    """Filter by label and field selectors, equality only."""
    return [each for each in objects if _matches(each, labels, fields)]


def _matches(each: Object, labels: str, fields: str) -> bool:
    def equals(term: str, values: Object) -> bool:
        name, _, expected = term.partition("=")
        return str(values.get(name, "")) == expected.removeprefix("=")

    flat = {f"metadata.{name}": value for name, value in each["metadata"].items()}
    flat |= {f"status.{name}": value for name, value in (each.get("status") or {}).items()}
    held = each["metadata"].get("labels") or {}
    return all(equals(term, held) for term in filter(None, labels.split(","))) and all(
        equals(term, flat) for term in filter(None, fields.split(","))
    )


def _key(each: Object) -> tuple[str, str]:
    return each["metadata"].get("namespace", ""), each["metadata"]["name"]


def _at_version(each: Object, version: int) -> Object:
    return {**each, "metadata": {**each["metadata"], "resourceVersion": str(version)}}


def _merged(current: Any, patch: Any) -> Any:
    if not isinstance(current, dict) or not isinstance(patch, dict):
        return patch
    return {**current, **{name: _merged(current.get(name), value) for name, value in patch.items()}}
