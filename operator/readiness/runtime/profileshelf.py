"""The profiles that teams keep in ConfigMaps, and which of them the policies of a namespace find."""

from readiness.model import ConfigMap, Ref
from readiness.policy.profiles.own import Find, OwnProfile, finder, read


class ProfileShelf:
    """
    Profiles by their ConfigMaps.

    Those of the operator's own namespace, `home`, are for every policy, and go before a namespace's own.
    """

    def __init__(self, home: str) -> None:
        self._home = home
        self._profiles: dict[str, dict[Ref, OwnProfile]] = {}

    def saw(self, old: ConfigMap | None, new: ConfigMap | None) -> str | None:
        """Take in a change of a ConfigMap; returns the namespace whose policies it concerns, "" for all."""
        record = new or old
        if record is None or (old.profile if old else "") == (new.profile if new else ""):
            return None
        ref = record.ref
        shelf = self._profiles.setdefault(ref.namespace, {})
        if new is not None and new.profile:
            shelf[ref] = read(new.profile, f"ConfigMap {ref.namespace}/{ref.name}", ref.name)
        else:
            shelf.pop(ref, None)
        return "" if ref.namespace == self._home else ref.namespace

    def finder(self, namespace: str) -> Find:
        """What a policy of a namespace finds; those of no namespace find the operator's."""
        common = list(self._profiles.get(self._home, {}).values())
        taken = {item.name for item in common}
        own = self._profiles.get(namespace, {}).values() if namespace != self._home else ()
        return finder([*common, *(item for item in own if item.name not in taken)])
