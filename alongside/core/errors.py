"""Errors that are expected. Each says what was found and what to do next, and carries its HTTP status."""


class AlongsideError(Exception):
    """The root of expected errors; ``status`` is the HTTP status the web layer answers with."""

    status = 500


class ContentError(AlongsideError):
    """A content file (answers, facts, directory) is missing or has the wrong shape."""

    status = 422


class InvalidInput(AlongsideError):
    """The caller sent something that cannot be used; nothing was stored."""

    status = 422


class NotFound(AlongsideError):
    """What was asked for does not exist, or is not the caller's to see."""

    status = 404


class Unauthorised(AlongsideError):
    """No token, or a token that opens nothing."""

    status = 401


class TooMany(AlongsideError):
    """The caller sends faster than a person can type; ``retry_after`` is in seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AssistantFailed(AlongsideError):
    """The assistant gave no usable answer: down, too slow, empty or broken. Never silence for the carer."""

    status = 503


class EncoderError(AlongsideError):
    """The sentence encoder's weights or files are missing or not the pinned ones."""

    status = 500
