"""What kubelet's own results say of an endpoint: evidence where nobody else can ask, and a second opinion."""

from datetime import datetime, timedelta

from readiness.checks.evidence.asking import EndpointAsk, Purpose
from readiness.model import SETTLING, ContainerState, Pod, PodSpec, Snapshot
from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Opinion:
    """
    What is thought of one container of one pod; `fine` None: nothing yet.

    `text` says what is wrong, and time alone may change the opinion at `recheck`.
    """

    fine: bool | None = None
    text: str = ""
    recheck: datetime | None = None


FINE = Opinion(fine=True)
NOTHING = Opinion()


def opinion_of(ask: EndpointAsk, pod: Pod, spec: PodSpec, cluster: Snapshot) -> Opinion:
    """
    What kubelet's results say of an endpoint that it asks itself.

    Alive is what runs for longer than kubelet's patience; ready is what kubelet calls ready. It counts against a
    container to be restarted again and again, or not to be ready for longer than patience and two minutes.
    """
    state = pod.container(ask.container.name)
    if state is None:
        return NOTHING
    looping = _looping(ask, state, spec, cluster)
    if looping is not None:
        return _settled(looping, pod, cluster.now)
    if state.running_since is None or not state.started:
        return NOTHING  # an image is pulled, a crash is not yet a habit, or the startup probe goes on
    if ask.purpose is Purpose.LIVENESS:
        patient_until = state.running_since + timedelta(seconds=ask.probe.patience)
        return FINE if cluster.now >= patient_until else Opinion(recheck=patient_until)
    return FINE if state.ready else _unready(ask, pod, state.running_since, cluster.now)


def _settled(opinion: Opinion, pod: Pod, now: datetime) -> Opinion:
    """A pod may crash while it waits for its surroundings to come up: what is bad counts after two minutes."""
    settled = pod.created + SETTLING if pod.created is not None else now
    return opinion if now >= settled else Opinion(recheck=settled)


def _unready(ask: EndpointAsk, pod: Pod, running_since: datetime, now: datetime) -> Opinion:
    since = max(running_since, pod.ready_changed or running_since)
    counts_from = since + max(timedelta(seconds=ask.probe.patience), SETTLING)
    if now < counts_from:
        return Opinion(recheck=counts_from)
    return Opinion(fine=False, text=f"kubelet calls container {ask.container.name} not ready")


def _looping(ask: EndpointAsk, state: ContainerState, spec: PodSpec, cluster: Snapshot) -> Opinion | None:
    """
    The opinion on a container that kubelet restarts again and again, held until a run outlives the last one.

    A container whose liveness fails is never seen failing for long: kubelet ends it. What tells is that its last
    run was no longer than kubelet's patience with it, and not the first such run.
    """
    last = state.last_terminated
    if state.restarts < cluster.probing.failure_threshold or not (last and last.started and last.finished):
        return None
    run = last.finished - last.started
    probes = [probe for probe in (ask.container.startup, ask.probe) if probe is not None]
    longest = sum(probe.patience + probe.period for probe in probes) + spec.termination_grace_seconds
    if run > timedelta(seconds=longest):
        return None
    text = f"kubelet restarts container {ask.container.name} again and again"
    if state.running_since is None:
        return Opinion(fine=False, text=text)
    outlives = state.running_since + run + timedelta(seconds=ask.probe.patience)
    return Opinion(fine=False, text=text, recheck=outlives) if cluster.now < outlives else None
