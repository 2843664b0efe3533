"""An uploaded file before its import: where it was saved, and everything wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import jobs, words
from loaders.errors import InputError
from polaris import config
from polaris.settings import Settings

_MB = 1024**2
_KEY = "import-preview"


@dataclass(frozen=True)
class Preview:
    """What is known of an uploaded file before it is imported; `problem` is None when it is good.

    Attributes:
        upload_id: the kind, the name and the bytes it belongs to.
        path: of the saved file.
        problem: the loader's sentence on why it cannot be imported.
        facts: head -> words.
        warnings: the loader's sentences.
        first_rows: of the file, by canonical column.
        heads: canonical column -> header as spelled.
    """

    upload_id: str
    path: Path
    problem: str | None
    facts: dict[str, str]
    warnings: tuple[str, ...]
    first_rows: tuple[dict[str, Any], ...]
    heads: dict[str, str]


def most_mb(settings: Settings) -> int:
    """How large a file a page takes (platform.md 11.1).

    The server is told when it starts: by `polaris-load dashboard`, else in .streamlit/config.toml.
    """
    return int(config.value(settings, "upload.max_mb"))


def limit(settings: Settings) -> str:
    """The same in words."""
    return (
        f"A page takes files of {most_mb(settings)} MB at most; larger ones are imported with "
        "`polaris-load` on the command line."
    )


def preview(settings: Settings, kind: str, upload: Any) -> Preview:
    """Checks the upload once; drawing the page again does not read it again."""
    content = upload.getvalue()
    upload_id = f"{kind}-{upload.name}-{hashlib.sha256(content).hexdigest()}"
    known = st.session_state.get(_KEY)
    if isinstance(known, Preview) and known.upload_id == upload_id:
        return known
    if len(content) > most_mb(settings) * _MB:
        problem = f"{upload.name} has {len(content) / _MB:,.1f} MB. {limit(settings)}"
        found = Preview(upload_id, Path(upload.name), problem, {}, (), (), {})
    else:
        path = jobs.save_upload(settings, upload.name, content)
        found = _checked(kind, path, upload_id)
    st.session_state[_KEY] = found
    return found


def forget() -> None:
    """Lets go of the file: its folder belongs to a job now, or it was taken out again."""
    st.session_state.pop(_KEY, None)


def _checked(kind: str, path: Path, upload_id: str) -> Preview:
    from loaders import csv_contracts, pathful, roster

    try:
        if kind == "roster":
            found: Any = roster.prepare(path)
        elif kind in csv_contracts.ENTITIES:
            found = csv_contracts.prepare(path, csv_contracts.ENTITIES[kind])
        else:
            found = pathful.prepare(path)
    except InputError as error:
        return Preview(upload_id, path, error.message, {}, (), (), {})
    facts = {
        "Report": words.label(found.report_type, words.REPORT_TYPES),
        "Rows": words.number(found.row_count),
        "Columns read": words.number(len(found.present_columns)),
        "Columns kept, not used": words.number(len(found.unmapped_columns)),
    }
    if kind == "roster":
        facts["Teachers"] = words.number(found.teacher_count)
    if found.sheet:
        facts["Sheet"] = found.sheet
    return Preview(
        upload_id,
        path,
        None,
        facts,
        tuple(found.warnings),
        tuple(found.first_rows),
        dict(found.header_by_column),
    )
