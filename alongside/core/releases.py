"""A release: an immutable, numbered set of answers with the trained model that serves it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Release:
    """``content_hash`` is over everything the model was trained from; the model file is refused if its own hash differs."""

    number: int
    content_hash: str
    model_file: str
    model_hash: str
    made_at: datetime
