"""The dashboard in a real browser.

`POLARIS_SCREENSHOTS=docs/screenshots` makes the pictures of the documentation:

    POLARIS_SCREENSHOTS=docs/screenshots python -m pytest tests/browser -k pictures
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WIDTH, settled
from tests.support import fake_release
from tests.support import workbooks as make
from tests.support.fake_release_duplicates import OPEN
from tests.support.fake_release_quality import BAD_EMAIL
from tests.support.fake_release_work import LAST_RUN

pytestmark = pytest.mark.browser

Visit = Callable[[str], Page]

PAGES = {
    "overview": "/",
    "progress": "/progress?district=d-hickman",
    "teacher": "/progress?district=d-hickman&teacher=t-ana",
    "no-shows": "/no_shows",
    "session-credit": "/session_credit",
    "year-end": "/year_end",
    "sessions": "/events",
    "session": "/events?event=e-done",
    "flags": "/flags",
    "drafts": "/drafts",
    "recruitment": "/recruitment",
    "unmatched": "/unmatched",
    "companies": "/companies",
    "duplicates": "/duplicates",
    "roster": "/roster",
    "issues": "/issues",
    "mappings": "/mappings",
    "settings": "/settings",
    "runs": "/runs",
    "run": f"/runs?run={LAST_RUN}",
    "import": "/import_file",
    "import-volunteers": "/import_file?kind=csv",
    "data-quality": f"/data_quality?finding={BAD_EMAIL}",
    "completeness": "/completeness?kind=volunteer",
    "trends": "/trends",
    "audit": "/audit",
    "audit-exports": "/audit?tab=exports",
    "source-health": "/source_health",
    "salesforce": "/salesforce",
    "students": "/students",
    "impact": "/impact",
    "district-impact": "/district_impact",
    "publishing": "/publishing",
    "publish-session": "/publishing?event=c-next",
    "sessions-crm": "/events",
    "session-crm": "/events?event=c-done",
    "volunteers": "/volunteers",
    "volunteers-year": "/volunteers?list=year",
    "volunteer": "/volunteers?person=p-iris",
    "volunteer-history": "/volunteers?person=p-iris&tab=history",
    "volunteer-communication": "/volunteers?person=p-iris&tab=communication&message=m-1",
    "volunteer-identity": "/volunteers?person=p-iris&tab=identity",
    "organizations": "/organizations",
    "organization": "/organizations?organization=o-forge",
    "duplicate-volunteers": f"/duplicate_volunteers?pair={OPEN}",
    "find-volunteers": "/find_volunteers?q=quade+weld",
    "candidates": "/find_volunteers?event=e-next",
}
# Of a release with sessions of Salesforce; the other pages' release has none.
WITH_CRM = ("publishing", "publish-session", "sessions-crm", "session-crm")
ON_A_TABLET = ("overview", "progress", "session", "unmatched", "volunteer", "district-impact")
TABLET = 820


def cells(page: Page, column: int, table: int = 0) -> Locator:
    """A table's column, 1 for the first; tables are drawn, their texts stand inside for readers."""
    grid = page.locator("[data-testid='stDataFrame']").nth(table)
    return grid.locator(f"[role=gridcell][aria-colindex='{column}']")


def press_cell(page: Page, x: float, row: int, table: int = 0) -> None:
    """Clicks into a row (0 is the first), `x` pixels from the left edge of the table."""
    grid = page.locator("[data-testid='stDataFrame'] canvas[data-testid]").nth(table)
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x, box["y"] + 36 + 35 * row + 17)


