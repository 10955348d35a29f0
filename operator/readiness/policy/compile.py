"""From what a policy says, over what its profile says, to a `Policy` ready to judge by; or all that is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readiness.checks import CATALOGUE, Check
from readiness.model import Probing, Severity
from readiness.model.labels import Expression, Selector
from readiness.policy.compiled import IGNORED_CONTAINERS, Ask, Policy, PolicyRef, Requirement
from readiness.policy.parameters import parameters_of
from readiness.policy.problem import InvalidPolicyError, Problem, nearest
from readiness.policy.profiles import profile

if TYPE_CHECKING:
    from readiness.policy.v1alpha1 import LabelSelector, ReadinessPolicySpec

Raw = dict[str, Any]
_BLOCKING = (Severity.CRITICAL, Severity.HIGH)
_MAX_SPEC_BYTES = 64 * 1024


def compile_profile(name: str, *, policy: str = "") -> Policy:
    """A policy that is a profile and nothing else, as `readiness audit --profile` wants it."""
    ref = PolicyRef("Profile", "", policy or name)
    return Policy(ref=ref, requirements=_requirements(profile(name)["requirements"], _BLOCKING), profile=name)


def compile_policy(ref: PolicyRef, manifest: Mapping[str, Any]) -> Policy:
    """
    The policy of a manifest.

    Raises InvalidPolicyError with every problem found, each at its path.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - the offline audit without policies does without pydantic

    from readiness.policy.problems import problems  # noqa: PLC0415
    from readiness.policy.v1alpha1 import ClusterReadinessPolicySpec, ReadinessPolicySpec  # noqa: PLC0415

    model = ClusterReadinessPolicySpec if ref.kind == "ClusterReadinessPolicy" else ReadinessPolicySpec
    raw = manifest.get("spec")
    if len(str(raw)) > _MAX_SPEC_BYTES:
        raise InvalidPolicyError("InvalidSpec", [Problem("spec", "is larger than 64 KiB")])
    try:
        spec = model.model_validate(raw if raw is not None else {})
    except ValidationError as error:
        raise InvalidPolicyError("InvalidSpec", problems(error, model)) from error
    metadata = manifest.get("metadata") or {}
    return Policy(
        ref=ref,
        requirements=_requirements(_merged(spec), spec.blocking_severities),
        uid=metadata.get("uid", ""),
        generation=metadata.get("generation", 0),
        selector=_selector(spec.selector),
        namespace_selector=_selector(getattr(spec, "namespace_selector", None)),
        kinds=frozenset(spec.kinds),
        ignored=frozenset(IGNORED_CONTAINERS if spec.ignore_containers is None else spec.ignore_containers),
        probing=_probing(spec),
        interval=spec.interval.seconds,
        suspended=spec.suspend,
        profile=spec.profile.name if spec.profile else "",
    )


def _merged(spec: "ReadinessPolicySpec") -> list[Raw]:
    """The policy's requirements over the profile's: by name, field by field; a list replaces. Order: profile first."""
    lines: dict[str, Raw] = {}
    if spec.profile is not None:
        lines = {item["name"]: item for item in profile(spec.profile.name)["requirements"]}
    for item in spec.requirements:
        own = item.model_dump(mode="json", by_alias=True, exclude_none=True)
        lines[item.name] = {**lines.get(item.name, {}), **own}
    return [line for line in lines.values() if not line.get("disabled")]


def _requirements(lines: Iterable[Raw], blocking: Iterable[Severity]) -> tuple[Requirement, ...]:
    found: list[Requirement] = []
    wrong: list[Problem] = []
    unknown: list[Problem] = []
    severities = frozenset(blocking)
    for line in lines:
        where = f"spec.requirements[{line['name']}]"
        asks = []
        for call, at in _calls(line, where):
            check = CATALOGUE.get(call["id"])
            if check is None:
                message = f'there is no check "{call["id"]}"{nearest(call["id"], CATALOGUE.checks)}'
                unknown.append(Problem(at if at == f"{where}.name" else f"{at}.id", message))
                continue
            ask = _ask(check, call, at, wrong)
            if ask is not None:
                asks.append(ask)
        if asks:
            found.append(_requirement(line, tuple(asks), severities))
    if wrong or unknown:
        raise InvalidPolicyError("UnknownCheck" if unknown else "InvalidSpec", unknown + wrong)
    return tuple(found)


def _calls(line: Raw, where: str) -> Iterator[tuple[Raw, str]]:
    """The checks of a requirement with their paths; without a list: the check of the requirement's name."""
    calls = line.get("checks")
    if not calls:
        yield {"id": line["name"]}, f"{where}.name"
    for number, call in enumerate(calls or ()):
        yield call, f"{where}.checks[{number}]"


def _ask(check: Check, call: Raw, at: str, wrong: list[Problem]) -> Ask | None:
    given = call.get("parameters") or {}
    try:
        return Ask(check, call.get("name") or check.id, parameters_of(check, given))
    except ValueError as error:  # pydantic's ValidationError is one
        wrong += _parameter_problems(check, error, f"{at.removesuffix('.name')}.parameters")
        return None


def _parameter_problems(check: Check, error: ValueError, at: str) -> list[Problem]:
    from pydantic import ValidationError  # noqa: PLC0415

    from readiness.policy.parameters import adapter  # noqa: PLC0415
    from readiness.policy.problems import problems  # noqa: PLC0415

    if not isinstance(error, ValidationError):
        raise error
    known = adapter(check.parameters).json_schema(by_alias=True).get("properties", {})
    return problems(error, tuple(known), at)


def _requirement(line: Raw, asks: tuple[Ask, ...], blocking: frozenset[Severity]) -> Requirement:
    declared = line.get("severity")
    severity = Severity(declared) if declared else Severity.highest(ask.check.severity for ask in asks)
    title = line.get("title") or (asks[0].check.title if len(asks) == 1 else line["name"])
    return Requirement(
        name=line["name"],
        title=title,
        severity=severity,
        blocking=severity in blocking,
        asks=asks,
        match_any=line.get("match") == "Any",
    )


def _selector(selector: "LabelSelector | None") -> Selector:
    if selector is None:
        return Selector()
    return Selector(
        pairs=tuple(sorted(selector.match_labels.items())),
        expressions=tuple(Expression(item.key, item.operator, item.values) for item in selector.match_expressions),
    )


def _probing(spec: "ReadinessPolicySpec") -> Probing:
    probing = spec.probing
    return Probing(
        enabled=probing.mode != "Disabled",
        interval=probing.interval.seconds,
        timeout=probing.timeout.seconds,
        pods=probing.pods_per_workload,
        failure_threshold=probing.failure_threshold,
    )
