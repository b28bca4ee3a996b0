"""Changes: what was added, updated and deleted, for those who keep a copy or poll for news."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from newskb.api.answers import following
from newskb.api.conditional import reading
from newskb.api.deps import parameters, reject_unknown
from newskb.api.negotiation import form_of, table_answer
from newskb.api.parameters import one_value, plain, whole_number
from newskb.api.schemas import Changes
from newskb.store import query
from newskb.store.changes import list_changes

router = APIRouter(prefix="/v1/changes", tags=["changes"])

TAKEN: Final = ("since", "resource", "limit", "cursor", "format")
COLUMNS: Final = ("resource", "key", "action", "changed_at")


@router.get("", response_model=Changes, openapi_extra=plain(TAKEN))
def changes(request: Request) -> Response:
    """What was added, updated and deleted, oldest change first; each thing once, with its last change."""
    given = parameters(request)
    reject_unknown(given, TAKEN)
    with reading(request) as connection:
        page = list_changes(
            connection,
            since=one_value(given, "since"),
            cursor=one_value(given, "cursor"),
            resources=given.get("resource", ()),
            limit=whole_number(given, "limit", least=1, most=query.MAX_LIMIT) or query.MAX_LIMIT,
        )
    whole = {"data": page.rows, "next": page.next, "resume": page.resume}
    answer = table_answer(form_of(request, given), whole, page.rows, COLUMNS, name="changes")
    if page.next is not None:
        answer.headers["Link"] = f'<{following(request, page.next, without=("since",))}>; rel="next"'
    return answer
