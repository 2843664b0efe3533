"""Changes of an invented release that many tests begin with, made once per process."""

from __future__ import annotations

import functools
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FILES_KEPT = 24
_files: OrderedDict[tuple[Any, ...], tuple[bytes, Any]] = OrderedDict()


def kept(change: Callable[..., Any]) -> Callable[..., Any]:
    """A change of a DuckDB file that is copied when it was made before, to the same bytes.

    Opening a release, inserting and closing it takes longer than many a page.

    Args:
        change: takes the path of the file, which nobody has open, and values; what it does and
            returns depends on them alone.
    """

    @functools.wraps(change)
    def changed(path: Path, *values: Any) -> Any:
        before = hashlib.sha256(path.read_bytes()).digest()
        key = (change.__module__, change.__qualname__, before, repr(values))
        if key in _files:
            _files.move_to_end(key)
            path.write_bytes(_files[key][0])
        else:
            answer = change(path, *values)
            assert not path.with_name(f"{path.name}.wal").exists(), "somebody has it open"
            _files[key] = (path.read_bytes(), answer)
            while len(_files) > _FILES_KEPT:
                _files.popitem(last=False)
        return _files[key][1]

    return changed
