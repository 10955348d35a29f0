"""Testing: what the tests of a release have shown, as its pipeline tells."""

from functools import partial

from readiness.checks.attested import Claim, attested
from readiness.checks.evidence.builds import bound_to_build
from readiness.checks.evidence.trials import TRIAL_READS, trials
from readiness.checks.parameters.bounds import (
    BOUND_TO_IMAGE,
    Bound,
    at_least,
    at_most,
    covers,
    lasts_at_most,
    max_age,
    one_of,
    share_at_most,
)  # fmt: skip
from readiness.checks.parameters.setting import Flag, Percent, setting
from readiness.model import Category, Severity
from readiness.model.claims import RUN_LABEL

_RUNS = Bound(setting("runs", Flag, "What ran in the cluster counts where nobody attests.", default=True))


def _trial(claim: str, or_else: str = "") -> str:
    """What counts where nobody attests, in words."""
    return (
        f"Where nobody attests, the newest Job of the namespace that ended and has the label {RUN_LABEL}={claim}"
        f"{or_else} does, unless its labels tell of another app; each word of scope, and one of tools, is then part of "
        "its name or a label."
    )


def _scope(what: str) -> Bound:
    return covers("scope", f"{what} that must be tested, each under this name.")


CHECKS = attested(
    Category.TESTING,
    Claim(
        "test-coverage",
        "Test coverage reaches the target",
        Severity.CRITICAL,
        why="Code that no test runs is first run by customers. A threshold in the pipeline proves nothing by itself: "
        "what counts is the coverage that was measured.",
        remedy="Attest the coverage that the pipeline measured as percent, with a link to the run.",
        bounds=(
            at_least("min", "percent", 80, "The least coverage, in percent.", Percent),
            _scope("Parts of the code"),
            max_age("720h"),
            BOUND_TO_IMAGE,
        ),
        compare=bound_to_build,
    ),
    Claim(
        "unit-tests",
        "Unit tests exist for the named parts",
        Severity.HIGH,
        why="A part without tests of its own is changed by guessing, and its bugs show far from their cause.",
        remedy="Test the parts, and attest from the pipeline which parts its unit tests cover.",
        bounds=(_scope("Parts of the code"),),
    ),
    Claim(
        "integration-tests",
        "Integration tests pass",
        Severity.HIGH,
        why="Databases and brokers refuse what their stand-ins in unit tests accept, and release day is late to learn "
        "it.",
        remedy="Run tests against the real databases and brokers in the pipeline, and attest which ones.",
        bounds=(_scope("Neighbours, such as database or rabbitmq,"), _RUNS),
        stand_in=partial(trials, "integration-tests"),
        reads=TRIAL_READS,
        note=_trial("integration-tests"),
    ),
    Claim(
        "e2e-tests",
        "End-to-end tests pass",
        Severity.HIGH,
        why="Every service can pass its own tests while nobody can check out: only a test of the whole way shows it.",
        remedy="Run the journeys of your users against the whole system, and attest the run.",
        bounds=(
            _scope("Journeys or parts of the system"),
            one_of("tools", "Tools of which one must have driven the tests; empty: any.", "tool"),
            _RUNS,
        ),
        stand_in=partial(trials, "e2e-tests"),
        reads=TRIAL_READS,
        note=_trial("e2e-tests"),
    ),
    Claim(
        "contract-tests",
        "API contract tests pass",
        Severity.MEDIUM,
        why="A field that is renamed in one service breaks its callers at run time, each in its own way.",
        remedy="Check requests and responses against the published contract in the pipeline, and attest the run.",
        bounds=(_scope("Contracts"),),
    ),
    Claim(
        "fuzz-tests",
        "Fuzz tests pass",
        Severity.LOW,
        why="Parsers meet input that no author imagined, and one crash is all that an attacker needs.",
        remedy="Fuzz what parses input from outside, and attest for what and how long.",
        bounds=(_scope("Parsers"),),
    ),
    Claim(
        "property-tests",
        "Property-based tests pass",
        Severity.MEDIUM,
        why="Examples test what the author thought of; the rules that must always hold break on what he did not.",
        remedy="Write the rules as properties, run them in the pipeline, and attest which ones passed.",
        bounds=(covers("properties", "Properties that must have passed, by name or number."),),
    ),
    Claim(
        "security-tests",
        "Security tests pass",
        Severity.HIGH,
        why="An injection or a missing check of rights that was mended once comes back unless a test forbids it.",
        remedy="Test attacks by topic in the pipeline, and attest the topics that passed.",
        bounds=(
            covers(
                "topics",
                "Attacks that must be tested.",
                default=("sqli", "xss", "csrf", "rate-limit", "authn"),
            ),
            one_of("tools", "Tools of which one must have been used; empty: any.", "tool"),
        ),
    ),
    Claim(
        "test-suite-green",
        "The whole test suite passes",
        Severity.HIGH,
        why="A red test that everybody knows about hides the next one, which nobody does.",
        remedy="Mend or delete what fails, run everything, and attest the run.",
        bounds=(covers("scope", "Phases or suites that must have passed, each under this name."), max_age("720h")),
    ),
    Claim(
        "load-test",
        "A load test met the objectives",
        Severity.HIGH,
        why="The first real peak is a bad moment to learn where the limit lies, and which part gives way first.",
        remedy="Run the scenarios against a system like production, and attest rps, p99 and errorRate as measured.",
        bounds=(
            at_least("rps", "rps", 1000, "The least rate that was sustained, in requests a second."),
            lasts_at_most("p99", "500ms", "The longest latency of 99 in 100 requests."),
            share_at_most("error_rate", "errorRate", "0.1%", "The largest share of requests that failed."),
            covers(
                "scenarios",
                "Kinds of load that must have been run.",
                default=("baseline", "peak", "stress", "spike"),
            ),
            covers("scope", "Parts that must have been loaded, such as api or database."),
            one_of("tools", "Tools of which one must have been used; empty: any.", "tool"),
            max_age("2160h"),
            _RUNS,
        ),
        stand_in=partial(trials, "load-test"),
        reads=TRIAL_READS,
        note=_trial("load-test", ", or TestRun of k6,") + " Its script says what it has to bear.",
    ),
    Claim(
        "benchmarks",
        "Benchmarks exist and have a baseline",
        Severity.LOW,
        why="Slowness creeps in by one percent a release: without a baseline nobody can say since when.",
        remedy="Benchmark the hot paths in the pipeline, keep the results, and attest them with a link.",
        bounds=(_scope("Paths through the code"),),
    ),
    Claim(
        "sast",
        "Static security analysis is clean",
        Severity.MEDIUM,
        why="Some holes can be read off the source, and those who look for holes read it with the same tools.",
        remedy="Run the analyser in the pipeline, mend what is high, and attest the number that is left as high.",
        bounds=(
            one_of("tools", "Analysers of which one must have been run; empty: any.", "tool", default=("gosec",)),
            at_most("max_high", "high", 0, "The most findings of high severity."),
            max_age("720h"),
        ),
    ),
)
