"""From what a policy says, over what its profile says, to a `Policy` ready to judge by; or all that is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readiness.checks import CATALOGUE, Check
from readiness.model import Probing, Severity
from readiness.model.labels import Expression, Selector
from readiness.model.reasons import Reason
from readiness.policy.compiled import IGNORED_CONTAINERS, Ask, Policy, PolicyRef, Requirement
from readiness.policy.parameters import parameters_of
from readiness.policy.problem import InvalidPolicyError, Problem, nearest
from readiness.policy.profiles import profile

if TYPE_CHECKING:
    from readiness.policy.v1alpha1 import LabelSelector, ReadinessPolicySpec

Raw = dict[str, Any]
_BLOCKING = (Severity.CRITICAL, Severity.HIGH)
_MAX_SPEC = 64 * 1024  # characters
_MAX_REQUIREMENTS = 256  # what a report has room for


def compile_profile(name: str, *, policy: str = "") -> Policy:
    """A policy that is a profile and nothing else, as `readiness audit --profile` wants it."""
    ref = PolicyRef("Profile", "", policy or name)
    lines = {line["name"]: _Line(line, f"profile {name}: {line['name']}") for line in profile(name)["requirements"]}
    return Policy(ref=ref, requirements=_requirements(lines.values(), _BLOCKING), profile=name)


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
    _bound(raw)
    try:
        spec = model.model_validate(raw if raw is not None else {})
    except ValidationError as error:
        raise InvalidPolicyError(Reason.INVALID_SPEC, problems(error, model)) from error
    metadata = manifest.get("metadata") or {}
    return Policy(
        ref=ref,
        requirements=_requirements(_merged(spec), spec.blocking_severities),
        uid=metadata.get("uid", ""),
        generation=metadata.get("generation", 0),
        selector=_selector(spec.selector),
        namespace_selector=_selector(getattr(spec, "namespace_selector", None)),
        kinds=frozenset(kind.removesuffix(".apps").removesuffix(".batch") for kind in spec.kinds),
        ignored=frozenset(IGNORED_CONTAINERS if spec.ignore_containers is None else spec.ignore_containers),
        probing=_probing(spec),
        interval=spec.interval.seconds,
        suspended=spec.suspend,
        profile=spec.profile.name if spec.profile else "",
    )


def _bound(raw: Any) -> None:
    try:
        size = len(str(raw))
    except RecursionError:
        raise InvalidPolicyError(Reason.INVALID_SPEC, [Problem("spec", "is nested too deeply")]) from None
    if size > _MAX_SPEC:
        raise InvalidPolicyError(Reason.INVALID_SPEC, [Problem("spec", "is larger than 64 KiB")])


@dataclass(frozen=True, slots=True)
class _Line:
    """A requirement as it is written, and where that is."""

    raw: Raw
    path: str


def _merged(spec: "ReadinessPolicySpec") -> list[_Line]:
    """The policy's requirements over the profile's: by name, field by field; a list replaces. Order: profile first."""
    lines: dict[str, _Line] = {}
    if spec.profile is not None:
        known = profile(spec.profile.name)["requirements"]
        lines = {raw["name"]: _Line(raw, f"profile {spec.profile.name}: {raw['name']}") for raw in known}
    for number, item in enumerate(spec.requirements):
        own = item.model_dump(mode="json", by_alias=True, exclude_none=True)
        inherited = lines[item.name].raw if item.name in lines else {}
        lines[item.name] = _Line({**inherited, **own}, f"spec.requirements[{number}]")
    merged = [line for line in lines.values() if not line.raw.get("disabled")]
    if not merged:
        problem = Problem("spec.requirements", "all are disabled: at least one must be left")
        raise InvalidPolicyError(Reason.INVALID_SPEC, [problem])
    if len(merged) > _MAX_REQUIREMENTS:
        message = f"with the profile's there are {len(merged)}, more than {_MAX_REQUIREMENTS}"
        raise InvalidPolicyError(Reason.INVALID_SPEC, [Problem("spec.requirements", message)])
    return merged


def _requirements(lines: Iterable[_Line], blocking: Iterable[Severity]) -> tuple[Requirement, ...]:
    found: list[Requirement] = []
    wrong: list[Problem] = []
    unknown: list[Problem] = []
    severities = frozenset(blocking)
    for line in lines:
        asks = []
        for call, at in _calls(line):
            check = CATALOGUE.get(call["id"])
            if check is None:
                message = f'there is no check "{call["id"]}"{nearest(call["id"], CATALOGUE.checks)}'
                unknown.append(Problem(f"{at}.id" if line.raw.get("checks") else f"{line.path}.name", message))
                continue
            ask = _ask(check, call, f"{at}.parameters", wrong)
            if ask is not None:
                asks.append(ask)
        if asks:
            found.append(_requirement(line.raw, tuple(asks), severities))
    if wrong or unknown:
        raise InvalidPolicyError(Reason.UNKNOWN_CHECK if unknown else Reason.INVALID_SPEC, unknown + wrong)
    return tuple(found)


def _calls(line: _Line) -> Iterator[tuple[Raw, str]]:
    """The checks of a requirement, and where they are; without a list: the check of the requirement's name."""
    for number, call in enumerate(line.raw.get("checks") or ({"id": line.raw["name"]},)):
        yield call, f"{line.path}.checks[{number}]"


def _ask(check: Check, call: Raw, at: str, wrong: list[Problem]) -> Ask | None:
    given = call.get("parameters") or {}
    try:
        return Ask(check, call.get("name") or check.id, parameters_of(check, given))
    except ValueError as error:  # pydantic's ValidationError is one
        wrong += _parameter_problems(check, error, at)
        return None


def _parameter_problems(check: Check, error: ValueError, at: str) -> list[Problem]:
    from pydantic import ValidationError  # noqa: PLC0415

    from readiness.policy.parameters import adapter  # noqa: PLC0415
    from readiness.policy.problems import problems  # noqa: PLC0415

    assert isinstance(error, ValidationError)
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
