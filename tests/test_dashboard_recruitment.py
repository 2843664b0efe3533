"""Presenter recruitment: which sessions, how urgent, and where they lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import downloads
from tests.support import fake_release
from tests.support.dashboard_app import act_as, metrics, offered, open_page, text_of
from tests.support.fake_release_goals import change, insert

WELDING, SPACE = "Welding & <b>Metal</b>", "=Space Careers"
BAKING, CITY = "Baking as Chemistry", "City Planning"


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    bridges = [("e-open-1", "d-hickman"), ("e-open-2", "d-grandview"), ("e-open-4", "d-hickman")]
    insert(
        path,
        "marts.bridge_event_districts",
        [{"event_key": event, "district_key": district} for event, district in bridges],
    )
    return path


def listed(**query: str) -> list[str]:
    frames = open_page("recruitment", **query).dataframe
    return frames[0].value["title"].tolist() if frames else []


def test_sessions_without_a_presenter_come_by_date_with_their_urgency_in_words() -> None:
    app = open_page("recruitment")
    rows = app.dataframe[0].value
    assert rows["title"].tolist() == [WELDING, SPACE, BAKING, CITY]
    assert rows["urgency"].tolist() == [["Urgent"], ["Soon"], ["Soon"], ["Later"]]
    assert rows["until"].tolist() == ["2 days", "10 days", "14 days", "176 days"]
    # A day without a known time shows no time.
    assert rows["when"].tolist()[:2] == ["Mar 12, 2026, 11:00 AM CDT", "Mar 20, 2026"]
    counts = {name.partition("]")[0].rpartition(" ")[2]: n for name, n in metrics(app).items()}
    assert counts == {"Urgent": "1", "Soon": "2", "Later": "1"}
    assert "7 days or less" in "".join(metrics(app))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"district": "d-hickman"}, [WELDING, CITY]),
        ({"school": "s-grand"}, [SPACE]),
        ({"year": "2026-2027"}, [CITY]),
        ({"from": "2026-03-13", "to": "2026-03-24"}, [SPACE, BAKING]),
        ({"q": "okafor weld"}, [WELDING]),
        ({"urgency": "yellow"}, [SPACE, BAKING]),
        ({"q": "zzz"}, []),
    ],
)
def test_filters(query: dict[str, str], found: list[str]) -> None:
    assert listed(**query) == found


def test_nothing_to_do_is_good_news_and_nothing_found_is_not(release: Path) -> None:
    app = open_page("recruitment", q="zzz")
    assert "No session fits these filters" in text_of(app)
    assert not app.success
    change(release, "delete from queues.queue_presenter_recruitment")
    assert "Every coming session has a presenter" in text_of(open_page("recruitment"))


def test_the_file_has_what_the_table_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = offered(monkeypatch)
    open_page("recruitment", school="s-grand")
    lines = downloads.as_csv(found["recruitment"][0]).decode("utf-8-sig").splitlines()
    assert lines == [
        "Event Title,Date & Time,School,District,Teachers,Days Until,Urgency",
        "'=Space Careers,2026-03-20,Grand Middle,Grandview,Dev Patel,10,Soon",
    ]


def test_a_district_sees_its_own_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "district_viewer", "d-grandview")
    assert listed() == [SPACE]


def test_open_leads_to_the_page_of_the_session() -> None:
    app = open_page("recruitment")
    app.session_state["recruitment-opened"] = "e-done"
    app.run()
    assert app.query_params["event"] == "e-done"
    assert app.title[0].value == "Sessions"
