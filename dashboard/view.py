"""What every page shares: its frame, the freshness stamp, filters in the URL, tables, exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from dashboard import (
    applying,
    crm_age,
    decide,
    downloads,
    failures,
    queries_overview,
    sign_in,
    who,
    words,
)
from dashboard.narrow import TABLET, narrowed
from dashboard.release import OpenRelease, current, scope_of
from dashboard.who import Person
from polaris import access, releases
from polaris.errors import PolarisError
from polaris.settings import Settings, load_settings


@dataclass(frozen=True)
class Context:
    """What a page works with.

    Attributes:
        settings: of this request.
        person: who is at the screen.
        release: the published release; None before the first.
        today: the release's logical date, else the settings'.
    """

    settings: Settings
    person: Person
    release: OpenRelease | None
    today: date

    def may(self, activity: str) -> bool:
        """Whether the access policy, and the switch of importing, let this person do it."""
        if activity == "import" and not self.settings.importer_enabled:
            return False
        return access.may(self.person.role, activity)

    def email(self, value: Any) -> str | None:
        """An e-mail address as this person may see it."""
        if words.is_missing(value) or not isinstance(value, str):
            return None
        if self.may("view_contact_details"):
            return value
        return f"{value[:1]}***@{value.partition('@')[2]}"


def refused(what: str) -> None:
    """Says that the person's role does not allow this."""
    st.error(f"Your role may not {what}. Ask an administrator.", icon=":material/lock:")


def show(
    title: str,
    lead: str,
    body: Callable[[Context], None],
    activity: str = "view_marts",
    *,
    of_crm: bool = False,
) -> None:
    """Frames a page: title, freshness stamp, what waits for a build, news, then `body`.

    Every expected failure is said in words. `activity` of the access policy is what the role must
    be allowed to see the page at all. A page `of_crm` says when Salesforce was not read lately.
    """
    settings = load_settings()
    with failures.told():
        person = who.person(settings)
        release = current(settings, scope_of(person))
        whole = current(settings)
        if whole is None and (problem := releases.pointer_problem(settings)) is not None:
            raise PolarisError(problem)
        today = queries_overview.logical_date(whole) if whole else None
        context = Context(settings, person, release, today or settings.logical_date)
        _head(title, lead, context, whole)
        sign_in.ended(person)
        if not context.may(activity):
            refused("see this page")
            return
        if of_crm:
            crm_age.draw(whole)
        applying.bar(context)
        decide.notice()
        body(context)


def _head(title: str, lead: str, context: Context, whole: OpenRelease | None) -> None:
    """The title with the person beside it, and how fresh the numbers are.

    Freshness is a fact of the whole release, whatever part of it the person sees.
    """
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="page-head",
    ):
        st.title(title, anchor=False, width="content")
        sign_in.badge(context.person)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="page-stamp",
    ):
        st.markdown(lead, width="content")
        stamp(whole, context.today)


def stamp(release: OpenRelease | None, today: date) -> None:
    """The line that says how fresh the numbers are; the release's name is one click away."""
    if release is None:
        st.caption("No release published yet", width="content")
        return
    last = queries_overview.last_import(release)
    imported = last["finished_at"] if last is not None else None
    downloads.remember(
        downloads.Freshness(release.name, release.published_at, imported, as_of=today)
    )
    if last is None:
        fresh = "Nothing imported yet"
    else:
        age = words.age(last["finished_at"], datetime.now(UTC))
        fresh = f"Last successful import {age}"
    with st.popover(fresh, icon=":material/update:", type="tertiary", width="content"):
        if last is not None:
            st.markdown(
                f"Last successful import **{words.inert(words.moment(last['finished_at']))}**  \n"
                f"{words.inert(last['file_name'])}"
            )
        st.caption(
            f"Release {words.inert(release.name)}, as of {words.day(today)}, published "
            f"{words.inert(words.moment(release.published_at))}"
        )


