"""`readiness audit` on bad input: it is named with file and line, the rest is judged, and the exit code is 2."""

from collections.abc import Callable, Mapping

import pytest
from tests.cli.conftest import Run
from tests.cli.manifests import budget, deployment, documents, line_of, policy

Write = Callable[[Mapping[str, str]], None]


def test_a_broken_file_is_named_and_the_rest_is_judged(run: Run, write: Write) -> None:
    write({
        "m/a.yaml": documents(policy(), deployment("one", user=0)),
        "m/b.yaml": documents(deployment("two"), "kind: [\n", deployment("three")),
        "m/c.json": '{"apiVersion": "v1",\n "kind": ',
    })  # fmt: skip
    done = run("audit", "m", "-o", "json")
    assert done.code == 2
    names = [item["metadata"]["name"] for item in done.document["items"]]
    assert names == ["deployment-one", "deployment-two", "deployment-three"]
    broken = deployment("two").count("\n") + 3
    assert [line.partition(": ")[0] for line in done.err.splitlines()] == [f"m/b.yaml:{broken}", "m/c.json:3"]
    assert done.document["summary"]["problems"] == {"errors": 2, "warnings": 0}


POD = "spec.template.spec"
WRONG = [
    ("replicas: 3", "replicas: three", "spec.replicas must be a whole number, not 'three'"),
    ("replicas: 3", "replicas: 2.5", "spec.replicas must be a whole number, not a number"),
    ("replicas: 3", "replicas: true", "spec.replicas must be a whole number, not true"),
    ("{app: cart}", "{app: 5}", "spec.template.metadata.labels must be a map of text to text, not a number at app"),
    ("{app: cart}", "cart", "spec.template.metadata.labels must be a map of text to text, not 'cart'"),
    (
        "image: registry.shop.example/cart:1.4.2",
        "env: {A: b}",
        f"{POD}.containers[1].env must be a list, not an object",
    ),
    (
        "image: registry.shop.example/cart:1.4.2",
        "env: [{name: PASSWORD, value: 12345678}]",
        f"{POD}.containers[1].env[0].value must be text, not a number",
    ),
    (
        "image: registry.shop.example/cart:1.4.2",
        "resources: {limits: {memory: [1]}}",
        f"{POD}.containers[1].resources.limits must be a map of names to quantities, not a list at memory",
    ),
    ("- name: app", "- just-text\n      - name: app", f"{POD}.containers[1] must be an object, not 'just-text'"),
    ("- name: app\n       ", "-", f"{POD}.containers[1].name is missing"),
    ("containers:\n", "containers: {}\n      initContainers:\n", f"{POD}.containers must be a list, not an object"),
]


@pytest.mark.parametrize("before, after, told", WRONG)
def test_a_field_of_the_wrong_type_is_named_with_its_line(
    run: Run, write: Write, before: str, after: str, told: str
) -> None:
    text = deployment()
    line = line_of(text, before)
    write({"m/bad.yaml": text.replace(before, after, 1), "m/good.yaml": documents(deployment("good"), policy())})
    done = run("audit", "m", "-o", "json")
    assert (done.code, done.err) == (2, f"m/bad.yaml:{line}: {told}\n")
    assert list(done.verdicts) == ["m/good.yaml:1 deployment-good"]


@pytest.mark.parametrize(
    "metadata, told",
    [("{namespace: shop}", "metadata.name is missing"), ("cart", "metadata must be an object, not 'cart'")],
)
def test_an_object_without_a_name_is_named_by_its_line(run: Run, write: Write, metadata: str, told: str) -> None:
    text = deployment().replace("metadata:\n  name: cart\n  namespace: shop\n", f"metadata: {metadata}\n")
    write({"bad.yaml": text})
    assert run("audit", "bad.yaml").err.startswith(f"bad.yaml:3: {told}\n")


def test_a_patch_is_told_from_a_workload(run: Run, write: Write) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\nspec:\n  replicas: 5\n"
    write({"patch.yaml": patch})
    done = run("audit", "patch.yaml")
    assert done.code == 2
    assert "patch.yaml:4: spec.template.spec.containers is missing: a patch is not judged" in done.err


def test_a_pod_and_a_cron_job_are_looked_at_where_their_containers_are(run: Run, write: Write) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: {}}\n"
    cron = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  jobTemplate: {spec: {template: {spec: {}}}}"
    )
    write({"all.yaml": documents(pod, cron)})
    lines = run("audit", "all.yaml").err.splitlines()
    assert lines[0] == "all.yaml:4: spec.containers must be a list, not an object"
    assert lines[1].startswith("all.yaml:10: spec.jobTemplate.spec.template.spec.containers is missing: a patch")


