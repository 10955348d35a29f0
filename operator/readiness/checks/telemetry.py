"""Telemetry: what the program is told about its logs, traces and crashes."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import absence
from readiness.checks.evidence.environment import Environment, Name, Names, Setting, environment_of
from readiness.checks.evidence.injection import INJECTION, injections, instrumentations
from readiness.checks.evidence.values import switch
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    ConfigMap,
    Fail,
    Finding,
    Instrumentation,
    Pod,
    Severity,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_SPELLINGS = {"warning": "warn", "information": "info", "informational": "info", "err": "error"}
_LEVELS = frozenset({"trace", "debug", "verbose", "info", "notice", "warn", "error", "critical", "fatal", "off"})


@dataclass(frozen=True, slots=True)
class LevelParameters:
    """Where the level of logs is set, and how it may be set."""

    env: Annotated[Name, doc("The variable, or the key of a mounted ConfigMap.")] = "LOG_LEVEL"
    allowed: Annotated[
        tuple[Annotated[str, Len(1, 32)], ...], Len(1, 16), doc("The levels that pass, in upper or lower case.")
    ] = ("info", "warn", "error")


@check(
    "The log level is set, and not to debug",
    severity=Severity.LOW,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Set the level of logs by an environment variable, to info in production.",
)
def log_levels(workload: Workload, cluster: Snapshot, parameters: LevelParameters) -> Iterator[Finding]:
    """
    Debug logs cost money, slow requests down, and tell secrets; without a switch nobody gets them when they are needed.

    Rule: the variable, or the key of a mounted ConfigMap, is set for a container that runs on, and to one of allowed
    wherever it is set. Warning is warn, information info, err error.
    """
    allowed = {_level(level) for level in parameters.allowed}

    def fault(_setting: Setting, value: str) -> str | None:
        level = _level(value)
        if level in allowed:
            return None
        return f"is {level if level in _LEVELS else 'no level'}, not {' or '.join(parameters.allowed)}"

    yield from environment_of(workload, cluster).judged((parameters.env,), fault)


def _level(text: str) -> str:
    plain = text.strip().lower()
    return _SPELLINGS.get(plain, plain)


@dataclass(frozen=True, slots=True)
class TracingParameters:
    """Which variables make tracing complete."""

    env: Names = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME")
    sampler: Annotated[
        Annotated[str, Len(1, 64)] | None,
        doc("What OTEL_TRACES_SAMPLER must be, such as parentbased_traceidratio; anything unless set."),
    ] = None


_INJECTED = "opentelemetry-auto-instrumentation"  # the container that the OpenTelemetry operator adds to pods
_SHOWN = frozenset({"java", "nodejs", "python", "dotnet", "go"})  # others get variables, or containers of other names
_SAMPLER = "OTEL_TRACES_SAMPLER"


@check(
    "OpenTelemetry tracing is configured",
    severity=Severity.MEDIUM,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(ConfigMap, Pod, Instrumentation),
    remedy="Set OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_SERVICE_NAME, or have the OpenTelemetry operator inject them.",
)
def tracing_configured(workload: Workload, cluster: Snapshot, parameters: TracingParameters) -> Iterator[Finding]:
    """
    Without traces a slow request through five services is five logs and a guess.

    Rule: the variables in env are set for a container that runs on, by whatever source, OTEL_SDK_DISABLED is not true,
    OTEL_TRACES_EXPORTER is not none, and OTEL_TRACES_SAMPLER is the sampler where the policy names one. Or the pod
    template has an annotation for the OpenTelemetry operator to inject its instrumentation, and the pods have it, or
    the Instrumentation that it names exists.
    """
    environment = environment_of(workload, cluster)
    for name, off in (("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")):
        for setting in environment.named(name):
            if (setting.known or "").lower() == off:
                yield Fail(setting.path, f"{setting} is {off}: there are no traces")
    if parameters.sampler is not None:
        yield from environment.judged((_SAMPLER,), _other_sampler(parameters.sampler))
    if asked := injections(workload):
        if not _is_injected(workload, cluster):
            yield from _injection(asked, workload, cluster)
        return
    for name in parameters.env:
        yield from _presence(environment, name)


def _other_sampler(wanted: str) -> Callable[[Setting, str], str | None]:
    return lambda _setting, value: None if value.lower() == wanted.lower() else f"is not {wanted}"


def _presence(environment: Environment, name: str) -> Iterator[Finding]:
    found = environment.named(name)
    if not found:
        yield environment.lack(name)
    for setting in found:
        if setting.known == "":
            yield Fail(setting.path, f"{setting} is empty")


def _injection(asked: dict[str, str], workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    """What is to be said of instrumentation that no pod shows."""
    missing = [language for language, named in asked.items() if not instrumentations(named, workload, cluster)]
    if missing and not cluster.serves(Instrumentation):
        yield from absence("tracing-configured", "OpenTelemetry's operator", workload, cluster)
    elif missing:
        path = f"{workload.pod.path.removesuffix('.spec')}.metadata.annotations"
        message = f"annotation {INJECTION}{missing[0]} names no Instrumentation that exists"
        yield Fail(path, message) if cluster.whole else Unknown(f"{message}, and only one namespace was read")
    elif cluster.live and not _SHOWN.isdisjoint(asked):
        yield Unknown("its pods do not show the instrumentation that an annotation asks for")


def _is_injected(workload: Workload, cluster: Snapshot) -> bool:
    pods = [pod for pod in cluster.pods_of(workload) if pod.running]
    return bool(pods) and all(any(state.name.startswith(_INJECTED) for state in pod.containers) for pod in pods)


@dataclass(frozen=True, slots=True)
class TrackerParameters:
    """Where the tracker's address is set."""

    env: Annotated[Name, doc("The variable with the tracker's address and key.")] = "SENTRY_DSN"


