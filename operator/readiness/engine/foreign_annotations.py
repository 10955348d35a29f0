"""
Opt-outs that other linters read from annotations, as waivers without end: so that people can move over.

Names of checks: kube-linter 0.7 (`ignore-check.kube-linter.io/<check>: why`, `kube-linter.io/ignore-all`), Polaris 10
(`polaris.fairwinds.com/<check>-exempt: "true"`, `polaris.fairwinds.com/exempt: "true"`), kube-score 1.20
(`kube-score/ignore: <check>,<check>`, where `*` is all of them).
"""

from collections.abc import Iterator, Mapping

from readiness.model import Ref, Workload
from readiness.model.claims import Subject, Validity, Waiver
from readiness.model.records import dataclass
from readiness.policy.names import GROUP

KUBE_LINTER: Mapping[str, tuple[str, ...]] = {
    "dangling-horizontalpodautoscaler": ("horizontal-pod-autoscaler",),
    "default-service-account": ("own-service-account",),
    "deprecated-service-account-field": ("service-account-field",),
    "dnsconfig-options": ("dns-ndots",),
    "docker-sock": ("no-runtime-socket",),
    "drop-net-raw-capability": ("drop-all-capabilities", "pss-capabilities-restricted"),
    "duplicate-env-var": ("env-names-unique",),
    "env-value-from": ("secret-references-resolve",),
    "env-var-secret": ("no-plaintext-secret-env",),
    "host-ipc": ("no-host-namespaces", "pss-host-namespaces"),
    "host-network": ("no-host-namespaces", "pss-host-namespaces"),
    "host-pid": ("no-host-namespaces", "pss-host-namespaces"),
    "hpa-minimum-three-replicas": ("min-replicas",),
    "invalid-target-ports": ("service-target-ports",),
    "job-ttl-seconds-after-finished": ("job-ttl",),
    "latest-tag": ("image-tag-pinned",),
    "liveness-port": ("probe-port-declared",),
    "minimum-three-replicas": ("min-replicas",),
    "mismatching-selector": ("selector-matches-template",),
    "no-anti-affinity": ("topology-spread",),
    "no-extensions-v1beta": ("api-version-served",),
    "no-liveness-probe": ("liveness-probe",),
    "no-node-affinity": ("node-affinity",),
    "no-read-only-root-fs": ("read-only-root-filesystem",),
    "no-readiness-probe": ("readiness-probe",),
    "no-rolling-update-strategy": ("rollout-strategy",),
    "non-existent-service-account": ("service-account-exists",),
    "non-isolated-pod": ("network-policy",),
    "pdb-max-unavailable": ("pod-disruption-budget",),
    "pdb-min-available": ("pod-disruption-budget",),
    "priority-class-name": ("priority-class",),
    "privilege-escalation-container": ("no-privilege-escalation", "pss-privilege-escalation"),
    "privileged-container": ("no-privileged-containers", "pss-privileged"),
    "privileged-ports": ("unprivileged-ports",),
    "read-secret-from-env-var": ("secrets-mounted-as-files",),
    "readiness-port": ("probe-port-declared",),
    "required-annotation-email": ("required-annotations",),
    "required-label-owner": ("required-labels", "owner-named"),
    "restart-policy": ("restart-policy",),
    "run-as-non-root": ("run-as-non-root", "pss-run-as-non-root", "pss-run-as-user"),
    "scc-deny-privileged-container": ("no-privileged-containers", "pss-privileged"),
    "sensitive-host-mounts": ("no-sensitive-host-paths",),
    "ssh-port": ("no-ssh-port",),
    "startup-port": ("probe-port-declared",),
    "unsafe-proc-mount": ("pss-proc-mount", "pss-proc-mount-restricted"),
    "unsafe-sysctls": ("pss-sysctls",),
    "unset-cpu-requirements": ("resource-requests", "resource-limits"),
    "unset-memory-requirements": ("resource-requests", "resource-limits"),
    "use-namespace": ("allowed-namespaces",),
    "writable-host-mount": ("host-paths-read-only",),
}
POLARIS: Mapping[str, tuple[str, ...]] = {
    "automountServiceAccountToken": ("service-account-token", "no-token-mounted"),
    "cpuLimitsMissing": ("resource-limits",),
    "cpuRequestsMissing": ("resource-requests",),
    "dangerousCapabilities": ("drop-all-capabilities", "pss-capabilities-baseline", "pss-capabilities-restricted"),
    "deploymentMissingReplicas": ("min-replicas",),
    "hostIPCSet": ("no-host-namespaces", "pss-host-namespaces"),
    "hostNetworkSet": ("no-host-namespaces", "pss-host-namespaces"),
    "hostPIDSet": ("no-host-namespaces", "pss-host-namespaces"),
    "hostPathSet": ("no-host-path-volumes", "pss-host-path-volumes", "pss-restricted-volumes"),
    "hostPortSet": ("no-host-ports", "pss-host-ports"),
    "hostProcess": ("pss-windows-host-process",),
    "hpaMaxAvailability": ("horizontal-pod-autoscaler",),
    "hpaMinAvailability": ("min-replicas",),
    "insecureCapabilities": ("drop-all-capabilities", "pss-capabilities-restricted"),
    "linuxHardening": ("seccomp-profile", "drop-all-capabilities"),
    "livenessProbeMissing": ("liveness-probe",),
    "memoryLimitsMissing": ("resource-limits",),
    "memoryRequestsMissing": ("resource-requests",),
    "metadataAndInstanceMismatched": ("instance-label",),
    "missingNetworkPolicy": ("network-policy",),
    "missingPodDisruptionBudget": ("pod-disruption-budget",),
    "notReadOnlyRootFilesystem": ("read-only-root-filesystem",),
    "pdbMinAvailableGreaterThanHPAMinReplicas": ("pod-disruption-budget",),
    "priorityClassNotSet": ("priority-class",),
    "privilegeEscalationAllowed": ("no-privilege-escalation", "pss-privilege-escalation"),
    "procMount": ("pss-proc-mount", "pss-proc-mount-restricted"),
    "pullPolicyNotAlways": ("image-pull-policy",),
    "readinessProbeMissing": ("readiness-probe",),
    "runAsPrivileged": ("no-privileged-containers", "pss-privileged"),
    "runAsRootAllowed": ("run-as-non-root", "pss-run-as-non-root", "pss-run-as-user"),
    "sensitiveConfigmapContent": ("no-secrets-in-configmaps",),
    "sensitiveContainerEnvVar": ("no-plaintext-secret-env",),
    "tagNotSpecified": ("image-tag-pinned",),
    "tlsSettingsMissing": ("ingress-tls",),
    "topologySpreadConstraint": ("topology-spread",),
}
KUBE_SCORE: Mapping[str, tuple[str, ...]] = {
    "container-cpu-requests-equal-limits": ("limit-request-ratio", "qos-class"),
    "container-ephemeral-storage-request-and-limit": ("ephemeral-storage-limit",),
    "container-ephemeral-storage-request-equals-limit": ("ephemeral-storage-limit",),
    "container-image-pull-policy": ("image-pull-policy",),
    "container-image-tag": ("image-tag-pinned",),
    "container-memory-requests-equal-limits": ("limit-request-ratio", "qos-class"),
    "container-ports-check": ("ports-unique", "ports-named", "service-target-ports"),
    "container-resource-requests-equal-limits": ("limit-request-ratio", "qos-class"),
    "container-resources": ("resource-requests", "resource-limits"),
    "container-seccomp-profile": ("seccomp-profile", "pss-seccomp-restricted"),
    "container-security-context-privileged": ("no-privileged-containers", "pss-privileged"),
    "container-security-context-readonlyrootfilesystem": ("read-only-root-filesystem",),
    "container-security-context-user-group-id": ("high-user-id", "high-group-id"),
    "cronjob-has-deadline": ("cronjob-starting-deadline",),
    "cronjob-restartpolicy": ("restart-policy",),
    "deployment-has-host-podantiaffinity": ("topology-spread",),
    "deployment-has-poddisruptionbudget": ("pod-disruption-budget",),
    "deployment-pod-selector-labels-match-template-metadata-labels": ("selector-matches-template",),
    "deployment-replicas": ("min-replicas",),
    "deployment-strategy": ("rollout-strategy",),
    "deployment-targeted-by-hpa-does-not-have-replicas-configured": ("no-replicas-with-autoscaler",),
    "environment-variable-key-duplication": ("env-names-unique",),
    "horizontalpodautoscaler-replicas": ("min-replicas",),
    "label-values": ("labels-valid",),
    "pod-networkpolicy": ("network-policy",),
    "pod-probes": ("readiness-probe", "liveness-probe"),
    "pod-probes-identical": ("probes-distinct",),
    "pod-topology-spread-constraints": ("topology-spread",),
    "stable-version": ("api-version-served", "api-version-current"),
    "statefulset-has-host-podantiaffinity": ("topology-spread",),
    "statefulset-has-poddisruptionbudget": ("pod-disruption-budget",),
    "statefulset-has-servicename": ("headless-service",),
    "statefulset-pod-selector-labels-match-template-metadata-labels": ("selector-matches-template",),
}
_LINTER, _FAIRWINDS, _SCORE = "ignore-check.kube-linter.io/", "polaris.fairwinds.com/", "kube-score/ignore"
_EVERYTHING = frozenset({"kube-linter.io/ignore-all", f"{_FAIRWINDS}exempt"})
_FOR_EVER = Validity(None, None)


