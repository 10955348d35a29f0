"""Waivers and attestations among the input of `audit` and `scan`, and opt-outs of other linters."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.cluster import Cluster
from tests.cli.conftest import Result, Run
from tests.cli.manifests import deployment, documents, line_of, policy
from tests.fakeapi.server import FakeApi
from tests.policy.claims import claim

Write = Callable[[Mapping[str, str]], None]
ROOT = deployment(user=0)


def at(days: float) -> str:
    """A time so many days from now."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def waiver(name: str = "legacy", *, begins: float = -1, ends: float = 30, **spec: Any) -> str:
    times = {"approvedTime": at(begins), "expirationTime": at(ends)}
    return json.dumps(claim("ReadinessWaiver", name, **{**times, **spec}), indent=1) + "\n"


def attestation(name: str = "coverage", *, ends: float = 30, **spec: Any) -> str:
    told = {"claim": "test-coverage", "value": {"percent": 83}, "attestedTime": at(-1), "expirationTime": at(ends)}
    return json.dumps(claim("ReadinessAttestation", name, **{**told, **spec}), indent=1) + "\n"


def lines(done: Result, outcome: str) -> dict[str, Any]:
    """The requirements with an outcome, by name."""
    (item,) = done.document["items"]
    (card,) = item["status"]["scorecards"]
    return {line["name"]: line for line in card["requirements"] if line["outcome"] == outcome}


def test_a_waiver_among_the_manifests_counts(run: Run, write: Write) -> None:
    write({"cart.yaml": documents(policy(), ROOT), "waivers/legacy.json": waiver()})
    done = run("audit", ".", "-o", "json")
    assert (done.code, done.err) == (0, "")
    line = lines(done, "waived")["run-as-non-root"]
    assert line["waiver"]["name"] == "legacy"
    assert done.document["summary"]["requirements"]["waived"] == 1


def test_claims_alone_leave_the_choice_of_the_profile_as_it_is(run: Run, write: Write) -> None:
    write({"cart.yaml": documents(ROOT, waiver(checks=["run-as-non-root"], requirements=None))})
    done = run("audit", ".", "-o", "json", "--fail-on", "never")
    assert "run-as-non-root" in lines(done, "waived")
    (item,) = done.document["items"]
    assert item["status"]["scorecards"][0]["policyRef"]["name"] == "recommended"


@pytest.mark.parametrize("superseded", [{"workloadRef": {"kind": "Deployment", "name": "search"}}, {"ends": -0.5}])
def test_of_a_waiver_that_a_file_defines_twice_the_last_counts_and_is_told(
    run: Run, write: Write, superseded: dict[str, Any]
) -> None:
    first = waiver(**superseded)
    write({"cart.yaml": documents(policy(), ROOT), "waivers.yaml": documents(first, waiver())})
    done = run("audit", ".")
    again = f"waivers.yaml:{first.count(chr(10)) + 2}: warning: ReadinessWaiver/legacy is defined again"
    assert (done.code, done.err.count("\n")) == (0, 1)
    assert done.err.startswith(again)
    write({"waivers.yaml": documents(waiver(), first)})
    done = run("audit", ".")
    assert (done.code, done.err.count("has no effect")) == (1, 1)


def test_claims_and_policies_that_kubernetes_names_are_each_their_own(run: Run, write: Write) -> None:
    def unnamed(text: str) -> str:
        return text.replace('"name": "legacy",', '"generateName": "it-",').replace(
            "name: production", "generateName: p-"
        )

    two = [unnamed(waiver(containers=[name])) for name in ("app", "proxy")]
    rooted = deployment(user=0).replace("{runAsUser: 10001}", "{runAsUser: 0}")
    write({"cart.yaml": rooted, "policies.yaml": documents(unnamed(policy()), unnamed(policy("resource-limits")))})
    write({"a.json": two[0], "b.yaml": documents(two[1], unnamed(waiver(requirements=["another"])))})
    done = run("audit", ".", "-o", "json")
    cards = {card["policyRef"]["name"]: card for card in done.document["items"][0]["status"]["scorecards"]}
    assert cards.keys() == {"p-", "p-2"}
    (line,) = cards["p-"]["requirements"]
    assert (line["outcome"], {finding["waiver"]["name"] for finding in line["findings"]}) == ("waived", {"it-", "it-2"})
    assert done.err.count("\n") == 1
    assert "ReadinessWaiver/it-3 has no effect" in done.err


def test_an_attestation_among_the_manifests_answers_its_claim_at_the_policys_bounds(run: Run, write: Write) -> None:
    asked = policy("test-coverage")
    write({"cart.yaml": documents(asked, ROOT, attestation())})
    assert run("audit", ".", "-o", "json").code == 0
    write({"cart.yaml": documents(asked, ROOT, attestation(value={"percent": 79}))})
    done = run("audit", ".", "-o", "json")
    assert done.code == 1
    assert "79" in done.findings("test-coverage")[0]["message"]


