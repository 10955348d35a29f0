"""`readiness audit` on good input: what is judged, by which policies, where findings point, how it ends."""

import json
from collections.abc import Callable, Mapping

import pytest
import yaml
from tests.cli.conftest import Run
from tests.cli.manifests import budget, deployment, documents, line_of, policy

Write = Callable[[Mapping[str, str]], None]
BUDGET = "pod-disruption-budget"


def test_a_finding_has_the_file_and_line_of_the_field(run: Run, write: Write) -> None:
    text = documents(policy(), deployment(user=0))
    write({"shop/cart.yaml": text})
    done = run("audit", "shop", "-o", "json")
    (finding,) = done.findings("run-as-non-root")
    assert finding["path"] == "spec.template.spec.containers[app].securityContext"
    line = line_of(text, "securityContext:\n")
    assert (finding["file"], finding["line"], finding["column"]) == ("shop/cart.yaml", line, 9)
    assert f"shop/cart.yaml:{line}: container app runs as root" in run("audit", "shop").out


def test_what_a_field_is_missing_from_is_where_its_nearest_ancestor_stands(run: Run, write: Write) -> None:
    text = documents(policy("resource-limits", "pod-disruption-budget"), deployment())
    write({"cart.yaml": text})
    done = run("audit", "cart.yaml", "-o", "json")
    containers = [line_of(text, "- name: proxy"), line_of(text, "- name: app")]
    assert [finding["line"] for finding in done.findings("resource-limits")] == containers
    assert [finding["line"] for finding in done.findings("pod-disruption-budget")] == [
        line_of(text, "apiVersion: apps")
    ]


def test_an_item_of_a_list_is_found_in_its_file(run: Run, write: Write) -> None:
    items = [yaml.safe_load(deployment("one")), yaml.safe_load(deployment("two", user=0))]
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items}, sort_keys=False)
    write({"list.yaml": text, "policy.yaml": policy()})
    done = run("audit", ".", "-o", "json")
    (finding,) = done.findings("run-as-non-root", 1)
    assert finding["line"] == line_of(text, "securityContext:", last=True)
    second = line_of(text, "- apiVersion: apps/v1", last=True)
    assert done.verdicts == {"list.yaml:4 deployment-one": "Go", f"list.yaml:{second} deployment-two": "NoGo"}


@pytest.mark.parametrize(
    "user, arguments, code",
    [
        (10001, (), 0),
        (0, (), 1),
        (0, ("--fail-on", "critical"), 1),
        (0, ("--fail-on", "never"), 0),
        (10001, ("--fail-on", "critical"), 0),
        (10001, ("--fail-on", "high"), 0),
        (10001, ("--fail-on", "medium"), 1),
        (10001, ("--fail-on", "low"), 1),
    ],
)
def test_the_exit_code_tells_blockers_or_what_was_asked_for(
    run: Run, write: Write, user: int, arguments: tuple[str, ...], code: int
) -> None:
    write({"cart.yaml": documents(policy("run-as-non-root", "pod-disruption-budget"), deployment(user=user))})
    assert run("audit", "cart.yaml", *arguments).code == code


def test_standard_input_is_read_where_a_dash_says_so(run: Run) -> None:
    done = run("audit", "-", stdin=deployment(user=0))
    assert done.code == 1
    assert f"stdin:{line_of(deployment(user=0), 'securityContext:', last=True)}: container app runs as root" in done.out


def test_relations_hold_over_all_files(run: Run, write: Write) -> None:
    write({"a/cart.yaml": deployment(), "b/budget.yaml": budget(), "policy.yaml": policy("pod-disruption-budget")})
    assert run("audit", ".").code == 0
    assert run("audit", "a", "policy.yaml", "--fail-on", "medium").code == 1


def test_an_object_without_a_namespace_gets_the_one_of_the_option(run: Run, write: Write) -> None:
    bare = deployment(user=0).replace("  namespace: shop\n", "")
    write({"cart.yaml": documents(bare, policy().replace(", namespace: shop", ""))})
    done = run("audit", "cart.yaml", "-n", "web", "-o", "json")
    assert done.document["items"][0]["metadata"]["namespace"] == "web"
    assert run("audit", "cart.yaml", "-o", "json").document["items"][0]["metadata"]["namespace"] == "default"
    assert done.findings("run-as-non-root")[0]["line"] == line_of(bare, "securityContext:", last=True)


