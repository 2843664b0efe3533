"""Students: how many have a school, what keeps the others from one, and the records themselves."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import district_filter, downloads, looked, view, words, words_crm
from dashboard.release import OpenRelease
from dashboard.volunteers import queries_students
from dashboard.volunteers.queries_students import PAGE_SIZE, StudentFilter
from polaris import access

_COUNTED = """
**Students** are contacts of Salesforce whose type is student and who are not deleted there.

**Has a school.** The student's primary account in Salesforce is a school that was imported.

| Percentage | Rule |
|---|---|
| Imported | 100 once any student was imported |
| With a school | students with a school ÷ all students |
| Of those who name an account | with a school ÷ those whose account is given, not set aside |

**Lost attendances.** A district's students are found through their school. An attendance of a
student without one stands in no district's numbers.
"""
_STATE_COLUMNS = {
    "assigned": "students_with_schools",
    "missing_school": "students_missing_school",
    "not_a_school": "students_not_a_school",
    "no_affiliation": "students_no_affiliation",
    "excluded": "students_excluded",
}

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    status = queries_students.status(release)
    if status is None or not status["total_students"]:
        view.empty(
            "No student yet",
            "Students come with the contacts of Salesforce. Sync on the page **Salesforce**, or "
            "run `polaris-load salesforce --objects Account,Contact`.",
            ":material/backpack:",
        )
        return
    _cards(status)
    _next_steps(status)
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch", key="block-states"):
        _states(status)
    with right, st.container(border=True, height="stretch", key="block-missing"):
        _missing(release, status)
    if context.may("view_students"):
        looked.at(context, "records of", "students")
        _records(context, release)
    else:
        st.caption("Records of single students are for administrators and data stewards.")


def _cards(status: Row) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        imported = "Imported" if status["is_phase1_complete"] else "Not imported"
        schools = "Everybody has a school" if status["is_phase2_complete"] else "Schools incomplete"
        badges = [
            view.status_badge(imported, "good" if status["is_phase1_complete"] else "bad"),
            view.status_badge(schools, "good" if status["is_phase2_complete"] else "open"),
        ]
        st.markdown(" ".join(badges) + f" :small[as of {_as_of(status)}]", width="stretch")
        with st.popover("How is this counted?", icon=":material/help:", width="content"):
            st.markdown(_COUNTED)
    view.cards(
        [
            ("Students", words.number(status["total_students"]), None),
            (
                "With a school",
                words.percent(status["phase2_pct"]),
                f"{words.number(status['students_with_schools'])} students.",
            ),
            (
                "Of those with an account",
                words.percent(status["assignable_pct"]),
                "With a school among the students whose account Salesforce names.",
            ),
            ("Schools", words.number(status["total_schools"]), "Schools of Salesforce."),
            (
                "Lost attendances",
                words.number(status["lost_participation_count"]),
                "Attendances of students without a school: they are in no district's numbers.",
            ),
        ]
    )


def _as_of(status: Row) -> str:
    return words.inert(words.moment(status["as_of"]))


def _next_steps(status: Row) -> None:
    steps = _list(status["recommendations_json"])
    if not steps:
        return
    lines = [
        f"{number}. {words.inert(one.get('advice'))} :small[{_of_students(one)}]"
        for number, one in enumerate(steps, start=1)
    ]
    st.info("**What to do next**\n\n" + "\n".join(lines), icon=":material/moving:")


def _of_students(step: Row) -> str:
    count = step.get("student_count")
    return words.counted(int(count), "student") if count else "every student"


def _list(text: Any) -> list[Row]:
    try:
        found = json.loads(text) if text else []
    except (TypeError, ValueError):
        return []
    return found if isinstance(found, list) else []


def _states(status: Row) -> None:
    st.markdown("#### Why students have no school")
    total = max(1, status["total_students"])
    counts = [int(status[column] or 0) for column in _STATE_COLUMNS.values()]
    frame = pd.DataFrame(
        {
            "state": [words_crm.STUDENT_STATUSES[code] for code in _STATE_COLUMNS],
            "count": counts,
            "share": [100 * count / total for count in counts],
        }
    )
    view.table(
        frame,
        {
            "state": st.column_config.TextColumn("State", width=210),
            "count": st.column_config.NumberColumn("Students", format="localized", width=100),
            "share": st.column_config.ProgressColumn(
                "Share", min_value=0, max_value=100, format="%.1f %%", width=170
            ),
        },
        height="content",
        alt="Students by state of their school",
    )


def _missing(release: OpenRelease, status: Row) -> None:
    st.markdown("#### Schools that are missing")
    missing = _list(status["missing_accounts_json"])
    if not missing:
        st.markdown("Every account that students name was imported.")
    else:
        frame = pd.DataFrame(
            {
                "account": [one.get("account_id") for one in missing],
                "count": [one.get("student_count") for one in missing],
            }
        )
        view.table(
            frame,
            {
                "account": st.column_config.TextColumn("Account in Salesforce", width=250),
                "count": st.column_config.NumberColumn("Students", format="localized", width=110),
            },
            height="content" if len(missing) <= 6 else 250,
            alt="Accounts that were not imported",
        )
    top = _list(status["top_schools_json"])
    names = queries_students.schools(release, [str(one.get("school_key")) for one in top])
    if top:
        lines = [
            (int(one.get("student_count") or 0), _school(names.get(str(one.get("school_key")))))
            for one in top
        ]
        with st.expander("Schools with most students"):
            st.markdown(words.tally(lines))


def _school(row: Row | None) -> str:
    if row is None:
        return "A school that is not in the release"
    return " · ".join(str(part) for part in (row["school_name"], row["district_name"]) if part)


def _sees_names(context: view.Context) -> bool:
    """Stewards work with keys; the release does not even give them a name."""
    return access.effective_role(context.person.role) == access.ADMIN


def _records(context: view.Context, release: OpenRelease) -> None:
    st.markdown("#### Records")
    filters = view.Filters("students")
    is_named = _sees_names(context)
    state_box, district_box, text_box, reset_box = st.columns(
        [2, 2.4, 3.4, 1.1], vertical_alignment="bottom"
    )
    with state_box:
        state = filters.choice("School", "status", view.any_of("All", words_crm.STUDENT_STATUSES))
    with district_box:
        names = district_filter.options(release, queries_students.districts(release))
        district = filters.choice("District", "district", names)
    with text_box:
        hint = "Name, Salesforce id or account" if is_named else "Salesforce id or account"
        text = filters.text("Search", "q", hint)
    with reset_box:
        filters.reset_button()
    chosen = StudentFilter(state, district, text)
    total = queries_students.count(release, chosen)
    if not total:
        view.empty(
            "No student fits these filters", "Reset the filters.", ":material/filter_alt_off:"
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    frame = queries_students.page(release, chosen, number)
    frame["state"] = [_state(code) for code in frame["school_assignment_status"]]
    frame["salesforce_id"] = frame["salesforce_id"].fillna("From a file")
    view.table(
        frame,
        _columns(is_named),
        height="content" if len(frame) <= 15 else 560,
        alt="Students",
        key="students-list",
    )
    filters.pager(total, PAGE_SIZE, "student")
    st.caption(
        "Student records are highly sensitive. The export holds ids, schools and states, no names."
    )
    downloads.buttons(context.person, "Students", "students", lambda: [_sheet(release, chosen)])


def _state(code: Any) -> str:
    return words.label(None if words.is_missing(code) else code, words_crm.STUDENT_STATUSES)


def _columns(is_named: bool) -> dict[str, Any]:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    named = (
        {"first_name": text("First name", width=120), "last_name": text("Last name", width=130)}
        if is_named
        else {}
    )
    return {
        "salesforce_id": text("Salesforce id", width=170),
        **named,
        "current_grade": number("Grade", width=66),
        "school_name": text("School", width=190),
        "district_name": text("District", width=170),
        "state": text("State", width=170),
        "primary_affiliation_id": text("Account", width=160),
    }


def _sheet(release: OpenRelease, chosen: StudentFilter) -> downloads.Sheet:
    frame = queries_students.page(release, chosen, None)
    frame["state"] = [_state(code) for code in frame["school_assignment_status"]]
    return downloads.sheet_of(
        "Students",
        frame,
        {
            "student_key": "Key",
            "salesforce_id": "Salesforce ID",
            "primary_affiliation_id": "Affiliation ID",
            "school_name": "School",
            "district_name": "District",
            "current_grade": "Grade",
            "state": "State",
        },
    )


view.show(
    "Students",
    "How many students have a school, and what keeps the others from one.",
    body,
    "view_student_figures",
    of_crm=True,
)
