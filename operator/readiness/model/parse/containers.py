"""Pod specs: raw mapping to `PodSpec`."""

import re
from collections.abc import Iterator
from sys import intern

from readiness.model.container import (
    AntiAffinity,
    Container,
    Env,
    Handler,
    KeyRef,
    Mount,
    PodSpec,
    Port,
    Probe,
    Role,
    Security,
    SELinux,
    Spread,
    Volume,
    VolumeItem,
)  # fmt: skip
from readiness.model.controllers import Claim
from readiness.model.parse.controllers import claim
from readiness.model.parse.fields import (
    Raw,
    count,
    flag,
    int_or_text,
    items,
    labels,
    mapping,
    number,
    optional_text,
    selector,
    strings,
    text,
    texts,
    whole_numbers,
)  # fmt: skip
from readiness.model.parse.placement import placement

_NO_SECURITY = Security()
_SHOWN = (("secret", "Secret"), ("configMap", "ConfigMap"))  # sources of projected volumes, and what they refer to
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_HANDLERS = ("sleep", "exec", "httpGet", "tcpSocket")
_SLEEP = re.compile(r"(?:^|[\s;&|(/])sleep\s+(\d{1,6})(?![\w.])")


def pod_spec(raw: Raw, path: str, metadata: Raw) -> PodSpec:
    """The pod spec that stands at `path` of its object, with the labels and annotations of its pods."""
    context = mapping(raw, "securityContext")
    security = _security(context) if context else _NO_SECURITY
    resources = mapping(raw, "resources")
    return PodSpec(
        path=path,
        labels=labels(metadata),
        annotations=labels(metadata, "annotations"),
        containers=_containers(raw, path, security),
        volumes=tuple(_volume(item, path) for item in items(raw, "volumes")),
        security=security,
        resource_requests=strings(resources, "requests"),
        resource_limits=strings(resources, "limits"),
        service_account=intern(text(raw, "serviceAccountName") or text(raw, "serviceAccount") or "default"),
        automount_token=flag(raw, "automountServiceAccountToken"),
        host_network=raw.get("hostNetwork") is True,
        host_pid=raw.get("hostPID") is True,
        host_ipc=raw.get("hostIPC") is True,
        host_users=flag(raw, "hostUsers"),
        share_process_namespace=raw.get("shareProcessNamespace") is True,
        windows=_windows(raw),
        os=intern(text(mapping(raw, "os"), "name")),
        restart_policy=text(raw, "restartPolicy", "Always"),
        termination_grace_seconds=count(raw, "terminationGracePeriodSeconds", 30),
        spreads=tuple(_spread(item) for item in items(raw, "topologySpreadConstraints")),
        anti_affinity=_anti_affinity(mapping(mapping(raw, "affinity"), "podAntiAffinity")),
        image_pull_secrets=tuple(text(item, "name") for item in items(raw, "imagePullSecrets")),
        placement=placement(raw),
        readiness_gates=tuple(text(item, "conditionType") for item in items(raw, "readinessGates")),
        host_aliases=any(items(raw, "hostAliases")),
        service_links=flag(raw, "enableServiceLinks"),
        dns_options={text(item, "name"): text(item, "value") for item in items(mapping(raw, "dnsConfig"), "options")},
        deprecated_account="" if text(raw, "serviceAccountName") else intern(text(raw, "serviceAccount")),
    )


def _windows(raw: Raw) -> bool:
    system = text(mapping(raw, "os"), "name") or text(mapping(raw, "nodeSelector"), "kubernetes.io/os")
    return system == "windows"


def _containers(raw: Raw, path: str, pod: Security) -> tuple[Container, ...]:
    found = [_container(item, f"{path}.containers", Role.APP, pod) for item in items(raw, "containers")]
    for item in items(raw, "initContainers"):
        role = Role.SIDECAR if item.get("restartPolicy") == "Always" else Role.INIT
        found.append(_container(item, f"{path}.initContainers", role, pod))
    where = f"{path}.ephemeralContainers"
    found += [_container(item, where, Role.EPHEMERAL, pod) for item in items(raw, "ephemeralContainers")]
    return tuple(found)


def _container(raw: Raw, where: str, role: Role, pod: Security) -> Container:
    name = intern(text(raw, "name"))
    resources = mapping(raw, "resources")
    lifecycle = mapping(raw, "lifecycle")
    own = _security(mapping(raw, "securityContext"))
    return Container(
        name=name,
        path=intern(f"{where}[{name}]"),
        role=role,
        image=intern(text(raw, "image")),
        pull_policy=intern(text(raw, "imagePullPolicy")),
        ports=tuple(_port(item) for item in items(raw, "ports")),
        liveness=_probe(raw, "livenessProbe"),
        readiness=_probe(raw, "readinessProbe"),
        startup=_probe(raw, "startupProbe"),
        requests=strings(resources, "requests"),
        limits=strings(resources, "limits"),
        security=own if pod is _NO_SECURITY else own.over(pod),
        own=own,
        env=tuple(_env(item) for item in items(raw, "env")),
        env_from=tuple(source for item in items(raw, "envFrom") for source in _env_from(item)),
        mounts=tuple(_mount(item) for item in items(raw, "volumeMounts")),
        arguments=texts(raw, "command") + texts(raw, "args"),
        pre_stop=_handler_kind(mapping(lifecycle, "preStop")),
        pre_stop_sleep=_pre_stop_sleep(mapping(lifecycle, "preStop")),
        stop_signal=intern(text(lifecycle, "stopSignal")),
        hosts=tuple(_hosts(raw)),
    )


