"""What a page says where a release, a store or the machine is not as it must be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard import words
from dashboard.release import ReleaseUnreadableError
from dashboard.who import NotAllowedError
from polaris.damage import explained
from polaris.errors import PolarisError
from polaris.settings import load_settings


@contextmanager
def told() -> Iterator[None]:
    """Says every expected failure of the block in words; a defect stays one."""
    try:
        yield
    except NotAllowedError as error:
        st.error(str(error), icon=":material/lock:")
    except ReleaseUnreadableError as error:
        _say(str(error))
        st.markdown(
            "Publish a new release with `polaris-load build`, "
            "or go back to an earlier one with `polaris-load rollback`."
        )
    except PolarisError as error:
        _say(error.message)
    except Exception as error:
        problem = explained(load_settings(), error)
        if problem is None:
            raise
        _say(problem.message)


def _say(sentence: str) -> None:
    st.error(words.inert(sentence), icon=":material/error:")