def test_a_policy_file_and_a_profile_count_besides_what_is_there(run: Run, write: Write) -> None:
    write({"m/cart.yaml": deployment(), "p.yaml": policy(name="extra"), "m/p.yaml": policy(name="own")})
    (item,) = run("audit", "m", "--policy", "p.yaml", "--profile", "recommended", "-o", "json").document["items"]
    names = [card["policyRef"]["name"] for card in item["status"]["scorecards"]]
    assert names == ["recommended", "extra", "own"]


def test_without_any_policy_the_recommended_profile_counts(run: Run, write: Write) -> None:
    write({"cart.yaml": deployment()})
    (item,) = run("audit", "cart.yaml", "-o", "json").document["items"]
    assert [card["policyRef"] for card in item["status"]["scorecards"]] == [{"kind": "Profile", "name": "recommended"}]


def test_the_recommended_profile_judges_even_system_namespaces_but_a_policy_does_not(run: Run, write: Write) -> None:
    write({"dns.yaml": deployment(namespace="kube-system")})
    assert run("audit", "dns.yaml", "-o", "json").document["summary"]["workloads"]["total"] == 1
    everywhere = policy().replace("ReadinessPolicy", "ClusterReadinessPolicy").replace(", namespace: shop", "")
    write({"policy.yaml": everywhere})
    assert run("audit", ".", "-o", "json").document["summary"]["workloads"]["total"] == 0


def test_workloads_that_no_policy_selects_are_listed(run: Run, write: Write) -> None:
    text = documents(policy(), deployment("one"), deployment("other", namespace="web"))
    line = line_of(text, "apiVersion: apps", last=True)
    write({"all.yaml": text})
    done = run("audit", "all.yaml", "-o", "json")
    missed = {"namespace": "web", "kind": "Deployment", "name": "other", "file": "all.yaml", "line": line}
    assert done.document["summary"]["unselected"] == [missed]
    assert (
        f"No policy selects 1 workload:\n  Deployment/other in web  all.yaml:{line}\n" in run("audit", "all.yaml").out
    )


def test_a_name_that_is_disabled_and_is_not_there_is_a_warning(run: Run, write: Write) -> None:
    asked = policy().replace("spec:\n", "spec:\n  profile: {name: recommended}\n")
    write({"all.yaml": documents(f"{asked}  - {{name: min-replica, disabled: true}}\n", deployment())})
    done = run("audit", "all.yaml", "--fail-on", "never")
    assert done.code == 0
    assert done.err.startswith("all.yaml:8: warning: spec.requirements[1].name: the profile recommended has no")
    assert done.err.endswith('did you mean "min-replicas"?\n')


def test_a_suspended_policy_judges_nothing_and_says_so(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy() + "  suspend: true\n", deployment(user=0))})
    done = run("audit", "all.yaml")
    assert done.code == 0
    assert "all.yaml:7: warning: ReadinessPolicy/production is suspended: nothing is judged by it" in done.err


def test_what_only_a_cluster_can_tell_leaves_the_score_and_is_counted_apart(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy("run-as-non-root", "liveness-endpoint"), deployment())})
    summary = run("audit", "all.yaml", "-o", "json").document["summary"]
    assert summary["score"] == 100
    assert summary["requirements"] == {
        "passed": 1, "warned": 0, "failed": 0, "unknown": 0, "notApplicable": 1, "waived": 0, "notEvaluated": 1
    }  # fmt: skip
    assert "1 answer needs a cluster" in run("audit", "all.yaml").out


def test_there_is_no_score_where_nothing_was_judged(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(namespace="web"), deployment())})
    assert "score" not in run("audit", "all.yaml", "-o", "json").document["summary"]
    totals = run("audit", "all.yaml").out.splitlines()[1]
    assert totals.split() == ["0", "0", "0", "0", "0", "-", "0", "0", "0", "0"]


def test_full_spells_out_what_passes(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(), deployment())})
    (card,) = run("audit", "all.yaml", "-o", "json", "--full").document["items"][0]["status"]["scorecards"]
    assert [item["outcome"] for item in card["requirements"]] == ["pass"]
    assert "  1 met\n    run-as-non-root: " in run("audit", "all.yaml", "--full").out


