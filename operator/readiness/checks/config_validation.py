"""Configuration: that all of it is there that is needed, and can be read."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.documents import content_of
from readiness.checks.evidence.environment import Environment, Name, environment_of
from readiness.checks.parameters.limits import Len, doc
from readiness.checks.parameters.schema import Schema, faults
from readiness.model import Category, ConfigMap, Fail, Finding, Severity, Skip, Snapshot, Unknown, Workload
from readiness.model.container import Reference
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

_MOST_FAULTS = 10  # of a document


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
        Schema | None,
        doc("A JSON Schema, as text, that the documents must satisfy; without $ref and patternProperties."),
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
    key that is not optional resolves, and to configMap and key, if set; each key that ends with .json, .toml or .env of
    the ConfigMaps in use can be parsed, and satisfies the schema, those of configMap and key alone where they are set.
    Values in Secrets are not judged; YAML, documents above 16 KiB and those with a credential are not kept: whether
    they satisfy a schema is unknown.
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
        if parameters.schema is not None and config is not None and parameters.config_map in (None, name):
            yield from _unsatisfied(parameters.schema, parameters.key, name, config)


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


def _unsatisfied(schema: str, wanted: str | None, name: str, config: ConfigMap) -> Iterator[Finding]:
    """What of the documents of a ConfigMap breaks the schema; values are not told."""
    broken = {key for key, _ in config.malformed}
    for key in config.documents if wanted is None else [wanted]:
        if key in config.documents:
            found = islice(faults(schema, content_of(key, config.documents[key])), _MOST_FAULTS)
            yield from (Fail("", f"key {key} of ConfigMap {name} breaks the schema: {fault}") for fault in found)
        elif key in config.settings and key not in broken:
            yield Unknown(f"whether key {key} of ConfigMap {name} satisfies the schema is not known: it is not kept")
    if wanted is None and not config.documents:
        yield Unknown(f"no document of ConfigMap {name} that a schema could judge is kept")
