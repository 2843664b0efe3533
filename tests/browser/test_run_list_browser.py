"""The list of runs with every column in use, in a window of a laptop and on a tablet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from dashboard.narrow import text_width
from tests.browser.conftest import WIDTH, served
from tests.support import fake_release
from tests.support.full_run_list import fill

pytestmark = pytest.mark.browser

Visit = Callable[[str], Page]

_ROOM = """() => {
    const one = document.querySelector('.dvn-scroller');
    return [one.scrollWidth, one.clientWidth];
}"""
# What is drawn, with the pixels it takes; the table of texts inside is for readers.
_TEXTS = """() => {
    const grid = document.querySelector('[data-testid=stDataFrame]');
    const style = getComputedStyle(grid.querySelector('.dvn-scroller'));
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = style.getPropertyValue('--gdg-base-font-style') + ' '
        + style.getPropertyValue('--gdg-font-family');
    return [...grid.querySelectorAll('[role=columnheader], [role=gridcell]')]
        .map((one) => [one.textContent, pen.measureText(one.textContent).width]);
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("full-runs")
    fill(fake_release.publish(home))
    with served(home) as found:
        yield found


def test_a_laptop_shows_every_column_whole(address: str, visit: Visit) -> None:
    page = visit(f"{address}/runs")
    needed, room = page.evaluate(_ROOM)
    assert needed <= room, f"the list needs {needed} px of {room}"
    page.wait_for_selector("[role=gridcell]", state="attached")
    texts = page.evaluate(_TEXTS)
    assert {"Data age", "Merged", "Review", "28512"} <= {text for text, _ in texts}
    # The cells were given room by an estimate of their texts; it must not be less than they take.
    short = {text: width for text, width in texts if text_width(text) < width + 16}
    assert not short, f"texts that are wider than estimated: {short}"


def test_a_tablet_moves_the_list_and_not_the_page(address: str, page: Page, visit: Visit) -> None:
    page.set_viewport_size({"width": 900, "height": 1000})
    visit(f"{address}/runs")
    wide = page.evaluate("document.querySelector('.stMain').scrollWidth")
    assert wide <= 900, f"{wide} px wide in a window of 900 px"
    needed, room = page.evaluate(_ROOM)
    # No column is squeezed to fit.
    assert room < needed <= WIDTH