@dataclass(frozen=True, slots=True)
class OptOut:
    """An annotation by which another linter leaves something out, and what of it no check of ours answers."""

    key: str
    value: str
    checks: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether it leaves out all checks."""
        return not self.checks and not self.unknown


def opt_outs(workload: Workload) -> list[Waiver]:
    """What the annotations of a workload and of its pods leave out, as waivers that have their names."""
    return [
        Waiver(
            Ref("ReadinessWaiver", workload.ref.namespace, found.key, GROUP),
            Subject(workload.ref.kind, workload.ref.name, workload.ref.group),
            _FOR_EVER,
            checks=found.checks,
            policy_kind="",
            reason=found.value,
        )
        for found in annotated(workload)
        if found.checks or found.everything
    ]


def annotated(workload: Workload) -> Iterator[OptOut]:
    """The opt-outs in the annotations of a workload and of its pods, by name."""
    annotations = {**workload.pod.annotations, **workload.annotations}
    for key in sorted(annotations):
        value = annotations[key].strip()
        if key in _EVERYTHING:
            if key.startswith("kube-linter") or value == "true":
                yield OptOut(key, value)
        elif key.startswith(_LINTER):
            yield _translated(key, value, [key.removeprefix(_LINTER)], KUBE_LINTER)
        elif key.startswith(_FAIRWINDS) and key.endswith("-exempt"):
            if value == "true":
                yield _translated(key, value, [key.removeprefix(_FAIRWINDS).removesuffix("-exempt")], POLARIS)
        elif key == _SCORE:
            names = [name.strip() for name in value.split(",") if name.strip()]
            if names:
                yield OptOut(key, value) if "*" in names else _translated(key, value, names, KUBE_SCORE)


def _translated(key: str, value: str, names: list[str], known: Mapping[str, tuple[str, ...]]) -> OptOut:
    checks = frozenset(check for name in names for check in known.get(name, ()))
    return OptOut(key, value, checks, tuple(name for name in names if name not in known))
