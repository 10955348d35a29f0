"""Default credentials: what everybody tries first."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import Setting, environment_of
from readiness.checks.evidence.values import address
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, ConfigMap, Fail, Finding, Severity, Snapshot, Workload
from readiness.model.credentials import DEFAULTS, Meaning, meaning
from readiness.model.records import dataclass

_PROMISES = frozenset({Meaning.PASSWORD, Meaning.SECRET, Meaning.LOGIN, Meaning.HINT})


@dataclass(frozen=True, slots=True)
class DeniedParameters:
    """Which values are known to everybody."""

    denied: Annotated[
        tuple[Annotated[str, Len(1, 128)], ...], Len(1, 256), doc("Values that no credential has, in any case.")
    ] = ("changeme", "guest", "admin", "password", "secret", "your-secret-key", "dev-secret")


@check(
    "No default or sample credentials",
    severity=Severity.CRITICAL,
    category=Category.SECRETS,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Put a random value into a Secret, refer to it, and change the credential at the service that it opens.",
)
def no_default_credentials(workload: Workload, cluster: Snapshot, parameters: DeniedParameters) -> Iterator[Finding]:
    """
    Default passwords are the first that scanners try, minutes after something becomes reachable.

    Rule: no variable of a container, init containers included, and no key of a mounted ConfigMap, that is named like a
    credential has one of denied as its value, and no URL has it as its password. Values of Secrets are not read.
    """
    denied = {word.lower() for word in parameters.denied}
    for setting in environment_of(workload, cluster, every=True).settings:
        if _password(setting).lower() in denied:
            yield Fail(setting.path, f"{setting} is a default that everybody knows")
        elif _is_untold(setting) and not denied <= DEFAULTS:
            yield setting.unknown()


def _password(setting: Setting) -> str:
    """The credential that a setting has, as far as it is told; empty when it is none."""
    value = setting.known or ""
    url = address(value)
    if url is not None:
        return url.password or ""
    return value if meaning(setting.name) in _PROMISES else ""


def _is_untold(setting: Setting) -> bool:
    """Whether it is a credential of a ConfigMap: of those only the best-known words are kept."""
    of_config = setting.source is not None and setting.source.kind == "ConfigMap"
    return of_config and setting.value is None and meaning(setting.name) in _PROMISES