def test_full_spells_out_each_of_several_checks(run: Run, write: Write) -> None:
    asked = policy("hardened") + "    checks: [{id: run-as-non-root}, {id: read-only-root-filesystem}]\n"
    text = documents(asked, deployment())
    write({"all.yaml": text})
    done = run("audit", "all.yaml", "-o", "json", "--full")
    (card,) = done.document["items"][0]["status"]["scorecards"]
    checks = card["requirements"][0]["checks"]
    assert [(item["id"], item["outcome"]) for item in checks] == [
        ("run-as-non-root", "pass"), ("read-only-root-filesystem", "fail")
    ]  # fmt: skip
    assert "findings" not in checks[0]
    assert checks[1]["findings"][0]["file"] == "all.yaml"
    told = run("audit", "all.yaml", "--full")
    assert told.code == 1
    assert f"    all.yaml:{line_of(text, 'securityContext:', last=True)}: " in told.out


def test_a_report_that_is_too_long_is_told_without_its_texts(run: Run, write: Write) -> None:
    checks = [{"id": "required-secrets", "name": f"s{n}", "parameters": {"names": [f"s{n}"]}} for n in range(8)]
    for number in range(16):
        asked = yaml.safe_load(policy(name=f"p{number}"))
        asked["spec"]["requirements"] = [{"name": f"secrets-{n}", "checks": checks} for n in range(60)]
        write({f"p{number}.json": json.dumps(asked)})
    write({"cart.yaml": deployment()})
    done = run("audit", ".")
    assert done.code == 1
    assert done.out.count("  60 blockers\n") == 16
    assert done.out.count(" secrets-0\n") == 16


def test_a_third_party_controller_is_a_workload(run: Run, write: Write) -> None:
    rollout = deployment(user=0).replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
    write({"rollout.yaml": documents(policy(), rollout)})
    done = run("audit", "rollout.yaml", "-o", "json")
    assert list(done.verdicts.values()) == ["NoGo"]
    assert done.document["items"][0]["spec"]["workloadRef"]["kind"] == "Rollout"


def test_other_kinds_are_counted_and_otherwise_ignored(run: Run, write: Write) -> None:
    report = "apiVersion: readiness.dev/v1alpha1\nkind: ReadinessReport\nmetadata: {name: x}\n"
    widget = "apiVersion: shop.example/v1\nkind: Widget\nmetadata: {name: x}\nspec: [1]\n"
    write({"all.yaml": documents(policy(), deployment(), widget, report)})
    done = run("audit", "all.yaml", "-o", "json")
    assert (done.code, done.err) == (0, "")
    assert done.document["summary"]["objects"] == 4
    assert done.document["summary"]["ignored"] == 2


def test_what_belongs_to_a_workload_that_is_here_is_not_judged_again(run: Run, write: Write) -> None:
    owner = "  uid: u1\n  namespace: shop\n"
    owned = "  ownerReferences: [{{apiVersion: apps/v1, kind: {kind}, name: cart, uid: {uid}, controller: true}}]\n"
    of_deployment, of_set = owned.format(kind="Deployment", uid="u1"), owned.format(kind="ReplicaSet", uid="u2")
    replica_set = (
        deployment("cart-1")
        .replace("Deployment", "ReplicaSet")
        .replace("spec:\n", f"  uid: u2\n{of_deployment}spec:\n", 1)
    )
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: shop\n{owner}"
        "spec:\n  containers: [{{name: app, image: a.shop.example/b:1}}]\n"
    )
    finished = pod.format(name="done", owner="") + "status: {phase: Succeeded}\n"
    write({
        "all.yaml": documents(
            policy(),
            deployment().replace("  namespace: shop\n", owner),
            replica_set,
            pod.format(name="cart-1-a", owner=of_set),
            pod.format(name="alone", owner=""),
            pod.format(name="orphan", owner=of_set.replace("u2", "u9")),
            finished,
        )
    })  # fmt: skip
    names = [item["metadata"]["name"] for item in run("audit", "all.yaml", "-o", "json").document["items"]]
    assert names == ["deployment-cart", "pod-alone", "pod-orphan"]


