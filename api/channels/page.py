"""The chat page: one server-rendered page on the carer API. Without JavaScript it says what to do and whom to ring."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates

from alongside.wiring import Container
from api.channels.web import Parts

router = APIRouter(include_in_schema=False)

# Everything comes from our own origin and nothing runs or styles inline; texts never become HTML (trusted types).
_HEADERS = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}

_NUMBERS = ("fact_emergency", "fact_nhs_111", "fact_lifeline_ni", "fact_samaritans", "fact_carers_uk")
"""The facts shown when the chat itself cannot run: help that is there for every carer."""

_templates = Jinja2Templates(directory=Path(__file__).parent.parent / "templates")


@router.api_route("/", methods=["GET", "HEAD"])
async def chat(request: Request, parts: Parts) -> Response:
    """Return the chat page."""
    return _templates.TemplateResponse(request, "chat.html", {"numbers": _numbers(parts)}, headers=_HEADERS)


def _numbers(parts: Container) -> list[dict[str, Any]]:
    today = parts.clock.today()
    facts = [parts.words.facts[name] for name in _NUMBERS]
    return [
        # A fact past its review date says where to look instead, and that cannot be rung.
        {"title": fact.title, "words": fact.words(today), "can_ring": fact.words(today) == fact.value, "hours": fact.hours}
        for fact in facts
    ]
