"""What a page says where a release, a store or the machine is not as it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st

from dashboard import decide, words
from dashboard.release import ReleaseUnreadableError
from dashboard.who import NotAllowedError
from polaris.damage import explained
from polaris.errors import PolarisError
from polaris.settings import load_settings

P = ParamSpec("P")


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


def kept(action: Callable[P, None]) -> Callable[P, None]:
    """What a button does; an expected failure of it is said when the page is drawn next.

    Whatever a button does is over before the page is drawn, so that `told` never hears of it.
    """

    @wraps(action)
    def act(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            action(*args, **kwargs)
        except PolarisError as error:
            decide.refuse(words.inert(error.message))
        except Exception as error:
            problem = explained(load_settings(), error)
            if problem is None:
                raise
            decide.refuse(words.inert(problem.message))

    return act


def _say(sentence: str) -> None:
    st.error(words.inert(sentence), icon=":material/error:")
