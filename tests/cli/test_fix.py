"""`readiness audit --fix` and `--diff`: what is written, what is left alone, and how it ends."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests import cases
from tests.cli.conftest import Run
from tests.cli.manifests import deployment, documents, policy
from tests.cli.test_claims import waiver

from readiness.checks import CATALOGUE

Write = Callable[[Mapping[str, str]], None]
ESCALATION = "no-privilege-escalation"
CART = """\
# the cart
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  template:
    spec:
      hostNetwork: true  # since the move
      containers:
        - name: app   # the app
          image: shop.example/cart:1.4.2
          securityContext:
            privileged: true

        - name: proxy
          image: 'shop.example/proxy:2.0'
"""
FIXED = """\
# the cart
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  template:
    spec:
      containers:
        - name: app   # the app
          image: shop.example/cart:1.4.2
          securityContext:
            allowPrivilegeEscalation: false

        - name: proxy
          image: 'shop.example/proxy:2.0'
          securityContext:
            allowPrivilegeEscalation: false
"""
PARTLY = """
    api-version-served cronjob-starting-deadline empty-dir-size-limit env-names-unique ephemeral-storage-limit
    instance-label job-deadline memory-volume-size-limit no-cpu-limits pre-stop-hook probe-port-declared
    probe-port-named progress-deadline qos-class required-labels restart-policy rollout-strategy run-as-non-root
    selector-matches-template termination-grace-period topology-spread volume-file-mode"""
"""Checks whose fix does not mend all that they find: some of it takes knowledge, or another object."""

ASKED = policy("no-privileged-containers", ESCALATION, "no-host-namespaces", "liveness-probe")


def test_a_diff_shows_what_a_fix_writes_and_writes_nothing(run: Run, write: Write, tmp_path: Path) -> None:
    write({"shop/cart.yaml": CART, "policy.yaml": ASKED})
    shown = run("audit", ".", "--diff")
    assert (tmp_path / "shop/cart.yaml").read_text() == CART
    assert shown.out.startswith("--- a/shop/cart.yaml\n+++ b/shop/cart.yaml\n")
    assert "-      hostNetwork: true  # since the move\n" in shown.out
    assert "to fix: 4 fields in 1 file\n" in shown.err
    assert shown.code == run("audit", ".").code


def test_a_fix_changes_what_it_is_about_and_judges_again(run: Run, write: Write, tmp_path: Path) -> None:
    write({"shop/cart.yaml": CART, "policy.yaml": ASKED})
    done = run("audit", ".", "--fix", "-o", "json")
    assert (tmp_path / "shop/cart.yaml").read_text() == FIXED
    assert "fixed: 4 fields in 1 file\n" in done.err
    assert "no-host-namespaces (1) may stop programs that see the node's processes" in done.err
    (card,) = done.document["items"][0]["status"]["scorecards"]
    assert [line["name"] for line in card["requirements"]] == ["liveness-probe"]
    again = run("audit", ".", "--fix", "-o", "json")
    assert again.document["items"] == done.document["items"]
    assert "fixed: 0 fields in 0 files" in again.err


@pytest.mark.timeout(120)  # hundreds of files, several times
def test_after_a_fix_of_all_bad_samples_what_is_left_no_patch_can_mend(run: Run, write: Write, tmp_path: Path) -> None:
    fixable = [check.id for check in CATALOGUE if check.fix is not None]
    for check in fixable:
        for path in (cases.CASES / check).glob("fail.*.yaml"):
            (tmp_path / f"{check}.{path.name}").write_bytes(path.read_bytes())
    write({"policy.yaml": policy(*fixable, "resource-limits")})
    first, left = run("audit", ".", "-o", "json"), run("audit", ".", "-o", "json", "--fix")
    assert "not fixed" not in left.err
    assert run("audit", ".", "--diff").out == ""
    failing = [
        Counter(
            line["name"]
            for item in done.document["items"]
            for line in item["status"]["scorecards"][0]["requirements"]
            if line["outcome"] in ("fail", "warn")
        )
        for done in (first, left)
    ]
    assert failing[0]["resource-limits"] == failing[1]["resource-limits"] > 100
    of_today = "api-version-current"  # finds nothing by the parameters that it has by default
    assert failing[0].keys() == {*fixable, "resource-limits"} - {of_today}
    assert failing[1].keys() - {"resource-limits"} == set(PARTLY.split())


def test_what_is_safe_stops_nothing(run: Run, write: Write, tmp_path: Path) -> None:
    grace = "termination-grace-period"
    text = CART.replace("hostNetwork: true  # since the move", "terminationGracePeriodSeconds: 5")
    write({"cart.yaml": documents(policy(ESCALATION, grace), text)})
    done = run("audit", ".", "--fix", "--safe")
    assert "fixed: 1 field in 1 file\n" in done.err
    assert "may stop" not in done.err
    assert "terminationGracePeriodSeconds: 30" in (tmp_path / "cart.yaml").read_text()


def test_what_is_waived_or_ignored_or_not_asked_stays(run: Run, write: Write, tmp_path: Path) -> None:
    asked = policy(ESCALATION) + "  ignoreContainers: [proxy]\n"
    write({"cart.yaml": CART, "policy.yaml": asked})
    run("audit", ".", "--fix")
    assert (tmp_path / "cart.yaml").read_text() == CART.replace("privileged: true", "allowPrivilegeEscalation: false")
    write(
        {
            "cart.yaml": CART,
            "policy.yaml": documents(policy(ESCALATION), waiver(requirements=[ESCALATION])),
        }
    )
    run("audit", ".", "--fix")
    assert (tmp_path / "cart.yaml").read_text() == CART


def test_where_one_of_several_checks_is_enough_one_is_mended(run: Run, write: Write, tmp_path: Path) -> None:
    asked = """\
        apiVersion: readiness.dev/v1alpha1
        kind: ReadinessPolicy
        metadata: {name: shop, namespace: shop}
        spec:
          requirements:
          - name: either
            title: Either will do
            match: Any
            checks: [{id: liveness-probe}, {id: no-host-namespaces}, {id: no-privilege-escalation}]
    """
    write({"cart.yaml": CART, "policy.yaml": asked})
    run("audit", ".", "--fix")
    assert (tmp_path / "cart.yaml").read_text() == CART.replace("      hostNetwork: true  # since the move\n", "")


def test_a_template_that_stands_elsewhere_is_not_looked_for_here(run: Run, write: Write, tmp_path: Path) -> None:
    rollout = """\
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: cart, namespace: shop}
        spec:
          workloadRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
    """
    write({"cart.yaml": CART, "rollout.yaml": rollout, "policy.yaml": policy(ESCALATION)})
    run("audit", ".", "--fix")
    assert "containers" not in (tmp_path / "rollout.yaml").read_text()


def test_what_one_fix_brings_to_light_is_mended_too(run: Run, write: Write, tmp_path: Path) -> None:
    write({"cart.yaml": CART, "policy.yaml": policy("no-host-namespaces", "dns-ndots")})
    assert "to fix: 2 fields" in run("audit", ".", "--diff").err
    assert run("audit", ".", "--fix").code == 0
    assert "- name: ndots" in (tmp_path / "cart.yaml").read_text()


def test_an_item_of_a_list_and_a_json_file_are_fixed(run: Run, write: Write, tmp_path: Path) -> None:
    container = {"name": "app", "image": "shop.example/cart:1.4.2"}
    meta = {"name": "cart", "namespace": "shop"}
    cart = {"metadata": meta, "spec": {"template": {"spec": {"containers": [container]}}}}
    carts = {"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [cart]}
    write({"list.json": json.dumps(carts), "policy.yaml": policy(ESCALATION)})
    assert run("audit", ".", "--fix").code == 0
    written = json.loads((tmp_path / "list.json").read_text())
    container["securityContext"] = {"allowPrivilegeEscalation": False}  # type: ignore[assignment]
    assert written == carts


def test_a_file_that_cannot_be_fixed_is_told_and_stays(run: Run, write: Write, tmp_path: Path) -> None:
    shared = CART.replace(
        "containers:\n        - name: app   # the app", "containers:\n        - &app\n          name: app"
    )
    shared += "      initContainers: [*app]\n"
    template = documents(CART, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-x}\n")
    write({"shared.yaml": shared, "template.yaml": template, "policy.yaml": policy(ESCALATION)})
    done = run("audit", ".", "--fix")
    assert "shared.yaml: warning: not fixed: other places share" in done.err
    assert "template.yaml: warning: not fixed: it has a document that cannot be read" in done.err
    assert (tmp_path / "shared.yaml").read_text() == shared
    assert (tmp_path / "template.yaml").read_text() == template


def test_a_link_out_of_the_folder_is_not_followed(run: Run, write: Write, tmp_path: Path) -> None:
    write({"elsewhere/cart.yaml": CART, "shop/policy.yaml": policy(ESCALATION)})
    (tmp_path / "shop/cart.yaml").symlink_to("../elsewhere/cart.yaml")
    done = run("audit", "shop", "--fix")
    assert "shop/cart.yaml: warning: not fixed: it is a link out of what was named" in done.err
    assert (tmp_path / "elsewhere/cart.yaml").read_text() == CART


def test_what_cannot_be_written_is_judged_as_it_is(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"cart.yaml": CART, "policy.yaml": policy(ESCALATION)})
    monkeypatch.setattr("os.access", lambda *_: False)
    done = run("audit", ".", "--fix")
    assert "cart.yaml: warning: not fixed: it must not be written" in done.err
    assert (tmp_path / "cart.yaml").read_text() == CART
    assert "allowPrivilegeEscalation is not set" in done.out


@pytest.mark.parametrize(
    "arguments, why",
    [
        (("-", "--fix"), "standard input cannot be fixed"),
        (("-", "--diff"), "standard input cannot be fixed"),
        ((".", "--fix", "--diff"), "take one of them"),
        ((".", "--safe"), "--safe is about --fix and --diff"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...], why: str) -> None:
    done = run("audit", *arguments, stdin=deployment())
    assert done.code == 2
    assert why in done.err
