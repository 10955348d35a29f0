"""Manifests that audits are tried with."""

from textwrap import indent


def deployment(name: str = "cart", *, namespace: str = "shop", user: int = 10001, replicas: object = 3) -> str:
    """A Deployment that meets the requirements of `policy` unless its user is 0."""
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
spec:
  replicas: {replicas}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
      - name: proxy
        image: registry.shop.example/proxy:2.0.1
        securityContext: {{runAsUser: 10001}}
      - name: app
        image: registry.shop.example/{name}:1.4.2
        securityContext:
          runAsUser: {user}
"""


def line_of(text: str, words: str, *, last: bool = False) -> int:
    """The line, from 1, where words stand for the first or the last time."""
    at = text.rindex(words) if last else text.index(words)
    return text.count("\n", 0, at) + 1


def budget(name: str = "cart", namespace: str = "shop") -> str:
    """The PodDisruptionBudget of such a Deployment."""
    return f"""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  maxUnavailable: 1
  selector: {{matchLabels: {{app: {name}}}}}
"""


def policy(*requirements: str, name: str = "production", namespace: str = "shop") -> str:
    """A policy that asks for these checks, by default that nobody is root."""
    lines = "\n".join(f"  - name: {requirement}" for requirement in requirements or ("run-as-non-root",))
    return f"""\
apiVersion: readiness.dev/v1alpha1
kind: ReadinessPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  requirements:
{lines}
"""


def documents(*texts: str) -> str:
    """Several documents in one file."""
    return "---\n".join(texts)


def config_map(profile: str, *, namespace: str = "shop") -> str:
    """A ConfigMap with a team's own profile."""
    return f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: profiles, namespace: {namespace}, labels: {{readiness.dev/profile: "true"}}}}
data:
  profile.yaml: |
{indent(profile, "    ")}
"""
