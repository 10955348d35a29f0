"""Schedules as the CronJob controller reads them: what it takes, what it refuses, and what never comes round."""

from datetime import timedelta

import pytest

from readiness.checks.evidence.crontab import fault_of, longest_gap


@pytest.mark.parametrize(
    "schedule",
    [
        "* * * * *",
        "*/5 0-23/2 1,15 jan-jun MON-FRI",
        "59 23 31 12 6",
        "0/15 9-17 ? * ?",
        "  30 2  * * *  ",
        "@hourly",
        "@every 1h30m",
        "@every 1.5h",
        "0 0 29 2 *",  # comes round every four years
        "0 0 31 2 mon",  # either day will do: it runs on Mondays of February
        "0 0 31 2,3 *",
        "0 0 31 * */2",
    ],
)
def test_a_good_schedule_has_no_fault(schedule: str) -> None:
    assert fault_of(schedule) == ""


@pytest.mark.parametrize(
    "schedule, fault",
    [
        ("", "the schedule has 0 fields, not 5"),
        ("0 * * * * *", "the schedule has 6 fields, not 5"),
        ("@never", "the schedule is no word that cron knows"),
        ("@every 5", "the schedule is no word that cron knows"),
        ("TZ=UTC 0 2 * * *", "the time zone belongs into spec.timeZone"),
        ("CRON_TZ=UTC 0 2 * * *", "the time zone belongs into spec.timeZone"),
        ("60 * * * *", "the minute of the schedule is not one that cron knows"),
        ("0 24 * * *", "the hour of the schedule is not one that cron knows"),
        ("0 0 0 * *", "the day of month of the schedule is not one that cron knows"),
        ("0 0 * 13 *", "the month of the schedule is not one that cron knows"),
        ("0 0 * * 7", "the day of week of the schedule is not one that cron knows"),
        ("0 0 * mon *", "the month of the schedule is not one that cron knows"),
        ("5-1 * * * *", "the minute of the schedule is not one that cron knows"),
        ("*/0 * * * *", "the minute of the schedule is not one that cron knows"),
        ("*/ * * * *", "the minute of the schedule is not one that cron knows"),
        ("*-5 * * * *", "the minute of the schedule is not one that cron knows"),
        ("1-2-3 * * * *", "the minute of the schedule is not one that cron knows"),
        ("1,,2 * * * *", "the minute of the schedule is not one that cron knows"),
        ("-1 * * * *", "the minute of the schedule is not one that cron knows"),
        ("٣ * * * *", "the minute of the schedule is not one that cron knows"),
        ("9999999999999 * * * *", "the minute of the schedule is not one that cron knows"),
        ("0 0 30 2 *", "the schedule names a day that no such month has"),
        ("0 0 31 2,4,6,9,11 ?", "the schedule names a day that no such month has"),
    ],
)
def test_a_bad_schedule_is_told(schedule: str, fault: str) -> None:
    assert fault_of(schedule) == fault


def test_a_schedule_without_end_is_refused_unread() -> None:
    assert fault_of("* * * * " + "1," * 10_000 + "1") != ""


@pytest.mark.parametrize(
    "schedule, hours",
    [
        ("* * * * *", 1 / 60),
        ("0 3 * * *", 24),
        ("0 */6 * * *", 6),
        ("0 9-17 * * *", 16),
        ("0 3 * * mon-fri", 72),
        ("@weekly", 7 * 24),
        ("0 0 1 * *", 31 * 24),
        ("0 0 1,15 * mon", 7 * 24),  # either day will do
        ("0 0 */2 * mon", 48),  # a star with a step is none
        ("0 0 ? * mon", 7 * 24),
        ("@yearly", 366 * 24),
        ("0 0 29 2 *", 5 * 366 * 24),
        ("0 0 3 * * *", 24),  # with seconds before
        ("@every 1h30m", 1.5),
        ("@every 45s", 0.0125),
    ],
)
def test_the_longest_time_between_two_starts_is_known(schedule: str, hours: float) -> None:
    assert longest_gap(schedule) == timedelta(hours=hours)


@pytest.mark.parametrize("schedule", ["", "@never", "0 0 31 2 *", "61 * * * *", "0 0 3 * * * *"])
def test_what_never_comes_round_has_no_longest_time(schedule: str) -> None:
    assert longest_gap(schedule) is None