def test_null_is_as_good_as_absent(run: Run, write: Write) -> None:
    text = (
        deployment()
        .replace("replicas: 3", "replicas:\n  strategy: null")
        .replace("- name: proxy", "- null\n      - name: proxy")
    )
    write({"all.yaml": documents(policy(), text)})
    assert run("audit", "all.yaml").code == 0


def test_surroundings_are_looked_at_too(run: Run, write: Write) -> None:
    text = documents(policy(), deployment(), budget().replace("maxUnavailable: 1", "maxUnavailable: [1]"))
    write({"all.yaml": text})
    done = run("audit", "all.yaml")
    told = "spec.maxUnavailable must be a whole number or text, not a list"
    assert done.err == f"all.yaml:{line_of(text, 'maxUnavailable')}: {told}\n"
    assert done.code == 2


def test_every_wrong_field_of_a_policy_is_named_and_other_policies_count(run: Run, write: Write) -> None:
    wrong = """\
apiVersion: readiness.dev/v1alpha1
kind: ReadinessPolicy
metadata: {name: wrong, namespace: shop}
spec:
  blockingSeverities: [critcal]
  requirements:
  - name: run-as-non-root
    checks:
    - id: run-as-non-rot
  - name: min-replicas
    severty: high
"""
    write({"p.yaml": documents(wrong, policy()), "cart.yaml": deployment()})
    done = run("audit", ".", "-o", "json")
    assert done.code == 2
    assert [line.split(": ")[:2] for line in done.err.splitlines()] == [
        ["p.yaml:5", "spec.blockingSeverities[0]"],
        ["p.yaml:11", "spec.requirements[1].severty"],
    ]
    assert list(done.verdicts.values()) == ["Go"]
    write({"p.yaml": wrong.replace("critcal", "critical").replace("severty", "severity")})
    done = run("audit", ".", "-o", "json")
    assert 'p.yaml:9: spec.requirements[0].checks[0].id: there is no check "run-as-non-rot"' in done.err
    assert done.document["items"] == []  # what should be judged by a policy is not judged by a profile instead


def test_a_policy_without_usable_metadata_is_named(run: Run, write: Write) -> None:
    write({"p.yaml": policy().replace("{name: production, namespace: shop}", "[]"), "cart.yaml": deployment()})
    assert run("audit", ".").err.startswith("p.yaml:3: metadata must be an object, not a list\n")


def test_a_kind_of_ours_that_is_unknown_is_a_warning(run: Run, write: Write) -> None:
    odd = "apiVersion: readiness.dev/v1alpha1\nkind: ReadinessWish\nmetadata: {name: x}\n"
    write({"all.yaml": documents(odd, deployment(), policy())})
    done = run("audit", "all.yaml")
    assert done.code == 0
    assert done.err == "all.yaml:2: warning: ReadinessWish is not a kind that this version knows: it has no effect\n"


@pytest.mark.parametrize("text", ["", "# nothing\n---\n", "apiVersion: v1\nkind: List\nitems: []\n"])
def test_where_nothing_can_be_judged_nothing_is_green(run: Run, write: Write, text: str) -> None:
    write({"empty.yaml": text})
    done = run("audit", "empty.yaml")
    assert done.code == 2
    assert done.err == "empty.yaml: there are no Kubernetes objects here\n"


def test_an_empty_standard_input_and_an_empty_folder_are_not_green(run: Run, write: Write) -> None:
    assert run("audit", "-", stdin="").code == 2
    write({"docs/readme.md": "nothing"})
    assert run("audit", "docs").code == 2


def test_objects_without_a_workload_are_fine_and_said_to_be_none(run: Run, write: Write) -> None:
    write({"all.yaml": budget()})
    done = run("audit", "all.yaml")
    assert (done.code, done.err) == (0, "no workload was judged\n")


def test_a_missing_path_is_named(run: Run, write: Write) -> None:
    write({"cart.yaml": documents(policy(), deployment())})
    done = run("audit", "cart.yaml", "gone", "-o", "json")
    assert (done.code, done.err) == (2, "gone: no such file or directory\n")
    assert len(done.document["items"]) == 1


def test_files_that_are_no_manifests_are_not_worth_a_line(run: Run, write: Write) -> None:
    write({"values.yaml": "image: x\n", "cart.yaml": documents(policy(), deployment())})
    done = run("audit", ".")
    assert (done.code, done.err) == (0, "")