def press_header(page: Page, x: float, table: int = 0) -> None:
    """Clicks a header `x` pixels from the left edge of the table."""
    grid = page.locator("[data-testid='stDataFrame'] canvas[data-testid]").nth(table)
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x, box["y"] + 17)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.reads_only
@pytest.mark.parametrize("name", [*PAGES, *(f"{name}-tablet" for name in ON_A_TABLET)])
def test_pictures_of_every_page_that_opens_by_its_address_and_fits(
    name: str, request: pytest.FixtureRequest, visit: Visit, page: Page, tmp_path: Path
) -> None:
    release = "reading_crm" if name in WITH_CRM else "reading"
    address = str(request.getfixturevalue(release))
    folder = Path(os.environ.get("POLARIS_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    width = TABLET if name.endswith("-tablet") else WIDTH
    page.set_viewport_size({"width": width, "height": 1400})
    visit(address + PAGES[name.removesuffix("-tablet")])
    expect(page.locator("[data-testid='stException']")).to_have_count(0)
    expect(page.get_by_text("Last successful import")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate("document.querySelector('.stMain').scrollWidth")
    assert wide <= width, f"{wide} px wide in a window of {width} px"
    if width == WIDTH:
        expect(page.locator("[data-testid='stTopNavLink']").first).to_be_visible()
        cut = page.evaluate(
            """[...document.querySelectorAll('.dvn-scroller')]
                .filter((one) => one.scrollWidth > one.clientWidth + 1)
                .map((one) => one.closest('[data-testid=stDataFrame]').innerText.slice(0, 200)
                    + ` ${one.scrollWidth} > ${one.clientWidth}`)"""
        )
        assert not cut, f"tables cut off at the right edge: {cut}"
    picture = folder / f"{name}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > 10_000
    if "POLARIS_SCREENSHOTS" in os.environ:
        smaller(picture)


def smaller(picture: Path) -> None:
    """Writes a picture anew with the 256 colours it needs; documentation is read, not printed."""
    from PIL import Image

    with Image.open(picture) as full:
        few = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)
    assert picture.stat().st_size < 150 * 1024


def test_names_with_markup_stay_text(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/events?event=e-html")
    expect(page.get_by_role("heading", name="<script>alert(1)</script> Careers")).to_be_visible()
    page = visit(f"{reading}/unmatched?ticket=k-volunteer")
    expect(page.get_by_role("heading", name="Maja <i>Chen</i>")).to_be_visible()
    assert page.locator("h3 i").count() == 0


def test_a_session_opens_from_the_list_and_the_way_back_keeps_the_filters(
    reading: str, visit: Visit
) -> None:
    page = visit(f"{reading}/events?q=robotics")
    expect(cells(page, 3)).to_have_text(["Robotics at Work"])
    press_cell(page, 30, 0)
    expect(page.get_by_role("heading", name="Robotics at Work")).to_be_visible()
    assert "event=e-done" in page.url
    settled(page)  # Streamlit forgets a box whose page goes in the moment another one has come
    button(page, "Back to the list").click()
    settled(page)
    expect(page.get_by_role("searchbox", name="Search", exact=True)).to_have_value("robotics")
    assert "event=" not in page.url
    assert "q=robotics" in page.url


def test_a_header_sorts_all_pages(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/events")
    press_header(page, 260)
    expect(page.get_by_text("Sorted by title, ascending.")).to_be_visible()
    assert "sort=Title" in page.url
    settled(page)
    expect(cells(page, 3).first).to_have_text("<script>alert(1)</script> Careers")
    press_header(page, 260)
    expect(page.get_by_text("Sorted by title, descending.")).to_be_visible()
    settled(page)
    expect(cells(page, 3).first).to_have_text("Robotics at Work")


def test_searching_needs_no_enter(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/events")
    page.get_by_role("searchbox", name="Search", exact=True).press_sequentially("nursing", delay=20)
    expect(page.get_by_text("1 session, 0 students attended")).to_be_visible()
    assert page.url.endswith("q=nursing")


def test_exports_are_downloads_without_formulas(reading: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(f"{reading}/events?q=finance")
    with page.expect_download() as waiting:
        button(page, "Export CSV").click()
    path = tmp_path / "sessions.csv"
    waiting.value.save_as(path)
    name = waiting.value.suggested_filename
    assert name == f"Sessions_as_of_2026-03-10_release_{fake_release.NAME}.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][1] == "'=Finance & Banking"


def test_the_overview_leads_to_a_district_and_its_teachers(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/")
    page.get_by_role("link", name="Open", exact=True).nth(1).click()
    expect(page.get_by_role("heading", name="Teacher progress")).to_be_visible()
    settled(page)
    expect(page.get_by_role("heading", name="Hickman Mills")).to_be_visible()
    button(page, "2 teachers").first.click()
    expect(page.get_by_role("heading", name="2 teachers")).to_be_visible()
    assert "school=Central" in page.url


def test_definitions_are_one_click_away(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/progress")
    page.get_by_text("What the numbers mean").click()
    expect(page.get_by_text("A session counts once however many rows it has")).to_be_visible()


def test_a_decision_is_shown_at_once_and_the_view_stays(writing: str, visit: Visit) -> None:
    page = visit(f"{writing}/unmatched?order=Name&type=teacher")
    button(page, "Match").first.click()
    expect(page.get_by_role("heading", name="Match Anna Ruis with Ana Ruiz?")).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")
    button(page, "Match").first.click()
    expect(page.get_by_role("button", name="Confirm match")).to_be_visible()
    settled(page)
    page.keyboard.press("Alt+m")
    expect(page.get_by_text("Stored, applied at the next build.").first).to_be_visible()
    expect(page.get_by_text("1 decision stored")).to_be_visible()
    expect(button(page, "Apply now")).to_be_enabled()
    assert "order=Name" in page.url
    assert "type=teacher" in page.url
    page = visit(f"{writing}/unmatched?ticket=k-teacher&status=resolved")
    expect(page.get_by_text("matched to Ana Ruiz")).to_be_visible()
    button(page, "Undo").click()
    settled(page)
    page = visit(f"{writing}/unmatched")
    expect(cells(page, 3).first).to_have_text("Anna Ruis")


def test_the_queue_can_be_walked_with_the_keyboard(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/unmatched")
    expect(page.get_by_role("heading", name="Anna Ruis")).to_be_visible()
    expect(page.get_by_text("Alt + J")).to_be_visible()
    page.keyboard.press("Alt+j")
    expect(page.get_by_role("heading", name="Maja <i>Chen</i>")).to_be_visible()
    settled(page)
    page.keyboard.press("Alt+k")
    expect(page.get_by_role("heading", name="Anna Ruis")).to_be_visible()


def test_everybody_can_be_found_while_typing(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/unmatched?ticket=k-volunteer")
    page.get_by_label("Search all volunteers").press_sequentially("orte", delay=20)
    expect(page.get_by_text("Luis Ortega")).to_be_visible()


def test_tickets_are_ticked_and_ignored_together(writing: str, visit: Visit) -> None:
    page = visit(f"{writing}/unmatched")
    press_cell(page, 16, 0)
    press_cell(page, 16, 1)
    expect(button(page, "Ignore 2 tickets")).to_be_visible()
    page.get_by_label("Notes for all of them").fill("Guests")
    page.keyboard.press("Tab")
    button(page, "Ignore 2 tickets").click()
    expect(page.get_by_text("2 decisions: Stored").first).to_be_visible()
    settled(page)
    expect(cells(page, 3)).to_have_text(["Central HS", "Acme Robotics Inc", "Careers in Flight"])


def test_an_upload_is_checked_before_it_is_imported(
    writing: str, visit: Visit, tmp_path: Path
) -> None:
    good = make.write_xlsx(tmp_path / "good.xlsx", make.SESSION_HEADERS, [make.session_row()])
    bad = make.write_csv(tmp_path / "bad.csv", ["Session ID", "Title"], [])
    page = visit(f"{writing}/import_file")
    page.locator("input[type=file]").set_input_files(bad)
    expect(page.get_by_text("Nothing was imported.")).to_be_visible()
    expect(button(page, "Import")).to_have_count(0)
    page = visit(f"{writing}/import_file")
    page.locator("input[type=file]").set_input_files(good)
    expect(page.get_by_text("good.xlsx can be imported.")).to_be_visible()
    expect(button(page, "Import")).to_be_enabled()


def test_the_browser_goes_back_from_a_detail_to_the_list(reading: str, visit: Visit) -> None:
    page = visit(f"{reading}/runs")
    press_cell(page, 30, 0)
    expect(page.get_by_role("heading", name="sessions <spring>.xlsx")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("2 runs", exact=True)).to_be_visible()
    assert re.search(r"/runs$", page.url)


def test_a_new_release_is_seen_at_the_next_look(writing: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(f"{writing}/")
    stamp = page.get_by_role("button", name="Last successful import")
    stamp.click()
    expect(page.get_by_text(fake_release.NAME)).to_be_visible()
    newer = "20260311T090000000Z-abcdef"
    fake_release.publish(tmp_path, newer)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Open the queue").first.click()
    expect(page.get_by_role("heading", name="Flags")).to_be_visible()
    settled(page)
    stamp.click()
    expect(page.get_by_text(newer)).to_be_visible()
