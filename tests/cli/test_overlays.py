"""One workload in several places: each definition is judged among what would be deployed with it."""

from collections.abc import Callable, Mapping

from tests.cli.conftest import Run
from tests.cli.manifests import budget, deployment, documents, line_of, policy

Write = Callable[[Mapping[str, str]], None]
BUDGET = "pod-disruption-budget"


def _met(done: object, requirement: str) -> dict[str, bool]:
    """Whether a requirement is met, by the file of the workload."""
    return {
        item["metadata"]["annotations"]["readiness.dev/source"].partition(":")[0]: requirement
        in item["status"]["scorecards"][0]["passed"]
        for item in done.document["items"]  # type: ignore[attr-defined]
    }


def test_each_overlay_has_its_own_surroundings(run: Run, write: Write) -> None:
    write({
        "policy.yaml": policy(BUDGET),
        "prod/cart.yaml": deployment(),
        "prod/more/budget.yaml": budget(),
        "staging/cart.yaml": deployment(),
    })  # fmt: skip
    done = run("audit", ".", "-o", "json")
    assert _met(done, BUDGET) == {"prod/cart.yaml": True, "staging/cart.yaml": False}
    assert done.err == ""


def test_what_stands_outside_of_the_overlays_is_shared(run: Run, write: Write) -> None:
    write({
        "common/all.yaml": documents(policy(BUDGET), budget(), deployment("search"), budget("search")),
        "prod/cart.yaml": deployment(),
        "staging/cart.yaml": deployment(),
    })  # fmt: skip
    done = run("audit", ".", "-o", "json")
    met = {"common/all.yaml": True, "prod/cart.yaml": True, "staging/cart.yaml": True}
    assert _met(done, BUDGET) == met


def test_what_stands_outside_sees_every_overlay(run: Run, write: Write) -> None:
    write({
        "common/all.yaml": documents(policy(BUDGET), deployment("search")),
        "prod/cart.yaml": documents(deployment(), budget("search")),
        "staging/cart.yaml": deployment(),
    })  # fmt: skip
    assert _met(run("audit", ".", "-o", "json"), BUDGET)["common/all.yaml"]


def test_files_of_one_folder_can_be_overlays(run: Run, write: Write) -> None:
    write({
        "out/policy.yaml": policy(BUDGET),
        "out/prod.yaml": documents(deployment(), budget()),
        "out/staging.yaml": deployment(),
    })  # fmt: skip
    assert _met(run("audit", "out", "-o", "json"), BUDGET) == {"out/prod.yaml": True, "out/staging.yaml": False}


def test_overlays_may_part_again_below(run: Run, write: Write) -> None:
    write({
        "policy.yaml": policy(BUDGET),
        "prod/budget.yaml": budget(),
        "prod/eu/cart.yaml": deployment(),
        "prod/us/cart.yaml": deployment(),
        "staging/cart.yaml": deployment(),
    })  # fmt: skip
    done = run("audit", ".", "-o", "json")
    met = {"prod/eu/cart.yaml": True, "prod/us/cart.yaml": True, "staging/cart.yaml": False}
    assert _met(done, BUDGET) == met


def test_an_overlay_may_have_a_policy_of_its_own(run: Run, write: Write) -> None:
    write({
        "prod/cart.yaml": documents(policy(), deployment(user=0)),
        "staging/cart.yaml": documents(policy(BUDGET), deployment(user=0)),
    })  # fmt: skip
    done = run("audit", ".", "-o", "json")
    assert [card["requirements"][0]["name"] for card in _cards(done)] == ["run-as-non-root", BUDGET]


def _cards(done: object) -> list[dict[str, list[dict[str, str]]]]:
    return [item["status"]["scorecards"][0] for item in done.document["items"]]  # type: ignore[attr-defined]


def test_a_second_definition_in_one_file_is_a_warning_and_judged_as_well(run: Run, write: Write) -> None:
    text = documents(policy(), deployment(), deployment(user=0))
    write({"all.yaml": text})
    done = run("audit", "all.yaml", "-o", "json")
    assert list(done.verdicts.values()) == ["Go", "NoGo"]
    assert done.code == 1
    first, second = line_of(text, "apiVersion: apps"), line_of(text, "apiVersion: apps", last=True)
    told = f"Deployment/cart is defined again: line {first} defines it too, and what is applied last wins"
    assert done.err == f"all.yaml:{second}: warning: {told}\n"


def test_generated_names_are_no_second_definition(run: Run, write: Write) -> None:
    job = (
        deployment("load")
        .replace("apps/v1", "batch/v1")
        .replace("Deployment", "Job")
        .replace("name: load", "generateName: load-", 1)
    )
    write({"all.yaml": documents(policy(), job, job)})
    done = run("audit", "all.yaml", "-o", "json")
    assert (len(done.document["items"]), done.err) == (2, "")


def test_surroundings_that_two_folders_define_part_nothing(run: Run, write: Write) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    write({
        "a/cart.yaml": documents(policy(BUDGET), space, deployment()),
        "b/budget.yaml": documents(space, budget()),
    })  # fmt: skip
    assert _met(run("audit", ".", "-o", "json"), BUDGET) == {"a/cart.yaml": True}
