"""Observations remember what matters of the answers of a pod, and no more."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model import Answer, Observation, Probing, Question, Reading, Scheme
from readiness.model.evidence import MAX_SAMPLES

START = datetime(2026, 11, 21, 10, tzinfo=UTC)
ANSWERS = st.lists(st.sampled_from(Answer), min_size=1, max_size=3 * MAX_SAMPLES)


def readings(answers: list[Answer]) -> list[Reading]:
    return [
        Reading(START + timedelta(minutes=number), answer, seconds=float(number), status=number)
        for number, answer in enumerate(answers)
    ]


def observed(answers: list[Answer]) -> Observation:
    seen: Observation | None = None
    for reading in readings(answers):
        seen = Observation.after(seen, reading)
    assert seen is not None
    return seen


@given(ANSWERS)
def test_failures_are_the_answers_since_the_last_success(answers: list[Answer]) -> None:
    backwards = [answer is Answer.SUCCESS for answer in reversed(answers)]
    assert observed(answers).failures == (backwards.index(True) if True in backwards else len(answers))


@given(ANSWERS)
def test_since_is_the_first_of_the_answers_that_agree_with_the_last(answers: list[Answer]) -> None:
    good = [answer is Answer.SUCCESS for answer in answers]
    first = max((number for number in range(1, len(good)) if good[number] != good[number - 1]), default=0)
    assert observed(answers).since == START + timedelta(minutes=first)


@given(ANSWERS)
def test_samples_are_the_latest_latencies_of_answers_that_came(answers: list[Answer]) -> None:
    came = [float(number) for number, answer in enumerate(answers) if answer is not Answer.UNREACHABLE]
    assert observed(answers).samples == tuple(came[-MAX_SAMPLES:])


@given(ANSWERS)
def test_the_latest_statuses_are_kept_and_all_answers_counted(answers: list[Answer]) -> None:
    seen = observed(answers)
    assert seen.last == readings(answers)[-1]
    assert seen.statuses == tuple(range(len(answers)))[-MAX_SAMPLES:]
    assert seen.answers == len(answers)


@pytest.mark.parametrize("seconds, counts", [(0, True), (182, True), (183, False)])
def test_an_observation_counts_for_three_intervals_and_a_timeout(seconds: int, *, counts: bool) -> None:
    age = Probing(interval=60, timeout=2).memory
    assert observed([Answer.SUCCESS]).fresh(START + timedelta(seconds=seconds), age) is counts


@pytest.mark.parametrize(
    "question, told",
    [
        (Question(Scheme.HTTP, 8080, "/healthz"), "GET /healthz on 8080"),
        (Question(Scheme.HTTP, 8080, "/healthz?token=s3cret"), "GET /healthz on 8080"),
        (Question(Scheme.HTTPS, 8443, "/livez"), "GET /livez on 8443 (HTTPS)"),
        (Question(Scheme.TCP, 5432), "TCP connection to 5432"),
        (Question(Scheme.GRPC, 9000, "cart"), "gRPC health check on 9000"),
    ],
)
def test_a_question_tells_itself(question: Question, told: str) -> None:
    assert str(question) == told
