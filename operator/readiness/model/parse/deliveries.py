"""Custom resources of Argo CD, Flagger and the Gateway API's gateways: raw object to record."""

from readiness.model.deliveries import Application, FlaggerCanary, Gateway, Listener
from readiness.model.parse.fields import Raw, items, mapping, number, selector, strings, text, texts, time
from readiness.model.parse.workloads import ref_of


def application(raw: Raw) -> Application:
    """An Application of Argo CD."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    sync, health, operation = (mapping(status, key) for key in ("sync", "health", "operationState"))
    named = {text(item, "namespace") for item in items(status, "resources")}
    phase, brought = text(operation, "phase"), mapping(operation, "syncResult")
    wanted, there = (text(item, "revision") or texts(item, "revisions") for item in (sync, brought))
    return Application(
        ref=ref_of(raw),
        namespaces=tuple(sorted({*named, text(mapping(spec, "destination"), "namespace")} - {""})),
        sync=text(sync, "status"),
        health=text(health, "status"),
        health_changed=time(health, "lastTransitionTime"),
        pending=wanted != there and isinstance(mapping(spec, "syncPolicy").get("automated"), dict),
        busy=phase in ("Running", "Terminating") or isinstance(raw.get("operation"), dict),
        failed=phase in ("Failed", "Error"),
    )


def flagger_canary(raw: Raw) -> FlaggerCanary:
    """A Canary of Flagger: iterations without weights or matches go from blue to green."""
    spec = mapping(raw, "spec")
    target, analysis = mapping(spec, "targetRef"), mapping(spec, "analysis") or mapping(spec, "canaryAnalysis")
    steps = ("stepWeight", "stepWeights", "maxWeight", "match")
    is_blue_green = bool(number(analysis, "iterations")) and not any(analysis.get(step) for step in steps)
    kind, name = text(target, "kind"), text(target, "name")
    return FlaggerCanary(ref_of(raw), kind, name, "BlueGreen" if is_blue_green else "Canary")


def gateway(raw: Raw) -> Gateway:
    """A Gateway."""
    return Gateway(ref_of(raw), tuple(map(_listener, items(mapping(raw, "spec"), "listeners"))))


def _listener(raw: Raw) -> Listener:
    tls, admitted = mapping(raw, "tls"), mapping(mapping(raw, "allowedRoutes"), "namespaces")
    named = any(text(item, "name") for item in items(tls, "certificateRefs"))
    return Listener(
        name=text(raw, "name"),
        protocol=text(raw, "protocol"),
        port=number(raw, "port"),
        host=text(raw, "hostname"),
        certified=named or bool(strings(tls, "options")) or text(tls, "mode") == "Passthrough",
        admitted=text(admitted, "from", "Same"),
        selector=selector(admitted, "selector"),
    )
