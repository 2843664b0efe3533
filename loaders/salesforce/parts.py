"""The rows of one load on disk: a file of Parquet in the very columns that land."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# A row group is what memory has to hold of a file, when it is written and when it lands.
_GROUP_BYTES = 16 << 20


class Writer:
    """Writes the file.

    Attributes:
        path: of the file; there is none before the first rows.
        rows: in it so far; they are numbered from 1 on.
        values: column -> how many of them have a value in it.
    """

    def __init__(self, path: Path, stamp: Mapping[str, Any]) -> None:
        self.path = path
        self.rows = 0
        self.values: Counter[str] = Counter()
        self._stamp = stamp
        self._file: Any = None

    def write(self, rows: pa.Table) -> None:
        """Adds rows, with the columns of the stamp before their own."""
        import pyarrow as pa
        from pyarrow import parquet

        table = rows
        for position, (name, value) in enumerate(self._stamp.items()):
            table = table.add_column(position, name, pa.repeat(value, rows.num_rows))
        if self._file is None:
            # What is the same in every row takes no room and no time as a dictionary.
            names: Any = list(self._stamp)
            self._file = parquet.ParquetWriter(
                self.path, table.schema, use_dictionary=names, write_statistics=False
            )
        size = max(1, table.num_rows * _GROUP_BYTES // max(1, table.nbytes))
        self._file.write_table(table, row_group_size=size)
        self.rows += table.num_rows
        self.values.update(_values(rows))

    def close(self) -> None:
        """Ends the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def only(source: Path, numbers: npt.NDArray[np.int64], path: Path) -> Counter[str]:
    """Writes those rows of a file that have these numbers, in order, into another one.

    Returns:
        Column -> how many of them have a value in it.
    """
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    wanted, values = numbers - 1, Counter[str]()
    with parquet.ParquetFile(source) as file:
        start = 0
        with parquet.ParquetWriter(path, file.schema_arrow, write_statistics=False) as target:
            for number in range(file.num_row_groups):
                stop = start + file.metadata.row_group(number).num_rows
                low, high = np.searchsorted(wanted, (start, stop))
                if low < high:
                    here = pa.array(wanted[low:high] - start)
                    rows = file.read_row_group(number).take(here)
                    target.write_table(rows)
                    values.update(_values(rows))
                start = stop
    return values


def _values(rows: pa.Table) -> dict[str, int]:
    """No value of the CRM is the empty text, so what is not null is one."""
    columns = zip(rows.column_names, rows.columns, strict=True)
    return {name: rows.num_rows - cells.null_count for name, cells in columns}