# Variables of other trackers, as their documentation has them.
_TRACKERS = (
    "SENTRY_DSN",
    "ROLLBAR_ACCESS_TOKEN",
    "BUGSNAG_API_KEY",
    "HONEYBADGER_API_KEY",
    "AIRBRAKE_PROJECT_KEY",
    "RAYGUN_APIKEY",
    "NEW_RELIC_LICENSE_KEY",
    "ELASTIC_APM_SERVER_URL",
)
_AGENTS = re.compile(  # annotations of pods by which agents are injected, as their documentation has them
    r"oneagent\.dynatrace\.com/inject|co\.elastic\.apm/attach|instrumentation\.newrelic\.com/inject-[a-z]+"
    r"|admission\.datadoghq\.com/[a-z]+-lib\.version"
)


@check(
    "Crashes are reported to a tracker",
    severity=Severity.LOW,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Set SENTRY_DSN, or the variable of your tracker, from a Secret, without optional.",
)
def error_reporting(workload: Workload, cluster: Snapshot, parameters: TrackerParameters) -> Iterator[Finding]:
    """
    A crash that only a log line tells of is found by a customer first.

    Rule: the variable is set from a Secret, without optional, for a container that runs on. A variable of another
    well-known tracker will do: Rollbar, Bugsnag, Honeybadger, Airbrake, Raygun, New Relic, Elastic APM; and so will an
    annotation of the pods for the agent of Dynatrace, Elastic APM, New Relic or Datadog.
    """
    environment = environment_of(workload, cluster)
    asked = environment.named(parameters.env)
    others = [setting for name in _TRACKERS for setting in environment.named(name) if setting.known != ""]
    notes = workload.pod.annotations.items()
    watched = any(_AGENTS.fullmatch(key) and switch(value) is not False for key, value in notes)
    if not (asked or others or watched):
        yield environment.lack(parameters.env)
    for setting in asked:
        if (fault := _unsafe(setting)) is not None:
            yield Fail(setting.path, f"{setting} {fault}")


def _unsafe(setting: Setting) -> str | None:
    if setting.source is None or setting.source.kind != "Secret":
        return "does not come from a Secret"
    return "is optional: without its Secret nothing is reported" if setting.source.optional else None
