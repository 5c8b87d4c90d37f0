"""Who has an inbox page open in this process. It is presence, not data: it is kept in memory and ends with the process."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Attendance:
    """Counts the open pages of each account. Another process's pages are not known here: an alert too many does no harm."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def here(self, account_id: str) -> Iterator[None]:
        """Count somebody as here until the block ends."""
        self._open[account_id] += 1
        try:
            yield
        finally:
            self._open[account_id] -= 1

    def is_here(self, account_id: str) -> bool:
        return self._open[account_id] > 0
