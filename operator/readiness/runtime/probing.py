"""
Live probing: which pods of a workload are asked what, when, and what they said lately.

One target is a pod and a question, shared by all policies that want to know. Targets wait in a work queue, so one
is never asked twice at once, and no more are asked at once than there are workers. Only the leader asks.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Self
from zlib import crc32

from readiness.engine.demand import Plan
from readiness.engine.guard import declares, refusal
from readiness.model import Answer, Observation, Pod, Question, Reading, Ref
from readiness.runtime.ports import Clock, Prober
from readiness.runtime.workqueue import WorkQueue

DROPPED = "dropped"  # the result of a question that was not asked, since the round before took too long
_SOON = 2.0  # seconds over which the first questions after a start are spread

Key = tuple[str, Question]  # (uid of a pod, question)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the plans of a workload that ask the same come to: the most eager of each, and the most patient."""

    containers: tuple[tuple[str, int], ...]  # name, and seconds of patience after its start
    interval: float
    timeout: float
    pods: int
    threshold: int

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """One plan's wish."""
        container = (plan.container, plan.patience)
        return cls((container,), plan.interval, plan.timeout, plan.pods, plan.failure_threshold)

    def joined(self, other: "Wish") -> "Wish":
        """Both wishes in one."""
        return Wish(
            self.containers + other.containers,
            min(self.interval, other.interval),
            max(self.timeout, other.timeout),
            max(self.pods, other.pods),
            max(self.threshold, other.threshold),
        )

    def patience(self, pod: Pod, clock: Clock) -> float | None:
        """Seconds until a pod may be asked; None while one of the containers has not started."""
        waits = [0.0]
        for name, patience in self.containers:
            state = pod.container(name)
            if state is None or not state.started or state.running_since is None:
                return None
            waits.append((state.running_since + timedelta(seconds=patience) - clock.now()).total_seconds())
        return max(waits)


@dataclass(slots=True, eq=False)
class Target:
    """A pod that is asked something, or was until lately; times are monotonic."""

    ref: Ref
    address: str
    phase: float  # 0.0 to 1.0: its own place in everybody's rhythm
    wish: Wish
    due: float
    earliest: float
    left: float | None = None  # since when it is in the sample no more
    seen: Observation | None = None

    @property
    def failing(self) -> bool:
        """Whether its last answer was no success."""
        return self.seen is not None and self.seen.failures > 0

    @property
    def pace(self) -> float:
        """Seconds from one question to the next: the interval, 10 % more or less, so that none march in step."""
        return self.wish.interval * (0.9 + 0.2 * self.phase)


