"""Every table, imported in one place so that migrations see them all."""

from alongside.store import accounts, cases, conversations, directory, releases  # noqa: F401
