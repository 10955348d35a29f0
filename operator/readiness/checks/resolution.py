"""Resolution: how pods find the names and addresses of others."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import Edit, Fix, put
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.model import Category, Fail, Finding, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass

_DEFAULT_NDOTS = 5  # what kubelet writes for dnsPolicy ClusterFirst


@check(
    "Pods have no addresses of others written in",
    severity=Severity.LOW,
    category=Category.NETWORKING,
    remedy="Remove hostAliases, and name the other side by a Service or in DNS.",
)
def no_host_aliases(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    An address in hostAliases stays when its owner moves, and DNS never gets a word in: who debugs it looks elsewhere.

    Rule: the pod spec has no hostAliases.
    """
    if workload.pod.host_aliases:
        yield Fail(f"{workload.pod.path}.hostAliases", "hostAliases are set")


@check(
    "No variables of Services are injected",
    severity=Severity.INFO,
    category=Category.NETWORKING,
    remedy="Set enableServiceLinks: false, and find Services by their DNS names.",
    fix=put(value=False, risk="programs that find Services by variables such as CART_SERVICE_HOST"),
)
def no_service_links(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Each Service of the namespace puts seven variables into every container: REDIS_PORT is a URL then, and no number.

    Rule: enableServiceLinks is false; absent means true.
    """
    links = workload.pod.service_links
    if links is not False:
        state = "true" if links else "not set"
        yield Fail(f"{workload.pod.path}.enableServiceLinks", f"enableServiceLinks is {state}")


@dataclass(frozen=True, slots=True)
class NdotsParameters:
    """How many dots make a name complete."""

    most: Annotated[int, Ge(0), Le(15), doc("The highest ndots that passes.")] = 2


def _with_ndots(_workload: Workload, fail: Fail, parameters: NdotsParameters) -> Iterator[Edit]:
    yield Edit(f"{fail.path}[ndots].value", str(parameters.most))


@check(
    "Names resolve without needless queries",
    severity=Severity.INFO,
    category=Category.PERFORMANCE,
    remedy="Add the option ndots with value 2 to dnsConfig.options, or end external names with a dot.",
    fix=Fix(_with_ndots),
)
def dns_ndots(workload: Workload, _cluster: Snapshot, parameters: NdotsParameters) -> Iterator[Finding]:
    """
    With the default ndots of 5 each external name is looked up four times in the cluster's domains before itself.

    Rule: the option ndots of dnsConfig is set and at most `most`. Pods on the host's network are left out: they
    resolve as their node does.
    """
    pod = workload.pod
    if pod.host_network:
        yield Skip("pods on the host's network resolve names as their node does")
        return
    text = pod.dns_options.get("ndots", "")
    ndots = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else _DEFAULT_NDOTS  # noqa: PLR2004
    if ndots > parameters.most:
        yield Fail(f"{pod.path}.dnsConfig.options", f"ndots is {ndots}, above {parameters.most}")
