"""The shape of every answer, for the OpenAPI document; tests validate real answers against it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


def _like(*values: Any) -> Any:
    return Field(examples=list(values))


ArticleKey = Annotated[str, _like("art-5d1f0c3b7a9e2468ace0")]
ActorKey = Annotated[str, _like("Q58217")]
PlaceKey = Annotated[str, _like("Q649")]
EventKey = Annotated[str, _like("evt-0c3b7a9e2468ace05d1f")]
Day = Annotated[str, _like("2019-05-05")]
Precision = Literal["year", "month", "day", "minute"]
Realis = Literal["actual", "attempted", "future", "hypothetical", "negated", "historical"]
Confidence = Annotated[float, Field(ge=0, le=1, examples=[0.82])]


class Model(BaseModel):
    """Base of all answers: no field is optional and none is unknown."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Problem(Model):
    """What went wrong (RFC 9457). ``parameter`` and ``nearest`` come with unknown parameters only."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, _like("urn:newskb:problem:unknown-parameter")]
    title: Annotated[str, _like("Bad Request")]
    status: Annotated[int, _like(400)]
    detail: Annotated[str, _like("unknown parameter 'spaeker'; did you mean 'speaker'?")]
    instance: Annotated[str, _like("/v1/quotes")]


class SourceRef(Model):
    """An outlet, in short."""

    key: Annotated[str, _like("src-1e2f3a4b5c6d7e8f9a0b")]
    name: Annotated[str, _like("Sputnik")]


class ActorRef(Model):
    """An actor, in short."""

    key: ActorKey
    name: Annotated[str, _like("Sergey Lavrov")]


class PlaceRef(Model):
    """A place, in short."""

    key: PlaceKey
    name: Annotated[str, _like("Moscow")]
    country: Annotated[str | None, _like("RUS")]
    latitude: Annotated[float | None, _like(55.7558)]
    longitude: Annotated[float | None, _like(37.6173)]


class ArticleRef(Model):
    """An article, in short."""

    key: ArticleKey
    title: Annotated[str | None, _like("Lavrov, Arreaza Hold Press Conference in Moscow")]
    source: SourceRef | None
    url: Annotated[str | None, _like("https://example.org/2019/05/05/lavrov")]
    published_at: Annotated[str | None, _like("2019-05-05")]
    published_date: Day | None


class Evidence(Model):
    """The characters that say it: ``text`` is ``[start_char, end_char)`` of the article's text."""

    key: Annotated[str, _like("evm-7a9e2468ace05d1f0c3b")]
    article: ArticleRef
    start_char: Annotated[int, Field(ge=0, examples=[74])]
    end_char: Annotated[int, Field(ge=0, examples=[81])]
    text: Annotated[str, _like("meeting")]
    sentence: Annotated[str | None, _like("The two counterparts are meeting in Moscow.")]
    extractor: Annotated[str, _like("0.1.0+encoder-v0")]