def test_offline_an_attestation_of_an_image_counts_for_a_template_that_names_it(run: Run, write: Write) -> None:
    asked = policy("test-coverage")
    for image, err in (("registry.shop.example/cart:1.4.2", ""), ("registry.shop.example/cart:1.4.3", "ImageMismatch")):
        write({"cart.yaml": documents(asked, ROOT, attestation(image=image))})
        done = run("audit", ".", "-o", "json")
        assert bool(lines(done, "unknown")) is bool(err)
        assert err in done.err


@pytest.mark.parametrize(
    "text, field, said",
    [
        (waiver(ends=-0.5), "expirationTime", "ReadinessWaiver/legacy has no effect (Expired): it ended at "),
        (waiver(begins=1), "{", "ReadinessWaiver/legacy has no effect (NotYetValid): it begins at "),
        (
            waiver(requirements=["another"]),
            "{",
            "ReadinessWaiver/legacy has no effect (Unused): no policy that judges here asks for what it names",
        ),
        (
            waiver(containers=["another"]),
            "{",
            "ReadinessWaiver/legacy has no effect (Unused): nothing that it names is open now",
        ),
        (
            waiver(workloadRef={"kind": "Deployment", "name": "search"}),
            "workloadRef",
            "ReadinessWaiver/legacy has no effect (TargetNotFound): nothing here is Deployment/search",
        ),
        (
            waiver(policyRef={"kind": "ReadinessPolicy", "name": "staging"}),
            "workloadRef",
            "ReadinessWaiver/legacy has no effect (TargetNotFound): there is no ReadinessPolicy staging",
        ),
        (
            attestation(workloadRef={"kind": "Deployment", "name": "search"}),
            "workloadRef",
            "ReadinessAttestation/coverage has no effect (SubjectNotFound): nothing here is Deployment/search",
        ),
        (attestation(ends=-0.5), "expirationTime", "ReadinessAttestation/coverage has no effect (Expired): it ended"),
    ],
)
def test_what_has_no_effect_is_told_with_its_place(run: Run, write: Write, text: str, field: str, said: str) -> None:
    write({"cart.yaml": documents(policy(), ROOT), "claim.json": text})
    done = run("audit", ".")
    assert done.code == 1
    assert f"claim.json:{line_of(text, field)}: warning: {said}" in done.err


def test_nobody_can_say_what_a_waiver_would_do_under_a_policy_with_a_mistake(run: Run, write: Write) -> None:
    bad = policy().replace("run-as-non-root", "run-as-nonroot")
    mine = waiver(policyRef={"kind": "ReadinessPolicy", "name": "production"})
    write({"all.yaml": documents(bad, ROOT, mine, attestation(ends=-0.5))})
    done = run("audit", ".")
    assert done.code == 2
    assert "ReadinessWaiver" not in done.err
    assert "ReadinessAttestation/coverage has no effect (Expired)" in done.err


def test_nobody_can_say_what_a_waiver_does_under_a_suspended_policy_unless_it_has_ended(run: Run, write: Write) -> None:
    resting = policy() + "  suspend: true\n"
    named = {"kind": "ReadinessPolicy", "name": "production"}
    ended = waiver(ends=-0.5, policyRef=named)
    for mine, said in ((waiver(), ""), (waiver(policyRef=named), ""), (ended, "(Expired)")):
        write({"all.yaml": documents(resting, policy("resource-limits", name="other"), ROOT, mine)})
        done = run("audit", ".")
        assert ("ReadinessWaiver" in done.err) is bool(said)
        assert said in done.err
    other = waiver(policyRef={"kind": "ReadinessPolicy", "name": "other"})
    write({"all.yaml": documents(resting, policy("resource-limits", name="other"), ROOT, other)})
    assert "(Unused)" in run("audit", ".").err


def test_a_waiver_for_a_workload_that_no_policy_selects_is_unused(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(namespace="web"), ROOT, waiver())})
    assert "(Unused)" in run("audit", ".").err


def test_a_bad_waiver_is_bad_input_and_the_rest_is_judged(run: Run, write: Write) -> None:
    text = waiver(checks=["run-as-nonroot"])
    write({"cart.yaml": documents(policy(), ROOT), "bad.json": text})
    done = run("audit", ".", "-o", "json")
    assert done.code == 2
    assert f'bad.json:{line_of(text, "run-as-nonroot")}: spec.checks[0]: there is no check "run-as-nonroot"' in done.err
    assert "run-as-non-root" in lines(done, "fail")


def test_a_requirement_may_not_be_waivable(run: Run, write: Write) -> None:
    asked = policy().replace("- name: run-as-non-root", "- {name: run-as-non-root, waivable: false}")
    write({"cart.yaml": documents(asked, ROOT, waiver())})
    done = run("audit", ".")
    assert done.code == 1
    assert "has no effect (Forbidden)" in done.err


