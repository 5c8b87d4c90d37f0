"""The chat page: one server-rendered page on the carer API. Without JavaScript it says what to do and whom to ring."""

from typing import Any

from fastapi import APIRouter, Request, Response

from alongside.wiring import Container
from api.channels.web import Parts
from api.pages import headers, templates

router = APIRouter(include_in_schema=False)

# Texts never become HTML (trusted types).
_HEADERS = headers(cache="no-cache", require_trusted_types_for="'script'", trusted_types="'none'")

_NUMBERS = ("fact_emergency", "fact_nhs_111", "fact_lifeline_ni", "fact_samaritans", "fact_carers_uk")
"""The facts shown when the chat itself cannot run: help that is there for every carer."""


@router.api_route("/", methods=["GET", "HEAD"])
async def chat(request: Request, parts: Parts) -> Response:
    """Return the chat page."""
    context = {"numbers": _numbers(parts), "telegram": parts.telegram is not None}
    return templates.TemplateResponse(request, "chat.html", context, headers=_HEADERS)


def _numbers(parts: Container) -> list[dict[str, Any]]:
    today = parts.clock.today()
    facts = [parts.words.facts[name] for name in _NUMBERS]
    return [
        # A fact past its review date says where to look instead, and that cannot be rung.
        {"title": fact.title, "words": fact.words(today), "can_ring": fact.words(today) == fact.value, "hours": fact.hours}
        for fact in facts
    ]
