"""What is counted of probes."""

from readiness.adapters.publish.metrics import Metrics
from readiness.runtime.probing import DROPPED


def test_a_question_that_was_not_asked_took_no_time() -> None:
    metrics = Metrics()
    metrics.probed("success", 0.25)
    metrics.probed(DROPPED, 0.0)
    value = metrics.registry.get_sample_value
    assert value("readiness_probes_total", {"result": "success"}) == 1
    assert value("readiness_probes_total", {"result": DROPPED}) == 1
    assert value("readiness_probe_duration_seconds_count") == 1
    assert value("readiness_probe_duration_seconds_sum") == 0.25
