"""Configuration: that all of it is there that is needed, and can be read."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import Environment, Name, environment_of
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, ConfigMap, Fail, Finding, Severity, Skip, Snapshot, Unknown, Workload
from readiness.model.container import Reference
from readiness.model.reasons import Reason
from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class ConfigParameters:
    """What must be set, and which document must be there."""

    required: Annotated[
        tuple[Name, ...], Len(0, 64), doc("Variables or keys of mounted ConfigMaps that must be set, as POSTGRESQL_*.")
    ] = ()
    config_map: Annotated[
        Annotated[str, Len(1, 253)] | None,
        doc("A ConfigMap that must be there; those that are referred to unless set."),
    ] = None
    key: Annotated[Annotated[str, Len(1, 253)] | None, doc("A key that it must have.")] = None
    schema: Annotated[
        Annotated[str, Len(1, 65_536)] | None,
        doc("A JSON Schema that the document must satisfy: as no document is kept, whether it does is unknown."),
    ] = None


@check(
    "Configuration is complete and can be read",
    severity=Severity.HIGH,
    category=Category.LIFECYCLE,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Add the missing ConfigMap, key or variable, and mend what cannot be parsed.",
)
def config_validation(workload: Workload, cluster: Snapshot, parameters: ConfigParameters) -> Iterator[Finding]:
    """
    A setting that is missing shows when it is first needed, which may be in the night after the deployment.

    Rule: each of required is set, and not empty, for a container that runs on; every reference to a ConfigMap or its
    key that is not optional resolves, and to configMap and key, if set; and each key that ends with .json, .toml or
    .env of the ConfigMaps in use can be parsed. Values in Secrets, YAML, and whether a document satisfies the schema
    are not judged: with schema that stays unknown, and can be attested where the requirement is attestable.
    """
    references = list(workload.pod.references("ConfigMap"))
    if not references and not parameters.required and parameters.config_map is None:
        yield Skip("it refers to no ConfigMap, and the policy requires no variable")
        return
    yield from _required(environment_of(workload, cluster), parameters.required)
    names = dict.fromkeys(reference.to.name for reference in references)
    for reference in references:
        yield from _unresolved(reference, workload, cluster)
    if parameters.config_map is not None:
        names[parameters.config_map] = None
        yield from _document(parameters.config_map, parameters.key, workload, cluster)
    for name in names:
        config = cluster.config_map(workload.ref.namespace, name)
        for key, place in config.malformed if config is not None else ():
            yield Fail("", f"key {key} of ConfigMap {name} cannot be parsed: {place}")
    if parameters.schema is not None:
        yield Unknown("whether a document satisfies the schema is not looked at yet: validate it in CI, and attest it")


def _required(environment: Environment, names: tuple[str, ...]) -> Iterator[Finding]:
    for name in names:
        found = environment.named(name)
        if not found:
            yield environment.lack(name)
        for setting in found:
            if setting.known == "":
                yield Fail(setting.path, f"{setting} is empty")


def _unresolved(reference: Reference, workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    wanted = reference.to
    if wanted.optional:
        return
    config = cluster.config_map(workload.ref.namespace, wanted.name)
    if config is None:
        yield _missing(reference.path, wanted.name, cluster)
    elif wanted.key and wanted.key not in config.settings:
        yield Fail(reference.path, f"ConfigMap {wanted.name} has no key {wanted.key}")


def _document(name: str, key: str | None, workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    config = cluster.config_map(workload.ref.namespace, name)
    if config is None:
        yield _missing("", name, cluster)
    elif key is not None and key not in config.settings:
        yield Fail("", f"ConfigMap {name} has no key {key}")


def _missing(path: str, name: str, cluster: Snapshot) -> Finding:
    if cluster.live:
        return Fail(path, f"ConfigMap {name} does not exist")
    return Unknown(f"ConfigMap {name} is not among the manifests", Reason.NOT_EVALUATED)
