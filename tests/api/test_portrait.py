"""Charts, comparisons and portraits say what the rows say, no more and no less."""

import pytest

from newskb.api.explorer import annotated, comparison, portrait, series
from newskb.store.filters import Filters


@pytest.fixture(scope="module")
def asked(client):
    """What a question over the small knowledge base answers."""

    def ask(question):
        with client.app.state.database.read() as connection:
            return question(connection)

    return ask


@pytest.mark.parametrize(
    ("resource", "field"),
    [("events", "event_type"), ("articles", "source"), ("quotes", "speaker"), ("claims", "stance")],
)
def test_the_lines_of_a_chart_add_up_to_the_rows(asked, client, resource, field):
    found = asked(lambda c: series.over_time(c, Filters(resource=resource), {}, field))
    shown = sum(sum(moment.counts) for moment in found.moments)
    assert shown + found.undated == client.get(f"/v1/{resource}/count").json()["count"]
    for moment in found.moments:
        count = client.get("/v1" + moment.href.replace(f"/{resource}", f"/{resource}/count", 1)).json()["count"]
        assert count == sum(moment.counts)


def test_others_have_what_no_line_has(asked, monkeypatch):
    monkeypatch.setattr(series, "LINES", 1)
    found = asked(lambda c: series.over_time(c, Filters(resource="articles"), {}, "source"))
    assert found.lines[-1] == "others"
    assert sum(moment.counts[-1] for moment in found.moments) > 0


def test_relations_count_the_events_that_two_actors_share(asked, client):
    [relation] = asked(lambda c: portrait.relations(c, "Q900001"))
    shared = client.get("/v1/events/count?participant=Q900001&participant=Q900002&match=all").json()["count"]
    assert (relation.name, relation.total) == ("Berit Sund", shared)
    assert relation.counts == (shared, 0, 0, 0)  # consultations are verbal cooperation
    assert relation.parts[0] == (0.0, 100.0)


def role(start, end):
    return {"office": "Minister", "country": None, "sector": None, "valid_from": start, "valid_to": end}


def test_offices_lie_on_one_line_of_time():
    found, line = portrait.offices([role("2000", "2005-07-01"), role("2005-07", None), role(None, None)], until=2010)
    assert line == ("2000", "2011")
    first, second, unknown = found
    assert first.left == 0
    assert first.left + first.width == pytest.approx(second.left, abs=0.02)
    assert second.left + second.width == pytest.approx(portrait.WIDTH, abs=0.02)
    assert unknown.left is None


def test_without_a_year_there_is_no_line():
    assert portrait.offices([role(None, None)], until=2010)[1] is None
    assert portrait.offices([], until=2010) == ([], None)


def test_reports_are_compared_outlet_by_outlet(client):
    event = client.get("/v1/events?sort=-sources&limit=1").json()["data"][0]["key"]
    reports = client.get(f"/v1/events/{event}").json()["reports"]
    aspects = {aspect.name: aspect for aspect in comparison.compare(reports)}
    assert aspects["What"].accounts == (("consult: visit", tuple(r["article"]["source"]["name"] for r in reports)),)
    assert not aspects["What"].differs
    assert aspects["Where"].accounts[0][0] == "Oslo"


def test_every_highlight_with_a_key_has_a_note(client, keys):
    article = client.get("/v1/articles?q=agree+everything").json()["data"][0]["key"]
    found = client.get(f"/v1/articles/{article}/annotations").json()
    notes = {note.key: note for note in annotated.notes(found)}
    assert {highlight.key for highlight in annotated.highlights(found, [])} == set(notes)
    figure = next(note for note in notes.values() if note.layer == "figure")
    assert (figure.name, dict(figure.details)["of"]) == ("at least 14", "displaced")
    assert any(dict(note.details).get("link score") == "0.90" for note in notes.values())
