"""The OpenAPI document is right, has an example of everything, and real answers look as it says."""

import re
from typing import get_type_hints

import pytest
from fastapi.openapi.models import OpenAPI

from newskb.api import parameters, schemas, tables
from newskb.api.explorer.reference import parameters_of
from newskb.store import filters, query, rows

METHODS = ("get", "post")


def operations(client):
    document = client.app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = parameters_of(operation, document["components"])
            yield path, method, operation | {"parameters": parameters}


def model_of(name):
    """The response model that a schema of the document stands for; ``Page_Quote_`` is ``Page[Quote]``."""
    generic = re.fullmatch(r"Page_(\w+?)_", name)
    return schemas.Page[getattr(schemas, generic[1])] if generic else getattr(schemas, name)


def answer_model(operation):
    status = min(code for code in operation["responses"] if code.startswith("2"))
    content = operation["responses"][status]["content"]["application/json"]
    return model_of(content["schema"]["$ref"].rpartition("/")[2]), content["example"]


def test_the_document_is_valid_and_complete(client):
    document = client.get("/openapi.json").json()
    OpenAPI.model_validate(document)
    assert document["info"]["title"] == "newskb"
    for kind in ("schemas", "parameters"):
        references = set(re.findall(rf"#/components/{kind}/([\w-]+)", str(document)))
        assert references == set(document["components"][kind])
    ids = [operation["operationId"] for _path, _method, operation in operations(client)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(client):
        assert method in METHODS
        in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
        assert "422" not in operation["responses"]
        assert operation["description"], path


def test_every_parameter_has_a_meaning_and_an_example_of_its_own_type(client):
    for path, _method, operation in operations(client):
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert len(names) == len(set(names)), path
        for parameter in operation["parameters"]:
            assert parameter["description"], (path, parameter["name"])
            example, schema = parameter["example"], parameter["schema"]
            if schema.get("type") == "array":
                [example], schema = example, schema["items"]
            assert example in schema.get("enum", [example]), (path, parameter["name"])
            kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
            kind = schema.get("type") or next(s["type"] for s in schema["anyOf"] if s["type"] != "null")
            assert isinstance(example, kinds[kind]), (path, parameter["name"])


def test_every_answer_has_an_example_that_fits_its_model(client):
    for _path, _method, operation in operations(client):
        model, example = answer_model(operation)
        model.model_validate(example)
        schemas.Problem.model_validate(
            operation["responses"]["default"]["content"]["application/problem+json"]["example"]
        )


def test_the_documented_parameters_are_those_that_are_taken(client):
    taken = set()
    for path, method, operation in operations(client):
        if method != "get" or "{key}" in path or path in ("/v1/sql", "/v1/actors/suggest", "/v1/queries/{name}"):
            continue
        is_list = path.count("/") == 2
        for parameter in operation["parameters"]:
            example, name = parameter["example"], parameter["name"]
            if name.startswith("exclude_") or (name in taken and not is_list):
                continue
            taken.add(name)
            answer = client.get(path, params={name: example})
            # The example of a cursor is one of the list of events: no other takes it. `search_in` goes with `q`.
            wanted = 400 if (name == "cursor" and path != "/v1/events") or name == "search_in" else 200
            assert answer.status_code == wanted, (path, name, answer.text)
    assert taken == set(parameters.catalogue()) - {"sql"}


def test_every_real_answer_fits_its_model(client, keys):
    seen = 0
    for path, method, operation in operations(client):
        if method != "get" or path in ("/v1/sql", "/v1/actors/suggest", "/v1/queries/{name}", "/v1/decisions/{key}"):
            continue
        model, _example = answer_model(operation)
        resource = path.split("/")[2] if path.startswith("/v1/") else ""
        for key in [keys[resource], *_others(client, resource)] if "{key}" in path else [""]:
            answer = client.get(path.replace("{key}", key))
            assert answer.status_code == 200, answer.text
            model.model_validate_json(answer.content, strict=True)
            seen += 1
    assert seen > 60
    evidence = client.get("/v1/events?include=evidence&with_total=exact")
    schemas.Page[schemas.EventWithEvidence].model_validate_json(evidence.content, strict=True)


def _others(client, resource):
    return [row["key"] for row in client.get(f"/v1/{resource}?limit=4").json()["data"]]


@pytest.mark.parametrize(
    ("row", "model"),
    [
        (rows.ArticleRow, schemas.Article), (rows.ArticleFound, schemas.ArticleFound),
        (rows.HighlightRow, schemas.Highlight), (rows.QuoteWithEvidence, schemas.QuoteWithEvidence),
        (rows.ClaimWithEvidence, schemas.ClaimWithEvidence), (rows.ArticleDetail, schemas.ArticleDetail),
        (rows.MentionDetail, schemas.MentionDetail), (rows.Annotations, schemas.Annotations),
        (rows.EventRow, schemas.Event), (rows.EventWithEvidence, schemas.EventWithEvidence),
        (rows.EventReportRow, schemas.EventReport), (rows.EventDetail, schemas.EventDetail),
        (rows.QuoteDetail, schemas.QuoteDetail), (rows.ClaimDetail, schemas.ClaimDetail),
        (rows.ActorDetail, schemas.ActorDetail), (rows.PlaceDetail, schemas.PlaceDetail),
        (rows.SourceRow, schemas.Source), (rows.StoryDetail, schemas.StoryDetail),
        (rows.Timeline, schemas.Timeline), (rows.FacetValue, schemas.FacetValue), (rows.Facet, schemas.Facet),
        (rows.Series, schemas.Series), (rows.ChangeRow, schemas.Change), (rows.Aggregate, schemas.Aggregate),
        (rows.Stats, schemas.Stats),
    ],
)  # fmt: skip
def test_the_store_and_the_models_name_the_same_fields(row, model):
    assert set(get_type_hints(row)) == set(model.model_fields)


def test_every_filter_and_output_parameter_is_described_once():
    taken = {name for resource in filters.RESOURCES for name in filters.names(resource)}
    outputs = {"sort", "limit", "cursor", "with_total", "format", "include", "bucket", "facet", "facet_size"}
    outputs |= {"group_by", "measure", "normalize", "tz", "since", "resource", "fields", "highlight", "timeout_ms"}
    others = {"sql"}
    assert set(parameters.catalogue()) == taken | outputs | others


def test_every_resource_has_the_shape_of_its_rows():
    assert set(tables.MODELS) == set(filters.RESOURCES)
    assert all(query.orders(resource) for resource in filters.RESOURCES)