def test_a_policy_file_that_is_none_is_named(run: Run, write: Write) -> None:
    idle = policy() + "  suspend: true\n"
    write({"cart.yaml": deployment(), "idle.yaml": idle, "p.yaml": budget()})
    done = run("audit", "cart.yaml", "--policy", "p.yaml", "--policy", "gone.yaml", "--policy", "idle.yaml")
    assert done.code == 2
    assert done.err.splitlines() == [
        "gone.yaml: no such file or directory",
        "idle.yaml:7: warning: ReadinessPolicy/production is suspended: nothing is judged by it",
        "p.yaml:2: PodDisruptionBudget/cart is not a policy",
        "no workload was judged",
    ]


@pytest.mark.parametrize(
    "arguments, told",
    [
        ((), "name files or folders, or - for standard input"),
        (("x.yaml", "--profile", "recomended"), 'there is no profile "recomended"; did you mean "recommended"?'),
        (("x.yaml", "-o", "pdf"), "'pdf' is not one of"),
        (("x.yaml", "--fail-on", "fatal"), "'fatal' is not one of"),
    ],
)
def test_usage_errors_end_with_2(run: Run, write: Write, arguments: tuple[str, ...], told: str) -> None:
    write({"x.yaml": deployment()})
    done = run("audit", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""


NO_POLICY = {
    "an unknown kind": ("kind: ReadinessThing\nmetadata: {name: it}", "is not a kind that this version knows"),
    "an invalid waiver": ("kind: ReadinessWaiver\nmetadata: {name: it}\nspec: 5", "spec must be an object"),
    "a report of another version": (
        "kind: ReadinessReport\nmetadata: {name: it}",
        "ReadinessReport/it: readiness.dev/v1 is not served; write readiness.dev/v1alpha1",
    ),
    "a report": ("kind: ReadinessReport\nmetadata: {name: it}", ""),
}


@pytest.mark.parametrize("what", NO_POLICY)
def test_only_a_policy_makes_the_recommended_profile_step_back(run: Run, write: Write, what: str) -> None:
    text, told = NO_POLICY[what]
    version = "v1" if "version" in what else "v1alpha1"
    write({"m/a.yaml": documents(deployment(), f"apiVersion: readiness.dev/{version}\n{text}\n")})
    done = run("audit", "m", "-o", "json")
    (item,) = done.document["items"]
    assert item["status"]["scorecards"][0]["policyRef"]["name"] == "recommended"
    assert told in done.err
    assert bool(told) is bool(done.err)


NAME = "3: a name has at most 253 lower-case letters, digits, and '-' or '.' inside, not '"


@pytest.mark.parametrize("before, after, told", [
    ("v1alpha1", "v1beta1", "1: ReadinessPolicy/production: readiness.dev/v1beta1 is not served; write readiness.dev/"),
    ("name: production", "name: Production", f"{NAME}Production'"),
    ("name: production", f"name: {'a' * 254}", NAME),
    ("name: production", "name: a..b", NAME),
    ("name: production", "labels: {}", "3: metadata.name is missing"),
    ("name: production", "generateName: Shop-", f"{NAME}Shop-'"),
])  # fmt: skip
def test_what_kubernetes_refuses_of_our_own_objects_is_told_with_its_line(
    run: Run, write: Write, before: str, after: str, told: str
) -> None:
    write({"m/a.yaml": documents(policy().replace(before, after, 1), deployment())})
    done = run("audit", "m")
    assert done.code == 2
    assert told in done.err
    assert "no workload was judged" in done.err


def test_a_name_that_kubernetes_will_end_is_none_to_mind(run: Run, write: Write) -> None:
    write({"m/a.yaml": documents(policy().replace("name: production", "generateName: shop-", 1), deployment())})
    assert run("audit", "m").err == ""


def test_a_misspelt_field_is_a_warning_and_the_rest_is_judged(run: Run, write: Write) -> None:
    text = deployment().replace("  replicas: 3", "  repilcas: 3")
    write({"cart.yaml": documents(policy(), text)})
    done = run("audit", ".")
    line = line_of(documents(policy(), text), "repilcas")
    told = f"cart.yaml:{line}: warning: Kubernetes has no field repilcas here; did you mean replicas?\n"
    assert (done.code, done.err) == (0, told)


def test_a_kind_of_others_that_cannot_be_read_is_a_warning(run: Run, write: Write) -> None:
    knative = deployment("search").replace("apps/v1", "serving.knative.dev/v1").replace("Deployment", "Service")
    knative = knative.replace("  - name: proxy\n        image", "  - image")
    write({"all.yaml": documents(policy(), deployment(), knative)})
    done = run("audit", ".")
    line = line_of(documents(policy(), deployment(), knative), "- image:")
    told = "Service/search is not judged: spec.template.spec.containers[0].name is missing"
    assert (done.code, done.err) == (0, f"all.yaml:{line}: warning: {told}\n")
