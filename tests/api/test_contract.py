"""Schemathesis asks what the OpenAPI document allows, and every answer is one that the document promises."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from newskb.api.app import create_app
from newskb.settings import Settings

load_all_checks()
EXAMPLES = 5
"""Requests for each address: the whole takes less than a minute."""
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]


@pytest.fixture
def app(sqlite_database, fill_database):
    """Over a database of its own: what is uploaded here is nobody else's."""
    fill_database(sqlite_database)
    app = create_app(Settings(database_url=str(sqlite_database.url), sql_max_rows=100))
    yield app
    app.state.database.dispose()


def test_every_answer_is_one_that_the_document_promises(app):
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    failures, asked = [], 0
    for result in document.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            (case.query or {}).pop("fields", None)  # rows that are cut are no longer what the document describes
            case.call_and_validate(checks=CHECKED)

        try:
            ask()
        except Exception as error:
            failures.append(f"{operation.label}: {error}\n{getattr(error, 'exceptions', '')}")
        asked += 1
    assert not failures, "\n\n".join(failures)
    assert asked > 60
