"""How the answers of a workload's pods are judged, with kubelet's own results as second opinion."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from readiness.checks.evidence.asking import Endpoint, EndpointAsk
from readiness.checks.evidence.kubelet import FINE, NOTHING, Opinion, opinion_of
from readiness.model import (
    Answer,
    Fail,
    Finding,
    Observation,
    Pod,
    Question,
    Recheck,
    Scheme,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.evidence import MAX_SAMPLES
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

_FIRST_PODS = timedelta(seconds=10)  # in which an unchanged workload's first pods are made; others are newcomers
_NOBODY_ASKS = "the endpoint that the policy names cannot be asked, and kubelet asks another one or none"
_WITH_STATUS = (Scheme.HTTP, Scheme.HTTPS)


def live_pods(workload: Workload, cluster: Snapshot) -> list[Pod]:
    """The pods that count: neither ended nor being deleted."""
    return [pod for pod in cluster.pods_of(workload) if not (pod.deleted or pod.ended)]


def told(path: str, opinions: list[Opinion], missing: str) -> Iterator[Finding]:
    """
    What a check says of an endpoint: a failing pod fails the workload; evidence on no pod is missing evidence.

    Of several complaints an answer that came says more than what kubelet thinks.
    """
    bad = [opinion.text for opinion in opinions if opinion.fine is False]
    known = sum(opinion.fine is not None for opinion in opinions)
    if bad:
        worst = min(bad, key=lambda text: (text.startswith("kubelet"), text))
        yield Fail(path, f"{worst} ({len(bad)} of {known} {'pod' if known == 1 else 'pods'})")
    elif not known:
        why = next((opinion.text for opinion in opinions if opinion.text), "")
        yield Unknown(why, Reason.NOT_ASKABLE) if why else Unknown(missing)
    yield from (Recheck(opinion.recheck) for opinion in opinions if opinion.recheck is not None)


@dataclass(frozen=True, slots=True)
class Hearing:
    """The judgement of one container's endpoint over a workload's pods."""

    ask: EndpointAsk
    workload: Workload
    cluster: Snapshot
    endpoint: Endpoint

    def opinions(self) -> Iterator[Opinion]:
        """
        What is thought of each live pod.

        During a rollout nothing counts against pods of the template that goes: they were built for another question.
        """
        pods = live_pods(self.workload, self.cluster)
        newest = max(pods, key=lambda pod: pod.created.timestamp() if pod.created else 0.0, default=None)
        for pod in pods:
            opinion = self._opinion(pod)
            outdated = newest is not None and pod.revision != newest.revision
            yield NOTHING if outdated and opinion.fine is False else opinion

    def _opinion(self, pod: Pod) -> Opinion:
        second = opinion_of(self.ask, pod, self.workload.pod, self.cluster)
        if not self.ask.vouched and second.fine is not False:
            second = Opinion(text=_NOBODY_ASKS)
        question = self.ask.question if self.cluster.probing.enabled else None
        seen = self.cluster.observation(pod, question) if question is not None else None
        if question is not None and seen is not None:
            return self._answered(pod, question, seen, second)
        if second.fine is False or (question is None and (second.fine or not self.ask.vouched)):
            return second
        return self._unasked(pod, second)

    def _answered(self, pod: Pod, question: Question, seen: Observation, second: Opinion) -> Opinion:
        failures, threshold = self._failures(question, seen), self.cluster.probing.failure_threshold
        reached = failures >= (min(threshold, MAX_SAMPLES) if self.endpoint.expect else threshold)
        if failures == 0 or (not reached and seen.answers > failures):
            return FINE
        complaint = Opinion(fine=False, text=f"{self._refusal(question)}: {_answers(seen, failures)}")
        if seen.last.answer is Answer.UNREACHABLE:
            return complaint if second.fine is False and reached else second
        state = pod.container(self.ask.container.name)
        now_running = state.running_since if state is not None else None
        if reached and now_running is not None and seen.last.at >= now_running:
            return complaint
        return second if second.fine is False else NOTHING

    def _failures(self, question: Question, seen: Observation) -> int:
        """Answers in a row that were no success, by the policy's own statuses where it has some."""
        if not self.endpoint.expect or question.scheme not in _WITH_STATUS:
            return seen.failures
        expected = (status in self.endpoint.expect for status in reversed(seen.statuses))
        return next((count for count, good in enumerate(expected) if good), len(seen.statuses))

    def _refusal(self, question: Question) -> str:
        if question.scheme is Scheme.TCP:
            return f"accepts no {question}"
        return f"does not answer {question} with {self.endpoint.success}"

    def _unasked(self, pod: Pod, second: Opinion) -> Opinion:
        """
        A pod that took another one's place is what kubelet calls it until it could be asked.

        Else the evidence would go with the pods that a good rollout replaces.
        """
        asked_by = self._asked_by(pod)
        if asked_by is not None and self.cluster.now < asked_by:
            return Opinion(fine=True, recheck=asked_by)
        return Opinion(recheck=second.recheck)

    def _asked_by(self, pod: Pod) -> datetime | None:
        """When a ready newcomer must have been asked; None for what is no ready newcomer, or nobody vouches for."""
        state = pod.container(self.ask.container.name)
        if not self.ask.vouched or state is None or not state.ready or state.restarts or state.running_since is None:
            return None
        if pod.created is None or self.workload.created is None:
            return None
        if self.workload.generation <= 1 and pod.created - self.workload.created < _FIRST_PODS:
            return None
        return state.running_since + timedelta(seconds=self.ask.probe.patience) + self.cluster.probing.memory


def _answers(seen: Observation, failures: int) -> str:
    """What came instead: all the latest statuses, since of the last one alone the text would move with every answer."""
    statuses = {str(status) for status in seen.statuses[-failures:] if status is not None}
    return ", ".join(sorted({*statuses, seen.last.detail}))