def _hosts(raw: Raw) -> Iterator[tuple[str, str]]:
    for holder, keys, at in ((raw, _PROBES, ""), (mapping(raw, "lifecycle"), _HOOKS, "lifecycle.")):
        for key in keys:
            handler = mapping(holder, key)
            for kind in ("httpGet", "tcpSocket"):
                host = text(mapping(handler, kind), "host")
                if host:
                    yield f"{at}{key}.{kind}.host", host


def _handler_kind(hook: Raw) -> str:
    return next((kind for kind in _HANDLERS if isinstance(hook.get(kind), dict)), "")


def _pre_stop_sleep(hook: Raw) -> int | None:
    seconds = number(mapping(hook, "sleep"), "seconds")
    if seconds is not None:
        return seconds
    slept = [int(found) for found in _SLEEP.findall(" ".join(texts(mapping(hook, "exec"), "command")))]
    return sum(slept) if slept else None


def _port(raw: Raw) -> Port:
    return Port(
        number=count(raw, "containerPort", 0),
        name=text(raw, "name"),
        protocol=text(raw, "protocol", "TCP"),
        host_port=count(raw, "hostPort", 0),
    )


def _probe(raw: Raw, key: str) -> Probe | None:
    probe = mapping(raw, key)
    if not probe:
        return None
    return Probe(
        handler=_handler(probe),
        initial_delay=count(probe, "initialDelaySeconds", 0),
        period=count(probe, "periodSeconds", 10),
        timeout=count(probe, "timeoutSeconds", 1),
        success_threshold=count(probe, "successThreshold", 1),
        failure_threshold=count(probe, "failureThreshold", 3),
    )


def _handler(probe: Raw) -> Handler | None:
    if isinstance(probe.get("httpGet"), dict):
        http = mapping(probe, "httpGet")
        return Handler(
            kind="httpGet",
            port=int_or_text(http, "port") or 0,
            path=text(http, "path") or "/",
            scheme=text(http, "scheme", "HTTP").upper(),
            host=text(http, "host"),
            headers=tuple((text(item, "name"), text(item, "value")) for item in items(http, "httpHeaders")),
        )
    if isinstance(probe.get("tcpSocket"), dict):
        tcp = mapping(probe, "tcpSocket")
        return Handler(kind="tcpSocket", port=int_or_text(tcp, "port") or 0, host=text(tcp, "host"))
    if isinstance(probe.get("grpc"), dict):
        grpc = mapping(probe, "grpc")
        return Handler(kind="grpc", port=count(grpc, "port", 0), service=text(grpc, "service"))
    if isinstance(probe.get("exec"), dict):
        return Handler(kind="exec", command=texts(mapping(probe, "exec"), "command"))
    return None


def _security(raw: Raw) -> Security:
    if not raw:
        return _NO_SECURITY
    capabilities = mapping(raw, "capabilities")
    windows = mapping(raw, "windowsOptions")
    return Security(
        run_as_user=number(raw, "runAsUser"),
        run_as_group=number(raw, "runAsGroup"),
        run_as_non_root=flag(raw, "runAsNonRoot"),
        privileged=flag(raw, "privileged"),
        allow_privilege_escalation=flag(raw, "allowPrivilegeEscalation"),
        read_only_root_filesystem=flag(raw, "readOnlyRootFilesystem"),
        seccomp_type=_type(raw, "seccompProfile"),
        app_armor_type=_type(raw, "appArmorProfile"),
        selinux=_selinux(raw),
        proc_mount=optional_text(raw, "procMount"),
        sysctls=tuple(text(item, "name") for item in items(raw, "sysctls")),
        host_process=flag(windows, "hostProcess"),
        windows_user=text(windows, "runAsUserName") or None,
        add=texts(capabilities, "add"),
        drop=texts(capabilities, "drop"),
        fs_group=number(raw, "fsGroup"),
        supplemental_groups=whole_numbers(raw, "supplementalGroups"),
    )


def _type(raw: Raw, key: str) -> str | None:
    return text(mapping(raw, key), "type") if isinstance(raw.get(key), dict) else None


def _selinux(raw: Raw) -> SELinux | None:
    if not isinstance(raw.get("seLinuxOptions"), dict):
        return None
    options = mapping(raw, "seLinuxOptions")
    return SELinux(text(options, "type"), text(options, "user"), text(options, "role"))


