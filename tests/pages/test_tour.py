"""The tour of the first page, step by step; its pictures are those of docs/tour.md."""

from pathlib import Path

from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium
ROOT = Path(__file__).parents[2]


def test_everything_of_the_tour_is_on_the_first_page(stage: Stage) -> None:
    stage.visit("/")
    stage.keep("tour-home")
    steps = stage.browser.page.locator(".tour li a").all()

    assert [step.get_attribute("href") for step in steps] == [
        "/session?back=%2Fme",
        "/verify",
        "/session?back=%2Fwindow",
        "/session?back=%2Fissue%2Fbatches",
        "/session?back=%2Fsupervise",
        "/session?back=%2Faudit",
    ]
    assert stage.browser.violations() == []
