"""Seals what must be stored and read again but never lie open in the database, such as the keys of alert routes.

Fernet of the ``cryptography`` package: AES-128-CBC with HMAC-SHA256. The key is not in the database, so that a copy of one
without the other opens nothing.
"""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from alongside.core.errors import AlongsideError


class NotOurs(AlongsideError):
    """What was sealed cannot be opened with this key."""

    status = 500


class FileVault:
    """Seals with a key kept in a file, which is made when it is first needed and which only its owner can read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._fernet: Fernet | None = None

    def seal(self, text: str) -> str:
        """Return the text so that only this key opens it."""
        return self._with_key().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed. Raises NotOurs when it was sealed with another key, or changed."""
        try:
            return self._with_key().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise NotOurs(
                f"What is stored was sealed with another key than the one in {self._file.name}. Put the earlier file back from "
                "the backup, or set up alert routes and phone codes anew."
            ) from None

    def _with_key(self) -> Fernet:
        if self._fernet is None:
            self._fernet = Fernet(self._read_or_make())
        return self._fernet

    def _read_or_make(self) -> bytes:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Made whole or not at all, and by one of several processes that begin at once.
            made = self._file.with_suffix(f".{os.getpid()}")
            made.touch(mode=0o600)
            made.write_bytes(Fernet.generate_key())
            os.link(made, self._file)
        except FileExistsError:
            pass
        finally:
            made.unlink(missing_ok=True)
        return self._file.read_bytes()
