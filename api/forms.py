"""Reads what an HTML form sends."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from alongside.core.errors import InvalidInput

_MOST_FIELDS = 2_500
"""More than any form of ours has: an answer has about 300, and the page of changes one for each of its drafts."""


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a posted form, the last of each name; nothing when something else was posted, or nothing."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise InvalidInput(f"The form has more than {_MOST_FIELDS} fields. Nothing was changed. Load the page again.") from None


Form = Annotated[dict[str, str], Depends(read_form)]
