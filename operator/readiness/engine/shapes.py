"""
Fields whose type the API server would refuse: a manifest with one of these is not judged, rather than misread.

A field that is misspelt is doubtful: the API server drops it, or refuses it too where it is asked to be strict. The
tables name the fields that checks look at. A mapping stands for an object, a list of one for a list of such items.
Source of the types: the Kubernetes API reference, v1.34.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from readiness.engine.field_names import FIELD_NAMES
from readiness.engine.paths import Step, spelled
from readiness.model import Ref
from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value: what it must be, in words and as a test."""

    expected: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field of the wrong type, or one that is missing, and what is wrong with it; `doubt`: one that is misspelt."""

    steps: tuple[Step, ...]
    message: str
    doubt: bool = False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_map(value: Any, *, texts: bool) -> bool:
    return isinstance(value, dict) and all(_in_map(item, texts=texts) for item in value.values())


Shape = Leaf | Mapping[str, "Shape"] | list["Shape"]

TEXT = Leaf("text", lambda value: isinstance(value, str))
WHOLE = Leaf("a whole number", _is_whole)
FLAG = Leaf("true or false", lambda value: isinstance(value, bool))
WHOLE_OR_TEXT = Leaf("a whole number or text", lambda value: _is_whole(value) or isinstance(value, str))
TEXTS = Leaf("a map of text to text", lambda value: _is_map(value, texts=True))
AMOUNTS = Leaf("a map of names to quantities", lambda value: _is_map(value, texts=False))

_SELECTOR: Shape = {
    "matchLabels": TEXTS,
    "matchExpressions": [{"key": TEXT, "operator": TEXT, "values": [TEXT]}],
}
_METADATA: Shape = {"name": TEXT, "generateName": TEXT, "namespace": TEXT, "labels": TEXTS, "annotations": TEXTS}
_KEY_REF: Shape = {"name": TEXT, "key": TEXT, "optional": FLAG}
_HANDLER: Mapping[str, Shape] = {
    "exec": {"command": [TEXT]},
    "httpGet": {"path": TEXT, "port": WHOLE_OR_TEXT, "scheme": TEXT, "host": TEXT, "httpHeaders": [{}]},
    "tcpSocket": {"port": WHOLE_OR_TEXT, "host": TEXT},
}
_PROBE: Shape = {
    **_HANDLER,
    "grpc": {"port": WHOLE, "service": TEXT},
    "initialDelaySeconds": WHOLE,
    "periodSeconds": WHOLE,
    "timeoutSeconds": WHOLE,
    "successThreshold": WHOLE,
    "failureThreshold": WHOLE,
}
_SECURITY: Mapping[str, Shape] = {
    "runAsUser": WHOLE,
    "runAsGroup": WHOLE,
    "runAsNonRoot": FLAG,
    "seccompProfile": {"type": TEXT},
    "appArmorProfile": {"type": TEXT},
    "seLinuxOptions": {"type": TEXT, "user": TEXT, "role": TEXT},
    "windowsOptions": {"hostProcess": FLAG, "runAsUserName": TEXT},
}
_RESOURCES: Shape = {"requests": AMOUNTS, "limits": AMOUNTS}
_CONTAINER: Shape = {
    "name": TEXT,
    "image": TEXT,
    "imagePullPolicy": TEXT,
    "command": [TEXT],
    "args": [TEXT],
    "ports": [{"containerPort": WHOLE, "hostPort": WHOLE, "name": TEXT, "protocol": TEXT}],
    "env": [{"name": TEXT, "value": TEXT, "valueFrom": {"secretKeyRef": _KEY_REF, "configMapKeyRef": _KEY_REF}}],
    "envFrom": [{"prefix": TEXT, "secretRef": {"name": TEXT}, "configMapRef": {"name": TEXT}}],
    "volumeMounts": [{"name": TEXT, "mountPath": TEXT, "readOnly": FLAG, "subPath": TEXT}],
    "livenessProbe": _PROBE,
    "readinessProbe": _PROBE,
    "startupProbe": _PROBE,
    "lifecycle": {
        "preStop": {**_HANDLER, "sleep": {"seconds": WHOLE}},
        "postStart": _HANDLER,
        "stopSignal": TEXT,
    },
    "resources": _RESOURCES,
    "restartPolicy": TEXT,
    "securityContext": {
        **_SECURITY,
        "privileged": FLAG,
        "allowPrivilegeEscalation": FLAG,
        "readOnlyRootFilesystem": FLAG,
        "procMount": TEXT,
        "capabilities": {"add": [TEXT], "drop": [TEXT]},
    },
}
_CLAIM: Shape = {"storageClassName": TEXT, "accessModes": [TEXT]}
_FILES: Mapping[str, Shape] = {
    "defaultMode": WHOLE,
    "optional": FLAG,
    "items": [{"key": TEXT, "path": TEXT, "mode": WHOLE}],
}
_POD: Shape = {
    "containers": [_CONTAINER],
    "initContainers": [_CONTAINER],
    "ephemeralContainers": [_CONTAINER],
    "os": {"name": TEXT},
    "volumes": [
        {
            "name": TEXT,
            "secret": {**_FILES, "secretName": TEXT},
            "configMap": {**_FILES, "name": TEXT},
            "projected": {"defaultMode": WHOLE, "sources": [{}]},
            "emptyDir": {"medium": TEXT},
            "ephemeral": {"volumeClaimTemplate": {"spec": _CLAIM}},
            "hostPath": {"path": TEXT},
        }
    ],
    "securityContext": {
        **_SECURITY,
        "fsGroup": WHOLE,
        "supplementalGroups": [WHOLE],
        "sysctls": [{"name": TEXT}],
    },
    "resources": _RESOURCES,
    "serviceAccountName": TEXT,
    "serviceAccount": TEXT,
    "automountServiceAccountToken": FLAG,
    "hostNetwork": FLAG,
    "hostPID": FLAG,
    "hostIPC": FLAG,
    "hostUsers": FLAG,
    "restartPolicy": TEXT,
    "terminationGracePeriodSeconds": WHOLE,
    "nodeSelector": TEXTS,
    "imagePullSecrets": [{"name": TEXT}],
    "topologySpreadConstraints": [
        {"topologyKey": TEXT, "maxSkew": WHOLE, "whenUnsatisfiable": TEXT, "labelSelector": _SELECTOR}
    ],
    "affinity": {"podAntiAffinity": {}, "nodeAffinity": {}},
    "nodeName": TEXT,
    "tolerations": [{"key": TEXT, "operator": TEXT, "effect": TEXT}],
    "priorityClassName": TEXT,
    "runtimeClassName": TEXT,
    "shareProcessNamespace": FLAG,
    "enableServiceLinks": FLAG,
    "hostAliases": [{}],
    "dnsConfig": {"options": [{"name": TEXT, "value": TEXT}]},
    "readinessGates": [{"conditionType": TEXT}],
}
_TEMPLATE: Shape = {"metadata": _METADATA, "spec": _POD}
_ROLLING: Shape = {
    "type": TEXT,
    "rollingUpdate": {"maxUnavailable": WHOLE_OR_TEXT, "maxSurge": WHOLE_OR_TEXT, "partition": WHOLE},
}
_CONTROLLER: Shape = {
    "replicas": WHOLE,
    "selector": _SELECTOR,
    "template": _TEMPLATE,
    "strategy": _ROLLING,
    "updateStrategy": _ROLLING,
    "minReadySeconds": WHOLE,
    "progressDeadlineSeconds": WHOLE,
    "suspend": FLAG,
    "revisionHistoryLimit": WHOLE,
    "serviceName": TEXT,
    "podManagementPolicy": TEXT,
    "persistentVolumeClaimRetentionPolicy": {"whenDeleted": TEXT, "whenScaled": TEXT},
    "volumeClaimTemplates": [{"metadata": {"name": TEXT}, "spec": _CLAIM}],
    "backoffLimit": WHOLE,
    "backoffLimitPerIndex": WHOLE,
    "activeDeadlineSeconds": WHOLE,
    "ttlSecondsAfterFinished": WHOLE,
}
_CRON_JOB: Shape = {
    "suspend": FLAG,
    "schedule": TEXT,
    "concurrencyPolicy": TEXT,
    "startingDeadlineSeconds": WHOLE,
    "successfulJobsHistoryLimit": WHOLE,
    "failedJobsHistoryLimit": WHOLE,
    "jobTemplate": {"spec": _CONTROLLER},
}
_BACKEND: Shape = {"service": {"name": TEXT}}
_SPECS: Mapping[tuple[str, str], Shape] = {
    ("apps", "Deployment"): _CONTROLLER,
    ("apps", "StatefulSet"): _CONTROLLER,
    ("apps", "DaemonSet"): _CONTROLLER,
    ("apps", "ReplicaSet"): _CONTROLLER,
    ("batch", "Job"): _CONTROLLER,
    ("batch", "CronJob"): _CRON_JOB,
    ("", "Pod"): _POD,
    ("", "Service"): {
        "selector": TEXTS,
        "type": TEXT,
        "ports": [{"port": WHOLE, "targetPort": WHOLE_OR_TEXT, "name": TEXT, "protocol": TEXT}],
    },
    ("policy", "PodDisruptionBudget"): {
        "selector": _SELECTOR,
        "minAvailable": WHOLE_OR_TEXT,
        "maxUnavailable": WHOLE_OR_TEXT,
    },
    ("autoscaling", "HorizontalPodAutoscaler"): {
        "scaleTargetRef": {"kind": TEXT, "name": TEXT, "apiVersion": TEXT},
        "minReplicas": WHOLE,
        "maxReplicas": WHOLE,
        "metrics": [{"type": TEXT}],
    },
    ("networking.k8s.io", "NetworkPolicy"): {
        "podSelector": _SELECTOR,
        "policyTypes": [TEXT],
        "ingress": [{"from": [{}], "ports": [{}]}],
        "egress": [{"to": [{}], "ports": [{}]}],
    },
    ("networking.k8s.io", "Ingress"): {
        "ingressClassName": TEXT,
        "defaultBackend": _BACKEND,
        "tls": [{"hosts": [TEXT], "secretName": TEXT}],
        "rules": [{"host": TEXT, "http": {"paths": [{"backend": _BACKEND}]}}],
    },
    ("", "LimitRange"): {
        "limits": [{"type": TEXT, "default": AMOUNTS, "defaultRequest": AMOUNTS, "max": AMOUNTS, "min": AMOUNTS}]
    },
}
_ROOTS: Mapping[tuple[str, str], Mapping[str, Shape]] = {
    ("", "ConfigMap"): {"data": TEXTS},
    ("", "ServiceAccount"): {"automountServiceAccountToken": FLAG, "imagePullSecrets": [{"name": TEXT}]},
}
_THIRD_PARTY: Shape = {"template": _TEMPLATE}
_UNSTABLE = re.compile("alpha|beta")  # versions whose fields differ
_NEAR = 0.85  # from 0 to 1
_POD_SPEC = ("spec", "template", "spec")
_POD_SPECS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", *_POD_SPEC)}


def misfits(raw: Mapping[str, Any], ref: Ref) -> list[Misfit]:
    """What the API server would refuse of an object with this name: wrong types, or that it has none; and slips."""
    kind = ref.group, ref.kind
    shape: Shape = {"metadata": _METADATA, "spec": _SPECS.get(kind, _THIRD_PARTY), **_ROOTS.get(kind, {})}
    found: list[Misfit] = []
    _walk(raw, shape, (), found)
    sure = [misfit for misfit in found if not misfit.doubt]
    if not ref.name and not sure:
        sure.append(Misfit(("metadata",), "metadata.name is missing"))
    known = (kind in _SPECS or kind in _ROOTS) and not _UNSTABLE.search(str(raw.get("apiVersion")))
    return sure + [told for misfit in found if misfit.doubt and known and (told := _slip(misfit))]


def _slip(misfit: Misfit) -> Misfit | None:
    """What is told of an unknown field, where a known one is near: others may be of a Kubernetes yet to come."""
    near = _near(misfit.message)
    message = f"Kubernetes has no field {misfit.message} here; did you mean {near}?"
    return replace(misfit, message=message) if near else None


@lru_cache(maxsize=256)
def _near(word: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only bad input needs it, and it is slow to import

    folded = {name.casefold(): name for name in FIELD_NAMES}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=_NEAR)
    return folded[close[0]] if close else ""


def without_containers(raw: Mapping[str, Any]) -> Iterator[Misfit]:
    """Why nothing could be said about a workload: it has no container (a patch, perhaps), or one has no name."""
    steps: tuple[Step, ...] = _POD_SPECS.get(raw["kind"], _POD_SPEC)
    node: Any = raw
    for step in steps:
        node = node.get(step) if isinstance(node, dict) else None
    containers = node.get("containers") if isinstance(node, dict) else None
    where = spelled(steps)
    if not containers:
        yield Misfit(steps, f"{where}.containers is missing: a patch is not judged, build the whole object first")
    for number, container in enumerate(containers or ()):
        if isinstance(container, dict) and not container.get("name"):
            yield Misfit((*steps, "containers", number), f"{where}.containers[{number}].name is missing")


def _walk(value: Any, shape: Shape, steps: tuple[Step, ...], found: list[Misfit]) -> None:
    """Gather what does not fit; a list that is filled is twice as fast as generators that are chained."""
    if isinstance(shape, Leaf):
        found += () if shape.fits(value) else (_misfit(steps, shape.expected, value),)
    elif isinstance(shape, list):
        if isinstance(value, list):
            for number, item in enumerate(value):
                if item is not None:
                    _walk(item, shape[0], (*steps, number), found)
        else:
            found.append(_misfit(steps, "a list", value))
    elif isinstance(value, dict):
        _walk_object(value, shape, steps, found)
    else:
        found.append(_misfit(steps, "an object", value))


def _walk_object(
    value: dict[Any, Any], shape: Mapping[str, Shape], steps: tuple[Step, ...], found: list[Misfit]
) -> None:
    for key, item in value.items():
        inside = shape.get(key)
        if inside is None:
            if key not in FIELD_NAMES and isinstance(key, str):
                found.append(Misfit((*steps, key), key, doubt=True))
        elif item is not None and not (isinstance(inside, Leaf) and inside.fits(item)):
            _walk(item, inside, (*steps, key), found)


def _misfit(steps: tuple[Step, ...], expected: str, value: Any) -> Misfit:
    found = _shown(value)
    if isinstance(value, dict) and expected.startswith("a map"):
        texts = expected == TEXTS.expected
        wrong = (key for key, item in value.items() if not _in_map(item, texts=texts))
        found = next((f"{_shown(value[key])} at {key}" for key in wrong), found)
    return Misfit(steps, f"{spelled(steps)} must be {expected}, not {found}")


def _in_map(item: Any, *, texts: bool) -> bool:
    return item is None or isinstance(item, str) or (not texts and _is_number(item))


def _shown(value: Any) -> str:
    """A wrong value in a few words. A number where text belongs may be a password: it is not repeated."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number"
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return repr(value)[:60]
