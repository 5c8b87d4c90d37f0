"""Every table, imported in one place so that migrations see them all."""

from alongside.store import (  # noqa: F401
    accounts,
    alerts,
    asked,
    cases,
    conversations,
    directory,
    drafts,
    feedback,
    files,
    heartbeats,
    release_lives,
    releases,
    reminders,
    replies,
    rota,
    second_factor,
    tasks,
    telegram,
    telegram_deliveries,
    versions,
)
