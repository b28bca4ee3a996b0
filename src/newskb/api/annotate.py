"""A text in the request becomes its facts in the answer; nothing is stored."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.deps import database, parameters, reject_unknown
from newskb.api.recognising import recognise
from newskb.errors import BusyError, TooLargeError
from newskb.jobs.annotation import TextReader
from newskb.settings import Settings

router = APIRouter(prefix="/v1/annotate", tags=["annotate"])

RETRY_AFTER_S = 5
"""A text of some thousand characters is read in about a second, the model loaded in a few."""


class Desk:
    """Where texts are read, one after another in a thread of its own, and only so many wait."""

    def __init__(self, settings: Settings) -> None:
        self.max_chars = settings.annotate_max_chars
        self.timeout_s = settings.annotate_timeout_s
        self.places = settings.annotate_at_once
        self._free = threading.Semaphore(settings.annotate_at_once)
        self._reader = TextReader(settings)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="annotate")

    async def read(self, text: str, **fields: str | None) -> dict[str, Any]:
        """The facts of a text.

        Raises ``TooLargeError`` for a long one, ``BusyError`` when all places are taken, or it takes too long: a text
        that is being read cannot be stopped, and keeps its place to the end.
        """
        if len(text) > self.max_chars:
            raise TooLargeError(f"the text has {len(text):,} characters; at most {self.max_chars:,} are read at once")
        if not self._free.acquire(blocking=False):
            raise BusyError(f"{self.places} texts are being read; try again in a moment", retry_after_s=RETRY_AFTER_S)
        work: Future[dict[str, Any]] = self._thread.submit(self._reader, text, **fields)
        work.add_done_callback(lambda _: self._free.release())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(work), self.timeout_s)
        except TimeoutError as error:
            raise BusyError(
                f"the text was not read within {self.timeout_s:g} s; send a shorter one, or try again later",
                retry_after_s=RETRY_AFTER_S,
            ) from error

    def close(self) -> None:
        """Take nothing more on; what waits is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)


@router.post("", response_model=schemas.Reading)
async def annotate(
    request: Request,
    body: schemas.TextToRead,
    match: Annotated[
        bool, Query(description="Whether to look for the events of the text in the knowledge base.", examples=[True])
    ] = False,
) -> Response:
    """Read a text: its mentions, links, quotes, claims, events and times, as `newskb extract` prints them.

    Nothing is stored. The first call loads the language model, which takes some seconds; then texts are read one after
    another. When too many wait, the answer is 503 with `Retry-After`. `match=true` adds `matches`: for each event of
    the text the events of the knowledge base that it may be.
    """
    reject_unknown(parameters(request), ("match",))
    desk: Desk = request.app.state.desk
    found = await desk.read(body.text, title=body.title, date=body.date, source=body.source, url=body.url)
    if match:
        found["matches"] = await run_in_threadpool(recognise, database(request), found["events"])
    return json_answer(found)