def _env(raw: Raw) -> Env:
    source = mapping(raw, "valueFrom")
    for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        if isinstance(source.get(field), dict):
            return Env(name=text(raw, "name"), source=_key_ref(mapping(source, field), kind))
    value = raw.get("value")
    return Env(name=text(raw, "name"), value=value if isinstance(value, str) else None)


def _env_from(raw: Raw) -> list[KeyRef]:
    found = (("secretRef", "Secret"), ("configMapRef", "ConfigMap"))
    prefix = text(raw, "prefix")
    return [_key_ref(mapping(raw, field), kind, prefix) for field, kind in found if isinstance(raw.get(field), dict)]


def _key_ref(raw: Raw, kind: str, prefix: str = "") -> KeyRef:
    return KeyRef(kind, text(raw, "name"), text(raw, "key"), optional=raw.get("optional") is True, prefix=prefix)


def _mount(raw: Raw) -> Mount:
    return Mount(
        volume=text(raw, "name"),
        path=text(raw, "mountPath"),
        read_only=raw.get("readOnly") is True,
        sub_path=text(raw, "subPath") or text(raw, "subPathExpr"),
    )


def _volume(raw: Raw, path: str) -> Volume:
    # A volume that names no source is an emptyDir: the API server fills it in.
    found = [key for key, value in raw.items() if isinstance(value, dict) and isinstance(key, str) and key != "name"]
    kind, *more = found or ["emptyDir"]
    body = mapping(raw, kind)
    sources = _volume_sources(kind, body)
    return Volume(
        name=text(raw, "name"),
        kind=kind,
        sources=sources,
        default_mode=number(body, "defaultMode"),
        items=tuple(_volume_items(kind, body, sources)),
        claim=_ephemeral_claim(body, text(raw, "name"), path) if kind == "ephemeral" else None,
        size_limit=strings(raw, kind).get("sizeLimit", ""),
        medium=text(body, "medium"),
        host_path=text(body, "path") if kind == "hostPath" else "",
        image=text(body, "reference") if kind == "image" else "",
        more_kinds=tuple(more),
        driver=text(body, "driver") if kind == "csi" else "",
        provider_class=text(mapping(body, "volumeAttributes"), "secretProviderClass") if kind == "csi" else "",
        claim_name=text(body, "claimName") if kind == "persistentVolumeClaim" else "",
        api_token=kind == "projected" and any(_is_api_token(item) for item in items(body, "sources")),
    )


def _ephemeral_claim(body: Raw, name: str, path: str) -> Claim:
    return claim(
        mapping(body, "volumeClaimTemplate"), name, f"{path}.volumes[{name}].ephemeral.volumeClaimTemplate.spec"
    )


def _volume_sources(kind: str, body: Raw) -> tuple[KeyRef, ...]:
    optional = body.get("optional") is True
    match kind:
        case "secret":
            return (KeyRef("Secret", text(body, "secretName"), optional=optional),)
        case "configMap":
            return (KeyRef("ConfigMap", text(body, "name"), optional=optional),)
        case "projected":
            return tuple(ref for item in items(body, "sources") for ref in _projected(item))
        case _:
            return ()


def _projected(raw: Raw) -> list[KeyRef]:
    return [
        KeyRef(kind, text(mapping(raw, key), "name"), optional=mapping(raw, key).get("optional") is True)
        for key, kind in _SHOWN
        if isinstance(raw.get(key), dict)
    ]


def _is_api_token(source: Raw) -> bool:
    """Without an audience of its own a token is for the API server."""
    token = source.get("serviceAccountToken")
    return isinstance(token, dict) and not text(token, "audience")


def _volume_items(kind: str, body: Raw, sources: tuple[KeyRef, ...]) -> Iterator[VolumeItem]:
    projected = [item[key] for item in items(body, "sources") for key, _ in _SHOWN if isinstance(item.get(key), dict)]
    bodies = projected if kind == "projected" else [body]
    for source, shown in zip(sources or (None,), bodies, strict=False):  # a downwardAPI has items, and no source
        for item in items(shown, "items"):
            yield VolumeItem(text(item, "key"), text(item, "path"), number(item, "mode"), source)


def _spread(raw: Raw) -> Spread:
    return Spread(
        topology_key=text(raw, "topologyKey"),
        max_skew=count(raw, "maxSkew", 1),
        when_unsatisfiable=text(raw, "whenUnsatisfiable", "DoNotSchedule"),
        selector=selector(raw, "labelSelector"),
        min_domains=number(raw, "minDomains"),
    )


def _anti_affinity(raw: Raw) -> tuple[AntiAffinity, ...]:
    required = [(item, True) for item in items(raw, "requiredDuringSchedulingIgnoredDuringExecution")]
    preferred = [
        (mapping(item, "podAffinityTerm"), False)
        for item in items(raw, "preferredDuringSchedulingIgnoredDuringExecution")
    ]
    return tuple(
        AntiAffinity(text(term, "topologyKey"), required=must, selector=selector(term, "labelSelector"))
        for term, must in required + preferred
    )
