"""The machine's clock."""

from datetime import UTC, date, datetime

from alongside.core.directory import LONDON


class SystemClock:
    """The real time, aware."""

    def today(self) -> date:
        return self.now().astimezone(LONDON).date()

    def now(self) -> datetime:
        return datetime.now(UTC)