@dataclass(slots=True)
class Patrol:
    """
    The watchtower: asks what is planned again and again, and says when an answer is news.

    `changed` is told whose answer it was; `refuses` says why an address must not be asked, None when it may; `limit`
    is how many are asked at once; `on_probe` is told each result (an Answer, or `dropped`) and its seconds.
    """

    prober: Prober
    clock: Clock
    changed: Callable[[Ref], None]
    refuses: Callable[[str], str | None] = refusal
    limit: int = 64
    on_probe: Callable[[str, float], None] = lambda _result, _seconds: None
    _targets: dict[Key, Target] = field(init=False, default_factory=dict)
    _keys: defaultdict[Ref, set[Key]] = field(init=False, default_factory=lambda: defaultdict(set))
    _queue: WorkQueue[Key] = field(init=False)

    def __post_init__(self) -> None:
        self._queue = WorkQueue(clock=self.clock.monotonic)

    def plan(self, ref: Ref, plans: list[Plan], pods: Iterable[Pod]) -> None:
        """Ask this of the pods of a workload from now on, instead of what was planned before."""
        wishes: dict[Question, Wish] = {}
        for plan in plans:
            earlier = wishes.get(plan.question)
            wishes[plan.question] = earlier.joined(Wish.of(plan)) if earlier else Wish.of(plan)
        present = list(pods)
        asked: set[Key] = set()
        for question, wish in wishes.items():
            for pod, wait in self._sample(question, wish, present):
                self._enlist(ref, pod, question, wish, wait)
                asked.add((pod.uid, question))
        uids = {pod.uid for pod in present}
        for key in self._keys.get(ref, set()) - asked:
            self._dismiss(ref, key, keep=key[0] in uids and key[1] in wishes)

    def forget(self, ref: Ref) -> None:
        """Ask nothing more for a workload, and forget what was seen."""
        for key in set(self._keys.get(ref, ())):
            self._drop(ref, key)

    def clear(self) -> None:
        """Forget everything: another replica asks now. An answer that is still on its way is not taken in."""
        self._targets.clear()
        self._keys.clear()

    def observe(self, pod: str, question: Question) -> Observation | None:
        """What the pod with this uid answered lately."""
        target = self._targets.get((pod, question))
        return target.seen if target is not None else None

    def lag(self) -> float:
        """For how many seconds the most overdue target has waited for its turn."""
        return self._queue.lag()

    async def run(self) -> None:
        """Ask what is planned until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.limit):
                group.create_task(self._work())

    def _sample(self, question: Question, wish: Wish, pods: list[Pod]) -> list[tuple[Pod, float]]:
        """
        The pods to ask, and after how many seconds.

        Those that fail come first, so that they stay until they recover or go; then unready ones; then always the
        same, on every replica. One whose time has not come displaces nobody.
        """

        def rank(candidate: tuple[Pod, float]) -> tuple[bool, bool, bool, int]:
            pod, wait = candidate
            target = self._targets.get((pod.uid, question))
            failing = target is not None and target.failing
            return wait > 0, not failing, pod.ready, crc32(pod.uid.encode())

        waits = ((pod, wish.patience(pod, self.clock)) for pod in pods)
        candidates = sorted(((pod, wait) for pod, wait in waits if wait is not None), key=rank)
        return list(islice((each for each in candidates if self._may_ask(each[0], question)), wish.pods))

    def _may_ask(self, pod: Pod, question: Question) -> bool:
        """Whether a pod can answer, and may be asked; the template's ports have been looked at by who planned."""
        if not pod.running or not pod.ip or pod.host_network or self.refuses(pod.ip) is not None:
            return False
        return pod.spec is None or declares(pod.spec, question)

    def _enlist(self, ref: Ref, pod: Pod, question: Question, wish: Wish, wait: float) -> None:
        """Put a target into the sample, not to be asked before `wait` seconds from now."""
        key = (pod.uid, question)
        now = self.clock.monotonic()
        target = self._targets.get(key)
        if target is None or target.address != pod.ip:
            target = Target(ref, pod.ip, _fraction(f"{pod.uid} {question}"), wish, due=now, earliest=now, left=now)
            self._targets[key] = target
        target.ref, target.wish, target.earliest = ref, wish, now + wait
        if target.left is not None and target.due <= now:
            target.due = target.earliest + target.phase * min(wish.interval, _SOON)
        target.left = None
        target.due = max(min(target.due, now + target.pace), target.earliest)
        self._keys[ref].add(key)
        self._queue.add(key, target.due - now)

    def _dismiss(self, ref: Ref, key: Key, *, keep: bool) -> None:
        """Take a target out of the sample; what it said is kept while it may still count."""
        target = self._targets.get(key)
        now = self.clock.monotonic()
        if target is not None and target.ref == ref:
            target.left = now if target.left is None else target.left
            keep = keep and now - target.left <= 3 * target.wish.interval
        if target is None or target.ref != ref or not keep:
            self._drop(ref, key)

    def _drop(self, ref: Ref, key: Key) -> None:
        keys = self._keys[ref]
        keys.discard(key)
        if not keys:
            del self._keys[ref]
        target = self._targets.get(key)
        if target is not None and target.ref == ref:  # else its pod has been found to be another workload's
            del self._targets[key]

    async def _work(self) -> None:
        while True:
            key = await self._queue.get()
            try:
                await self._visit(key)
            finally:
                self._queue.done(key)

    async def _visit(self, key: Key) -> None:
        """
        Ask a target whose turn it is.

        Under too much load rounds are left out and counted, and nobody waits twice: who waited longest comes first.
        """
        target = self._targets.get(key)
        if target is None or target.left is not None:
            return
        began = self.clock.monotonic()
        if target.due <= began:
            if began - target.due > target.pace:
                self.on_probe(DROPPED, 0.0)
            await self._question(key, target)
            target.due = max(began + target.pace, target.earliest)
        if self._targets.get(key) is target and target.left is None:
            self._queue.add(key, target.due - self.clock.monotonic())

    async def _question(self, key: Key, target: Target) -> None:
        reading = await self.prober.ask(target.address, key[1], target.wish.timeout)
        self.on_probe(reading.answer.value, reading.seconds)
        if self._targets.get(key) is not target:  # forgotten meanwhile
            return
        earlier, target.seen = target.seen, Observation.after(target.seen, reading)
        if _matters(earlier, reading, target.seen, target.wish.threshold):
            self.changed(target.ref)


def _matters(earlier: Observation | None, reading: Reading, seen: Observation, threshold: int) -> bool:
    """Whether a verdict may change: by another answer, one more of the same that counts, or one more sample."""
    if earlier is None or earlier.last.answer is not reading.answer:
        return True
    if reading.answer is not Answer.SUCCESS and seen.failures <= threshold:
        return True
    if earlier.statuses[-threshold:] != seen.statuses[-threshold:]:  # which a check may expect, or not
        return True
    return len(seen.samples) > len(earlier.samples)


def _fraction(text: str) -> float:
    return crc32(text.encode()) / 2**32