def empty(title: str, advice: str, icon: str = ":material/inbox:") -> None:
    """An empty state that says what to do; `advice` is Markdown written in this program."""
    with st.container(border=True, key=f"empty-{abs(hash(title))}"):
        st.markdown(f"### {icon} {title}")
        st.markdown(advice)


def no_release() -> None:
    """The empty state of every page before the first publish."""
    may_import = access.may(who.person(load_settings()).role, "import")
    empty(
        "Nothing has been published yet",
        "Somebody who may import begins with a teacher roster and a Pathful Session Report."
        if not may_import
        else "Import a teacher roster first, then a Pathful Session Report, on the **Import** page "
        "or the command line:\n\n"
        "```\npolaris-load roster FILE --district NAME --academic-year YYYY-YYYY\n"
        "polaris-load pathful FILE\n```\n"
        "`polaris-load demo` fills a new installation with invented data.",
        ":material/rocket_launch:",
    )


def cards(values: Sequence[tuple[str, Any, str | None]]) -> None:
    """A row of metric cards: label, value as shown, help text."""
    for column, (name, value, hint) in zip(st.columns(len(values)), values, strict=True):
        column.metric(name, value, help=hint, border=True)


# How a state looks: the colour says what the icon and the word say too.
_BADGES = {
    "good": ("blue", "check_circle"),
    "open": ("yellow", "schedule"),
    "bad": ("red", "error"),
    "neutral": ("gray", "radio_button_unchecked"),
}


def status_badge(word: Any, kind: str = "neutral") -> str:
    """A state as Markdown: an icon, the word and a colour that never stands alone.

    Args:
        word: the state in words.
        kind: good (reached, held), open (waits, is planned), bad (needs somebody) or neutral.
    """
    colour, icon = _BADGES[kind]
    return f":{colour}-badge[:material/{icon}: {words.inert(word)}]"


