"""Which answers are news."""

import asyncio

from tests.runtime.street import CART, MENU, Scene, plan, play, pod, pods

from readiness.model import Answer


class TestNews:
    """The workload is looked at again when a verdict may change, and left alone otherwise."""

    def told(self, answers: list[Answer | int], rounds: int, threshold: int = 3) -> list[bool]:
        """Whether each of so many answers was news."""

        async def story(scene: Scene) -> None:
            scene.street.answers["10.0.0.1"] = list(answers)
            scene.patrol.plan(CART, [plan(interval=10, threshold=threshold)], pods(1))
            await asyncio.sleep(rounds * 11 + 3)
            found.extend(scene.verdicts[:rounds])

        found: list[bool] = []
        play(story)
        assert len(found) == rounds
        return found

    def test_steady_success_is_quiet_after_the_samples(self) -> None:
        assert self.told([200], 14) == [True] * 10 + [False] * 4

    def test_failures_up_to_the_threshold(self) -> None:
        news = self.told([*[200] * 12, 503], 18)
        assert news[10:] == [False, False, True, True, True, False, False, False]

    def test_no_answer_up_to_the_threshold(self) -> None:
        assert self.told([Answer.UNREACHABLE], 8) == [True, True, True, False, False, False, False, False]

    def test_recovery(self) -> None:
        news = self.told([*[200] * 11, *[503] * 6, 200], 22)
        assert news[10:17] == [False, True, True, True, False, False, False]
        assert news[17:] == [True, True, True, False, False]

    def test_an_answer_after_none(self) -> None:
        news = self.told([*[Answer.UNREACHABLE] * 6, 503], 7)
        assert news == [True, True, True, False, False, False, True]

    def test_another_status_of_the_same_kind(self) -> None:
        news = self.told([*[401] * 12, 403], 17)
        assert news[10:] == [False, False, True, True, True, False, False]

    def test_another_status_up_to_a_threshold_of_all_that_are_kept(self) -> None:
        news = self.told([*[200] * 12, 302], 24, threshold=100)
        assert news[10:] == [False, False, *[True] * 10, False, False]

    def test_flapping(self) -> None:
        assert all(self.told([200, 503] * 10, 16))

    def test_it_is_told_whose_it_is(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan()], pods(1))
            scene.patrol.plan(MENU, [plan()], [pod(2)])
            await asyncio.sleep(5)
            assert sorted(scene.news) == [CART, MENU]

        play(story)