def test_a_replica_set_on_its_own_is_a_workload(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(), deployment().replace("Deployment", "ReplicaSet"))})
    assert list(run("audit", "all.yaml", "-o", "json").verdicts) == ["all.yaml:8 replicaset-cart"]


def test_the_wide_table_names_the_first_blocker(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(BUDGET, "run-as-non-root"), deployment(user=0), deployment("search"))})
    lines = run("audit", "all.yaml", "-o", "wide").out.splitlines()
    heading = "VERDICT SCORE ITEMS STAGE BLOCKERS POLICIES NAMESPACE WORKLOAD FIRST BLOCKER"
    assert " ".join(lines[0].split()) == heading
    assert lines[1].split() == ["NoGo", "0", "%", "0/2", "-", "1", "1", "shop", "Deployment/cart", "run-as-non-root"]
    assert lines[2].split()[-1] == "Deployment/search"
    assert run("audit", "all.yaml", "-o", "wide", "-n", "x").out == "\n".join(lines) + "\n"


def test_text_tells_each_policy_and_each_check_apart(run: Run, write: Write) -> None:
    both = """\
apiVersion: readiness.dev/v1alpha1
kind: ReadinessPolicy
metadata: {name: both, namespace: shop}
spec:
  requirements:
  - name: hardened
    title: Containers are hardened
    checks: [{id: run-as-non-root}, {id: read-only-root-filesystem}]
"""
    text = documents(policy(), both, deployment(user=0))
    write({"all.yaml": text})
    out = run("audit", "all.yaml").out
    places = [line.split(": ")[0] for line in out.splitlines() if "container app" in line]
    assert places == [f"        all.yaml:{line_of(text, 'securityContext:', last=True)}"] * 3
    assert "  by ReadinessPolicy/both: NoGo  0 %  0/1\n  Security  " in out
    assert "  1 blocker\n    critical hardened: Containers are hardened\n" in out
    assert "  by ReadinessPolicy/production: NoGo  0 %  0/1\n" in out


def test_a_long_list_of_unselected_workloads_is_cut_in_text(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(namespace="web"), *(deployment(f"app-{number}") for number in range(13)))})
    out = run("audit", "all.yaml").out
    assert "No policy selects 13 workloads:\n" in out
    assert out.count("  Deployment/app-") == 10
    assert out.endswith("\n  and 3 more\n")


def test_yaml_says_the_same_as_json(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(), deployment(user=0))})
    as_json, as_yaml = (run("audit", "all.yaml", "-o", output) for output in ("json", "yaml"))
    documents_ = as_json.document, yaml.safe_load(as_yaml.out)
    for document in documents_:
        for item in document["items"]:
            for condition in item["status"]["conditions"]:
                del condition["lastTransitionTime"]  # the second in which it was said
    assert documents_[0] == documents_[1]


def test_text_has_no_colour_and_no_control_character_off_a_terminal(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(), deployment(user=0).replace("name: cart", 'name: "cart\\e[31m"', 1))})
    done = run("audit", "all.yaml")
    assert "\x1b" not in done.out
    assert "Deployment/cart�[31m" in done.out


def test_an_object_of_a_version_that_is_gone_is_warned_of_where_it_stands(run: Run, write: Write) -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: cart, namespace: shop}\n"
    write({"cart.yaml": documents(policy("run-as-non-root"), deployment()), "role.yaml": role})
    done = run("audit", ".")
    warning = "rbac.authorization.k8s.io/v1beta1 was removed in Kubernetes 1.22; use rbac.authorization.k8s.io/v1"
    assert f"role.yaml:1: warning: Role/cart: {warning}" in done.err
    assert done.code == 0


def test_what_helm_runs_as_a_test_alone_is_not_judged(run: Run, write: Write) -> None:
    named = "  namespace: shop\n"
    trial = deployment("trial", user=0).replace(named, f"{named}  annotations: {{helm.sh/hook: test}}\n", 1)
    write({"all.yaml": documents(policy(), deployment(), trial)})
    done = run("audit", ".", "-o", "json")
    assert (done.code, [item["metadata"]["name"] for item in done.document["items"]]) == (0, ["deployment-cart"])