class Filters:
    """Widgets whose values stand in the URL, so a view can be shared and comes back as it was.

    A value that equals its fallback is left out of the URL. Changing any filter returns to the
    first page of the list.

    Args:
        page: in the names of the widgets.
        opened: the URL's parameter for what is open beside the list; another list closes it.
    """

    def __init__(self, page: str, opened: str | None = None) -> None:
        self._page = page
        self._opened = opened
        self._names: list[str] = []

    def _key(self, name: str) -> str:
        return f"{self._page}-{name}"

    def _seed(self, name: str, fallback: Any, read: Callable[[str], Any]) -> str:
        key = self._key(name)
        self._names.append(name)
        if key not in st.session_state:
            text = st.query_params.get(name)
            value = read(text) if text is not None else None
            st.session_state[key] = fallback if value is None else value
        return key

    def _remember(self, name: str, value: Any, fallback: Any) -> None:
        text = str(value)
        if value == fallback:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != text:
            st.query_params[name] = text

    def _to_first_page(self) -> None:
        st.session_state[self._key("page")] = 1
        self._close()

    def _close(self) -> None:
        if self._opened is not None:
            st.query_params.pop(self._opened, None)

    def choice(
        self,
        label: str,
        name: str,
        options: Mapping[str | None, str],
        fallback: str | None = None,
        **widget: Any,
    ) -> str | None:
        """A drop-down over `options` (value -> words); the value None stands for no restriction."""
        shown = {value or "": label for value, label in options.items()}
        start = fallback or ""
        key = self._seed(name, start, lambda text: text if text in shown else None)
        if st.session_state[key] not in shown:
            st.session_state[key] = start
        value = st.selectbox(
            label,
            list(shown),
            format_func=lambda option: words.plain(shown.get(option)),
            key=key,
            on_change=self._to_first_page,
            **widget,
        )
        self._remember(name, value, start)
        return value or None

    def text(self, label: str, name: str, hint: str) -> str:
        """A search box."""
        key = self._seed(name, "", str)
        value = st.text_input(
            label,
            key=key,
            type="search",
            live=True,
            placeholder=hint,
            on_change=self._to_first_page,
        )
        self._remember(name, (value or "").strip(), "")
        return (value or "").strip()

    def flag(self, label: str, name: str, hint: str | None = None) -> bool:
        """A switch that is off unless asked."""
        key = self._seed(name, False, lambda text: text == "True")
        value = st.toggle(label, key=key, help=hint, on_change=self._to_first_page)
        self._remember(name, value, False)
        return bool(value)

    def day(self, label: str, name: str, fallback: date | None) -> date | None:
        """A date that may be cleared; the URL says `none` when it is."""
        key = self._seed(name, fallback, _day_from_url)
        if st.session_state[key] == "none":
            st.session_state[key] = None
        value: date | None = st.date_input(
            label, key=key, format="MM/DD/YYYY", on_change=self._to_first_page
        )
        self._remember(name, value or "none", fallback or "none")
        return value

    def page_number(self, total: int, size: int) -> int:
        """Which page of the list is wanted; call `pager` below the list."""
        key = self._seed("page", 1, lambda text: int(text) if text.isdigit() else None)
        pages = max(1, -(-total // size))
        st.session_state[key] = min(max(1, int(st.session_state[key])), pages)
        self._remember("page", st.session_state[key], 1)
        return int(st.session_state[key])

    def pager(self, total: int, size: int, noun: str) -> None:
        """How far the list is shown and the page buttons; `noun` is one of the things listed."""
        if total <= size:
            st.caption(words.counted(total, noun))
            return
        number = int(st.session_state[self._key("page")])
        pages = max(1, -(-total // size))
        first, last = (number - 1) * size + 1, min(number * size, total)
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.caption(f"{first:,}\N{EN DASH}{last:,} of {words.counted(total, noun)}")
            st.pagination(pages, key=self._key("page"), on_change=self._close)

    def put(self, name: str, value: Any) -> None:
        """Sets a filter from a callback, before its widget is drawn again; None lifts it."""
        st.session_state[self._key(name)] = value or ""
        self._to_first_page()

    def reset_button(self, *, disabled: bool = False) -> None:
        """Sets every filter of the page back."""

        def reset() -> None:
            for name in self._names:
                st.session_state.pop(self._key(name), None)
                st.query_params.pop(name, None)
            self._close()

        st.button("Reset filters", key=self._key("reset"), on_click=reset, disabled=disabled)


def any_of(first: str, values: Mapping[str, str]) -> dict[str | None, str]:
    """Options of a filter: no restriction under the words `first`, then `values`."""
    options: dict[str | None, str] = {None: first}
    for value, label in values.items():
        options[value] = label
    return options


def _day_from_url(text: str) -> Any:
    if text == "none":
        return "none"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def open_column(page: str, param: str, keys: Sequence[str]) -> Any:
    """A column of buttons that put the row's key into the URL, which opens its detail view."""
    name = f"{page}-open-{param}"

    def opened() -> None:
        click = st.session_state.get(name)
        if click is not None:
            st.query_params[param] = keys[click["row"]]

    return st.column_config.ButtonColumn(
        "", width=58, type="tertiary", key=name, on_click=opened, pinned=True
    )


def go(param: str, value: str | None) -> Callable[[], None]:
    """A callback that sets, or with None clears, what the page shows in detail."""

    def act() -> None:
        if value is None:
            st.query_params.pop(param, None)
        else:
            st.query_params[param] = value

    return act


def table(data: Any, columns: Mapping[str, Any], *, room: int = TABLET, **options: Any) -> Any:
    """A read-only table: only `columns`, in that order, nulls as an em dash.

    Columns of hours have two decimals at most, as `words_crm.hours` writes them. Columns with
    widths grow alike into a wide window and fit into `room`: a tablet, where a long text is cut.
    """
    return st.dataframe(
        downloads.hours_rounded(data[list(columns)]),
        column_config=narrowed(columns, room),
        hide_index=True,
        placeholder=words.DASH,
        **options,
    )
