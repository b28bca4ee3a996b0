"""The guide names every address and parameter, and its examples are requests and answers as they really are."""

import json
import re
from pathlib import Path

import pytest

from newskb.api import parameters, schemas

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
REQUESTS = re.findall(r"^GET (\S.*)$", GUIDE, re.MULTILINE)
ANSWERS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
MODELS = (
    schemas.Page[schemas.EventWithEvidence],
    schemas.Page[schemas.Quote],
    schemas.Problem,
    schemas.Timeline,
    schemas.Changes,
    schemas.SqlAnswer,
)


def test_every_address_is_in_the_guide_and_no_other(client):
    told = set(re.findall(r"`(/(?:v1/[\w/{}-]+|healthz|readyz))`", GUIDE))
    assert told == set(client.app.openapi()["paths"]) | {"/v1/reconcile"}  # a protocol with a manifest of its own


@pytest.mark.parametrize("name", sorted(parameters.catalogue()))
def test_every_parameter_is_in_the_guide(name):
    assert re.search(rf"`{name}[`=]", GUIDE)


@pytest.mark.parametrize("request_line", REQUESTS)
def test_every_request_of_the_guide_can_be_sent(client, request_line):
    answer = client.get(request_line)
    assert answer.status_code == (400 if "spaeker" in request_line else 200), answer.text


@pytest.mark.parametrize(("model", "answer"), list(zip(MODELS, ANSWERS, strict=True)))
def test_every_answer_of_the_guide_fits_its_model(model, answer):
    model.model_validate(answer)