def test_what_the_api_server_refuses_no_waiver_makes_good(run: Run, write: Write) -> None:
    bad = ROOT.replace("labels: {app: cart}", "labels: {app: cart, team: 'a b'}")
    mine = waiver(requirements=None, checks=["labels-valid"])
    write({"cart.yaml": documents(policy("labels-valid"), bad, mine)})
    done = run("audit", ".", "-o", "json")
    assert "has no effect (Forbidden)" in done.err
    assert "labels-valid" in lines(done, "warn")


def annotated(**annotations: str) -> str:
    told = json.dumps({key.replace("__", "/"): value for key, value in annotations.items()})
    return ROOT.replace("metadata:\n", f"metadata:\n  annotations: {told}\n", 1)


def test_opt_outs_of_other_linters_count_when_that_is_asked_for(run: Run, write: Write) -> None:
    key = "ignore-check.kube-linter.io/run-as-non-root"
    text = annotated(**{key: "starts as root", "ignore-check.kube-linter.io/sorted-keys": "no"})
    write({"cart.yaml": documents(policy(), text)})
    assert run("audit", ".").code == 1
    done = run("audit", ".", "-o", "json", "--honor-foreign-annotations")
    assert done.code == 0
    assert lines(done, "waived")["run-as-non-root"]["waiver"] == {"name": key}
    said = "ignore-check.kube-linter.io/sorted-keys: no check here answers to sorted-keys"
    assert f"cart.yaml:{line_of(documents(policy(), text), 'annotations')}: warning: {said}" in done.err
    assert f"waived by {key} without end" in run("audit", ".", "--honor-foreign-annotations").out


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with FakeApi() as api:
        yield Cluster(api, tmp_path)


async def test_a_scan_honours_the_waivers_and_attestations_of_the_cluster(cluster: Cluster) -> None:
    cluster.put(ROOT, policy("run-as-non-root", "test-coverage"), waiver(), waiver("idle", requirements=["other"]))
    cluster.put(attestation(), waiver("bad", checks=["nothing"]))
    done = await cluster.run("scan", "-o", "json")
    assert done.code == 0, done.err
    assert lines(done, "waived").keys() == {"run-as-non-root"}
    assert "ReadinessWaiver/idle in shop: warning: has no effect (Unused)" in done.err
    assert 'ReadinessWaiver/bad in shop: warning: spec.checks[0]: there is no check "nothing"' in done.err


async def test_a_scan_of_a_namespace_lists_its_claims_alone_and_says_when_it_may_not(cluster: Cluster) -> None:
    cluster.put(ROOT, policy(), waiver())
    cluster.api.refuse(403, "Forbidden", path="/apis/readiness.dev/v1alpha1/namespaces/shop/readinesswaivers")
    done = await cluster.run("scan", "-n", "shop", "-o", "json")
    assert done.code == 1
    assert "you may not list ReadinessWaiver objects: none of them counts" in done.err


async def test_a_scan_says_nothing_of_a_waiver_under_a_policy_that_does_not_judge_here(cluster: Cluster) -> None:
    resting = policy("run-as-non-root", name="resting") + "  suspend: true\n"
    cluster.put(ROOT, policy("resource-limits"), resting)
    cluster.put(waiver("known", policyRef={"kind": "ReadinessPolicy", "name": "resting"}))
    cluster.put(waiver("unknown", policyRef={"kind": "ReadinessPolicy", "name": "no"}))
    done = await cluster.run("scan")
    assert "ReadinessWaiver/unknown in shop: warning: has no effect (TargetNotFound): there is no" in done.err
    assert "ReadinessWaiver/known" not in done.err
    assert "ReadinessWaiver/known" not in (await cluster.run("scan", "--profile", "minimal")).err
    cluster.api.refuse(403, "Forbidden", path="/apis/readiness.dev/v1alpha1/readinesspolicies")
    done = await cluster.run("scan")
    assert "you may not list ReadinessPolicy objects" in done.err
    assert "ReadinessWaiver/" not in done.err


async def test_a_scan_knows_workloads_that_no_policy_selects(cluster: Cluster) -> None:
    cluster.put(ROOT, policy(namespace="web"), waiver(), attestation())
    done = await cluster.run("scan")
    assert "ReadinessWaiver/legacy in shop: warning: has no effect (Unused)" in done.err
    assert "ReadinessAttestation" not in done.err


async def test_a_scan_honours_opt_outs_of_other_linters_when_that_is_asked_for(cluster: Cluster) -> None:
    key = "ignore-check.kube-linter.io"
    annotations = f"metadata:\n  annotations: {{{key}/run-as-non-root: old, {key}/no-such-check: old}}"
    cluster.put(ROOT.replace("metadata:", annotations, 1), policy())
    assert (await cluster.run("scan")).code == 1
    done = await cluster.run("scan", "-o", "json", "--honor-foreign-annotations")
    assert done.code == 0
    assert lines(done, "waived").keys() == {"run-as-non-root"}
    assert f"Deployment/cart in shop: warning: {key}/no-such-check: no check here answers to no-such-check" in done.err
