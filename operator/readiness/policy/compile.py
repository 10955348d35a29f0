"""From what a policy says, over what its profile says, to a `Policy` ready to judge by; or all that is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readiness.checks import CATALOGUE, Check
from readiness.model import Probing, Severity
from readiness.model.labels import Expression, Selector
from readiness.model.reasons import Reason
from readiness.policy.compiled import (
    BLOCKING_SEVERITIES,
    IGNORED_CONTAINERS,
    Applies,
    Ask,
    CategoryTarget,
    Gate,
    Policy,
    PolicyRef,
    Requirement,
)  # fmt: skip
from readiness.policy.depth import is_too_deep
from readiness.policy.links import broken_links, stray_categories
from readiness.policy.merge import Checklist, Line, checklist
from readiness.policy.parameters import parameters_of
from readiness.policy.problem import InvalidPolicyError, Problem, nearest
from readiness.policy.profiles import profile
from readiness.policy.profiles.own import Find

if TYPE_CHECKING:
    from readiness.policy.v1alpha1 import LabelSelector, ReadinessPolicySpec

Raw = Mapping[str, Any]
_MAX_SPEC = 64 * 1024  # characters


def compile_profile(name: str, find: Find = profile, *, policy: str = "") -> Policy:
    """A policy that is a profile and nothing else, as `readiness audit --profile` wants it."""
    ref = PolicyRef("Profile", "", policy or name)
    return Policy(ref=ref, **_scored(checklist({"profile": {"name": name}}, find)), profile=name)


def compile_policy(ref: PolicyRef, manifest: Mapping[str, Any], find: Find = profile) -> Policy:
    """
    The policy of a manifest; `find` knows the profiles.

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
        **_scored(checklist(spec.model_dump(mode="json", by_alias=True, exclude_none=True), find)),
        uid=metadata.get("uid", ""),
        generation=metadata.get("generation", 0),
        selector=_selector(spec.selector),
        namespace_selector=_selector(getattr(spec, "namespace_selector", None)),
        kinds=_kinds(spec.kinds),
        ignored=frozenset(IGNORED_CONTAINERS if spec.ignore_containers is None else spec.ignore_containers),
        probing=_probing(spec),
        interval=spec.interval.seconds,
        suspended=spec.suspend,
        profile=spec.profile.name if spec.profile else "",
        waivers_allowed=spec.waivers == "Allowed",
    )


def _bound(raw: Any) -> None:
    if is_too_deep(raw):
        raise InvalidPolicyError(Reason.INVALID_SPEC, [Problem("spec", "is nested too deeply")])
    if len(str(raw)) > _MAX_SPEC:
        raise InvalidPolicyError(Reason.INVALID_SPEC, [Problem("spec", "is larger than 64 KiB")])


def _scored(asked: Checklist) -> dict[str, Any]:
    """What a policy is made of by its checklist. Raises InvalidPolicyError with all that is wrong with that."""
    unknown: list[Problem] = []
    wrong = list(broken_links(asked))
    blocking = BLOCKING_SEVERITIES if asked.blocking is None else frozenset(map(Severity, asked.blocking))
    requirements = tuple(_requirements(asked.lines, blocking, unknown, wrong))
    if len(requirements) == len(asked.lines):  # else what is missing may be what has the category
        wrong += stray_categories(asked, requirements)
    if wrong or unknown:
        raise InvalidPolicyError(Reason.UNKNOWN_CHECK if unknown else Reason.INVALID_SPEC, unknown + wrong)
    used = {item.stage for item in requirements}
    return {
        "requirements": requirements,
        "stages": tuple(stage["name"] for stage in asked.stages.items if stage["name"] in used),
        "categories": tuple(CategoryTarget(item["name"], item["target"]) for item in asked.categories.items),
        "gates": tuple(_gates(asked.gates.items, {item.name for item in requirements})),
        "blocking": blocking,
        "hints": asked.hints,
    }


def _gates(written: Iterable[Raw], there: set[str]) -> Iterator[Gate]:
    """The gates with what is left in them; one with nothing in it would always be open."""
    for gate in written:
        left = tuple(name for name in gate["requirements"] if name in there)
        if left:
            yield Gate(gate["name"], left)


def _requirements(
    lines: Iterable[Line], blocking: frozenset[Severity], unknown: list[Problem], wrong: list[Problem]
) -> Iterator[Requirement]:
    for line in lines:
        asks = []
        for call, at in _calls(line):
            check = CATALOGUE.get(call["id"])
            if check is None:
                message = f'there is no check "{call["id"]}"{nearest(call["id"], CATALOGUE.checks)}'
                unknown.append(Problem(f"{at}.id" if line.raw.get("checks") else f"{line.path}.name", message))
                continue
            if line.raw.get("waivable") and not check.waivable:
                wrong.append(Problem(line.at("waivable"), f"the check {check.id} is never waivable"))
            ask = _ask(check, call, f"{at}.parameters", wrong)
            if ask is not None:
                asks.append(ask)
        if asks:
            yield _requirement(line.raw, tuple(asks), blocking)


def _calls(line: Line) -> Iterator[tuple[Raw, str]]:
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
        category=line.get("category") or str(asks[0].check.category),
        stage=line.get("stage", ""),
        references=tuple(line.get("references", ())),
        applies=_applies(line.get("appliesWhen")),
        compensated_by=tuple(line.get("compensatedBy", ())),
        waivable=line.get("waivable", True) and all(ask.check.waivable for ask in asks),
        attestable=line.get("attestable", False),
    )


def _applies(said: Raw | None) -> Applies | None:
    if not said:
        return None
    return Applies(
        exposed=said.get("exposed"),
        stateful=said.get("stateful"),
        kinds=_kinds(said.get("kinds", ())),
        labels=tuple(sorted(said.get("matchLabels", {}).items())),
    )


def _kinds(written: Iterable[str]) -> frozenset[str]:
    """Kinds as workloads tell theirs: Kubernetes' own without a group."""
    return frozenset(kind.removesuffix(".apps").removesuffix(".batch") for kind in written)


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
