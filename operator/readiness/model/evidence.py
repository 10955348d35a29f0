"""Evidence that does not stand in any object: what live probes of pods saw."""

from datetime import datetime, timedelta
from enum import StrEnum

from readiness.model.records import dataclass


class Scheme(StrEnum):
    """How a pod is asked."""

    HTTP = "http"
    HTTPS = "https"
    TCP = "tcp"
    GRPC = "grpc"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a pod: the same question of several checks or policies is asked once."""

    scheme: Scheme
    port: int
    path: str = ""  # http: path and query; grpc: the service's name
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """As a message tells it: `GET /healthz on 8080`; without a query, which may hold a token."""
        path = self.path.partition("?")[0]
        match self.scheme:
            case Scheme.HTTP:
                return f"GET {path} on {self.port}"
            case Scheme.HTTPS:
                return f"GET {path} on {self.port} (HTTPS)"
            case Scheme.TCP:
                return f"TCP connection to {self.port}"
            case Scheme.GRPC:  # pragma: no branch (mypy knows that these are all)
                return f"gRPC health check on {self.port}"


class Answer(StrEnum):
    """What came back. Unreachable says something about the way to the pod, not (yet) about the pod."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer: when, what, in how many seconds. `detail` is a status or an error's kind, never a body."""

    at: datetime
    answer: Answer
    detail: str = ""
    seconds: float = 0.0
    status: int | None = None


MAX_SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Observation:
    """
    What one pod answered to one question lately.

    `failures` counts the answers in a row that were no success, `since` is the first of the answers in a row that
    agree with the last one, `samples` are the last latencies in seconds of answers that came, newest last.
    `statuses` are the last answers' statuses (None where none came), newest last, and `answers` counts them all.
    """

    last: Reading
    failures: int = 0
    since: datetime | None = None
    samples: tuple[float, ...] = ()
    statuses: tuple[int | None, ...] = ()
    answers: int = 1

    @classmethod
    def after(cls, earlier: "Observation | None", reading: Reading) -> "Observation":
        """The observation that follows an earlier one (or none) with one more reading."""
        good = reading.answer is Answer.SUCCESS
        samples = earlier.samples if earlier else ()
        if reading.answer is not Answer.UNREACHABLE:
            samples = (*samples, reading.seconds)[-MAX_SAMPLES:]
        same = earlier is not None and (earlier.last.answer is Answer.SUCCESS) == good
        return cls(
            last=reading,
            failures=0 if good else (earlier.failures if earlier else 0) + 1,
            since=earlier.since if earlier and same else reading.at,
            samples=samples,
            statuses=(*(earlier.statuses if earlier else ()), reading.status)[-MAX_SAMPLES:],
            answers=(earlier.answers if earlier else 0) + 1,
        )

    def fresh(self, now: datetime, age: timedelta) -> bool:
        """Whether it still counts: not older than `age`."""
        return now - self.last.at <= age


@dataclass(frozen=True, slots=True)
class Demand:
    """
    What a check wants to know of a workload's pods.

    `container` is the one whose probe is meant; the pod is not asked before `patience` seconds after that
    container's start. `timeout` is the declared probe's own, in seconds; a policy's only caps it.
    """

    question: Question
    container: str
    patience: int
    timeout: float = 1.0


@dataclass(frozen=True, slots=True)
class Probing:
    """A policy's probing settings, times in seconds. Asked checks judge by its thresholds and its interval."""

    enabled: bool = True
    interval: float = 60.0
    timeout: float = 2.0
    pods: int = 2
    failure_threshold: int = 3

    @property
    def memory(self) -> timedelta:
        """The age after which an observation no longer counts: three intervals."""
        return timedelta(seconds=3 * self.interval + self.timeout)
