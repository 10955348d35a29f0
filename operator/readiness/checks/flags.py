"""Feature flags: that what is new can be turned off without a release."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import absence
from readiness.checks.evidence.environment import environment_of
from readiness.checks.evidence.values import switch
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    ConfigMap,
    Fail,
    FeatureFlags,
    Finding,
    Pod,
    Severity,
    Snapshot,
    Workload,
)
from readiness.model.records import dataclass

# Variables of providers, as their documentation has them.
_PROVIDER = re.compile(
    r"(?:LAUNCHDARKLY|LD_SDK|UNLEASH|FLAGD|FLAGSMITH|FLIPT|GROWTHBOOK|CONFIGCAT|SPLIT_(?:SDK|API)|OPENFEATURE|STATSIG)"
)
_FLAGS = re.compile(r"(?:^|[-_.])(?:feature|flag|toggle)", re.IGNORECASE)
_ENABLED, _SOURCE = "openfeature.dev/enabled", "openfeature.dev/featureflagsource"


@dataclass(frozen=True, slots=True)
class FlagParameters:
    """Where flags come from."""

    source: Annotated[
        Literal["FeatureFlag", "configMap", "env"] | None, doc("What it must be; any of them unless set.")
    ] = None
    config_map: Annotated[
        Annotated[str, Len(1, 253)] | None, doc("The ConfigMap with the flags; one whose name says so unless set.")
    ] = None


@check(
    "Features can be turned off by flags",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(Pod, ConfigMap, FeatureFlags),
    remedy="Have OpenFeature inject its provider, set the variable of yours, or mount a ConfigMap with the flags.",
)
def feature_flags(workload: Workload, cluster: Snapshot, parameters: FlagParameters) -> Iterator[Finding]:
    """
    Without flags the only way to turn off what is new and broken is to roll back all that came with it.

    Rule: the pod template has the annotations of OpenFeature's operator, and each FeatureFlagSource that they name
    exists; or a container that runs on has a variable of a well-known provider; or the pods refer to a ConfigMap whose
    name speaks of features, flags or toggles, or to configMap. Only source counts where that is set.
    """
    allowed = {"FeatureFlag", "configMap", "env"} if parameters.source is None else {parameters.source}
    asked = switch(workload.pod.annotations.get(_ENABLED, "")) is True and "FeatureFlag" in allowed
    if asked:
        missing = [name for name in _sources(workload) if not _exists(name, workload, cluster)]
        if missing and not cluster.serves(FeatureFlags):
            yield from absence("feature-flags", "OpenFeature's operator", workload, cluster)
        elif missing:
            path = f"{workload.pod.path.removesuffix('.spec')}.metadata.annotations"
            yield Fail(path, f"annotation {_SOURCE} names {missing[0]}, which does not exist")
        return
    names = {reference.to.name for reference in workload.pod.references("ConfigMap")}
    if "configMap" in allowed and any(_has_flags(name, parameters.config_map) for name in names):
        return
    settings = environment_of(workload, cluster).settings
    if "env" in allowed and any(_PROVIDER.match(item.name.upper()) for item in settings if not item.mounted):
        return
    yield Fail("", f"nothing of it names feature flags: {', '.join(_WORDS[word] for word in sorted(allowed))}")


_WORDS = {
    "FeatureFlag": "no annotation of OpenFeature",
    "configMap": "no ConfigMap with flags",
    "env": "no variable of a provider",
}


def _has_flags(name: str, wanted: str | None) -> bool:
    return name == wanted if wanted is not None else _FLAGS.search(name) is not None


def _sources(workload: Workload) -> list[str]:
    told = workload.pod.annotations.get(_SOURCE, "")
    return [part.strip() for part in told.split(",") if part.strip()]


def _exists(name: str, workload: Workload, cluster: Snapshot) -> bool:
    namespace, slash, plain = name.rpartition("/")
    where = namespace if slash else workload.ref.namespace
    found = (item.ref for item in cluster.about(workload, FeatureFlags) if item.ref.kind == "FeatureFlagSource")
    return any((ref.namespace, ref.name) == (where, plain) for ref in found)
