"""The pages show what the store holds, keep filters in the address, escape everything and lead nowhere that is not."""

import re
from collections import deque
from html.parser import HTMLParser
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from newskb.api.app import create_app
from newskb.settings import Settings
from newskb.store.database import Database
from newskb.store.filters import RESOURCES

LISTS = ("articles", "events", "actors", "quotes", "claims", "stories", "places", "sources")
THINGS = ("articles", "events", "actors", "quotes", "claims", "stories")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "rect"}


class Page(HTMLParser):
    """The elements of a page; raises when they are not nested as they should be."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag, name):
        return [attributes[name] for found, attributes in self.elements if found == tag and name in attributes]


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.text[-500:])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def addresses(keys):
    return [
        "/",
        "/?by=event_type",
        "/imports",
        "/sql",
        "/docs",
        *(f"/{name}" for name in LISTS),
        *(f"/{name}/{keys[name]}" for name in THINGS),
    ]


def test_every_link_of_every_page_leads_somewhere(client, keys):
    waiting, seen = deque(addresses(keys)), set()
    while waiting and len(seen) < 100:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        found = page(client, address)
        for link in found.all("a", "href"):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.netloc == "www.wikidata.org"
            elif link.startswith("#"):
                assert link[1:] in {attributes.get("id") for _tag, attributes in found.elements}
            elif parts.path.startswith(("/v1/", "/openapi.json")):
                assert client.get(link).status_code == 200, link
            else:
                waiting.append(link.partition("#")[0])
    assert len(seen) == 100


def test_ids_are_unique_and_every_field_has_a_name_to_read_out(client, keys):
    for address in addresses(keys):
        found = page(client, address)
        ids = [attributes["id"] for _tag, attributes in found.elements if "id" in attributes]
        assert len(ids) == len(set(ids)), address
        [heading] = [tag for tag, _attributes in found.elements if tag == "h1"]
        assert heading
        assert found.all("html", "lang") == ["en"]
        assert "width=device-width, initial-scale=1" in found.all("meta", "content")
        for labelled in found.all("section", "aria-labelledby"):
            assert labelled in ids


def test_nothing_is_fetched_or_run_from_elsewhere(client, keys):
    for address in addresses(keys):
        answer = client.get(address)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        found = Page(answer.text)
        for source in [*found.all("script", "src"), *found.all("link", "href"), *found.all("img", "src")]:
            assert source.startswith("/static/")
            assert client.get(source).status_code == 200
        assert all("src" in attributes for tag, attributes in found.elements if tag == "script")
        assert not any(name == "style" or name.startswith("on") for _tag, a in found.elements for name in a)


MOST_SCRIPT = 150_000
"""Bytes of script that a page may load, as they lie on the disk."""


def test_no_page_loads_more_script_than_it_may(client, keys):
    for address in [*addresses(keys), "/sql?sql=SELECT+type,count(*)+FROM+events+GROUP+BY+1"]:
        sources = set(page(client, address).all("script", "src"))
        assert sum(len(client.get(source).content) for source in sources) < MOST_SCRIPT, address


def test_every_vendored_file_is_named_with_its_licence():
    folder = files("newskb.api.explorer").joinpath("static", "vendor")
    said = folder.joinpath("LICENCES.txt").read_text(encoding="utf-8")
    for file in folder.iterdir():
        assert file.name == "LICENCES.txt" or file.name in said


def test_the_overview_shows_events_by_quad_or_type_and_their_places(client):
    found = page(client, "/")
    assert "verbal cooperation" in found.text
    assert found.all("a", "data-lat") == ["59.9"]
    assert "consult" in page(client, "/?by=event_type").text
    assert client.get("/?by=realis").status_code == 400


def test_the_overview_follows_what_is_written(client, fill_database, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'kb.db'}")
    database.upgrade()
    with TestClient(create_app(Settings(database_url=f"sqlite:///{tmp_path / 'kb.db'}"))) as other:
        assert "No stories yet." in page(other, "/").text
        fill_database(database)
        assert "Nordvik meets Sund" in page(other, "/").text
        other.app.state.database.dispose()
    database.dispose()


def test_the_map_takes_the_filters_of_events_and_says_the_same_in_words(client):
    found = page(client, "/map?event_type=CONSULT")
    [link] = [a["href"] for tag, a in found.elements if tag == "a" and "data-lat" in a]
    [area] = client.get("/v1/events/map?event_type=CONSULT").json()["features"]
    assert client.get("/v1" + link.replace("/events", "/events/count")).json()["count"] == area["properties"]["count"]
    assert client.get("/map?speaker=x").status_code == 400


def test_names_are_completed_and_keys_in_the_address_shown_by_name(client):
    assert page(client, "/suggest?participant=nordv").all("option", "value") == ["Ada Nordvik"]
    assert page(client, "/suggest?participant=").all("option", "value") == []
    assert "participant: Ada Nordvik" in page(client, "/events?participant=Q900001").text


def test_a_value_of_a_facet_that_holds_leads_to_the_list_without_it(client):
    found = page(client, "/events?event_type=CONSULT&realis=actual")
    [held] = [
        a["href"]
        for tag, a in found.elements
        if tag == "a" and a.get("aria-current") == "true" and "CONS" not in a["href"]
    ]
    assert held == "/events?realis=actual"


def test_a_query_stays_in_the_address_and_its_rows_are_shown(client, hostile_words):
    found = page(client, "/sql?sql=SELECT+article,+title+FROM+articles+ORDER+BY+published_date")
    assert "28 rows" in " ".join(found.text.split())
    assert sum(link.startswith("/articles/art-") for link in found.all("a", "href")) == 28
    assert hostile_words in found.text
    [csv] = [link for link in found.all("a", "href") if "format=csv" in link]
    assert len(client.get(csv).text.splitlines()) == 29


@pytest.mark.parametrize(
    ("sql", "status"), [("SELECT nothing FROM events", 400), ("DELETE FROM events", 403), ("  ", 200)]
)
def test_a_query_that_cannot_be_run_stays_in_the_editor_with_the_reason(client, sql, status):
    answer = client.get("/sql", params={"sql": sql})
    assert answer.status_code == status
    assert sql.strip() in answer.text
    assert ('role="alert"' in answer.text) == (status != 200)


def test_the_sql_page_offers_every_saved_query_and_asks_it_with_other_values(client):
    page = client.get("/sql").text
    for query in client.get("/v1/queries").json()["data"]:
        assert f'<a href="/sql?query={query["name"]}"' in page
        assert client.get(f"/sql?query={query['name']}").status_code == 200
    asked = client.get("/sql?query=dealings-of-an-actor&actor=Ada+Nordvik").text
    assert 'name="actor" value="Ada Nordvik"' in asked
    assert "Berit Sund" in asked[asked.index("rows-table") :]
    assert "/v1/queries/dealings-of-an-actor?actor=Ada+Nordvik&amp;size=" in asked
    wrong = client.get("/sql?query=dealings-of-an-actor&size=many")
    assert wrong.status_code == 400
    assert "of type integer" in wrong.text
    assert client.get("/sql?query=dealings-of-an-actor&sql=SELECT+1").status_code == 400
    assert client.get("/sql?query=none").status_code == 404


def hostile_key(client):
    return client.get("/v1/articles?undated=only").json()["data"][0]["key"]


def test_hostile_text_stays_text_on_every_page_that_shows_it(client, hostile_words):
    key = hostile_key(client)
    events = client.get("/v1/events?undated=only").json()["data"]
    shown = 0
    for address in (
        f"/articles/{key}",
        "/articles?undated=only",
        "/imports",
        f"/events/{events[0]['key']}",
        "/stories",
    ):
        answer = client.get(address)
        assert hostile_words not in answer.text
        shown += hostile_words in Page(answer.text).text
    assert shown >= 3
    assert "javascript:alert(1)" not in Page(client.get(f"/articles/{key}").text).all("a", "href")


@pytest.mark.parametrize("name", ["q", "source", "participant", "author"])
def test_hostile_filters_stay_text(client, hostile_words, name):
    answer = client.get("/articles", params={name: f'"{hostile_words}"' if name == "q" else f'">{hostile_words}'})
    assert answer.status_code == 200
    assert hostile_words not in answer.text
    assert hostile_words in Page(answer.text).text


def test_the_text_of_an_article_is_shown_whole_with_its_layers(client):
    [row] = client.get("/v1/articles?q=agree+everything").json()["data"]
    text = client.get(f"/v1/articles/{row['key']}/text").json()["text"]
    answer = client.get(f"/articles/{row['key']}")
    body = re.search(r'<section class="text".*?</section>', answer.text, re.DOTALL)[0]
    assert "".join(Page(body).text.split()) == "".join(text.split())
    assert re.search(r'<a class="l-claim l-mention " href="/actors/Q900001" title="[^"]*Ada Nordvik', body)
    assert re.search(r'<a class="l-claim l-event " href="/events/evt-\w+"', body)
    assert re.search(r'<span class="l-claim l-quote "[^>]*>We agree on everything,</span>', body)
    switches = Page(answer.text).all("input", "data-layer")
    assert switches == ["mention", "quote", "claim", "event", "time", "figure"]
    annotations = client.get(f"/v1/articles/{row['key']}/annotations").json()
    anchors = Page(body).all("span", "id")
    for layer in ("mentions", "quotes", "claims", "events"):
        assert all(fact["key"] in anchors for fact in annotations[layer])


def test_the_switches_work_without_script(client):
    styles = client.get("/static/explorer.css").text
    for layer in ("mention", "quote", "claim", "event", "time", "figure"):
        assert f'article:has([data-layer="{layer}"]:not(:checked))' in styles
        assert f".l-{layer}" in styles


def test_an_event_page_shows_every_report_with_its_words(client):
    [event] = client.get("/v1/events?undated=exclude").json()["data"]
    answer = client.get(f"/events/{event['key']}")
    assert answer.text.count("<mark>met</mark>") == event["report_count"] == 2
    for source in ("Muster Post", "Example Wire"):
        assert source in answer.text


def test_an_actor_page_shows_roles_events_quotes_and_claims(client):
    text = page(client, "/actors/Q900001").text
    for words in ("Minister of Samples", "Nordvik", "We agree on everything,", "consult: visit", "2 events"):
        assert words in " ".join(text.split())


def test_a_claim_page_shows_who_contradicts(client):
    denied = client.get("/v1/claims?stance=deny").json()["data"][0]["key"]
    text = " ".join(page(client, f"/claims/{denied}").text.split())
    assert "Ada Nordvik met Berit Sund in Oslo on Monday" in text.partition("Those who contradict")[2]


def test_filters_stay_in_the_form_and_in_the_links(client):
    found = page(client, "/articles?q=note&source=Muster+Post&author=&lang=en&exclude_author=nobody")
    values = {a["name"]: a["value"] for tag, a in found.elements if tag == "input" and a.get("value")}
    assert values == {"q": "note", "source": "Muster Post", "lang": "en", "exclude_author": "nobody"}
    assert "/articles?q=note&lang=en&exclude_author=nobody" in found.all("a", "href")  # without the source
    assert found.text.count("author: nobody") == 1
    assert "author: \n" not in found.text


def test_pages_of_a_list_lead_to_its_end(client):
    address, titles = "/articles?q=note", []
    while address:
        found = page(client, address)
        titles += re.findall(r"Note \d+", found.text)
        address = next((a["href"] for tag, a in found.elements if tag == "a" and a.get("rel") == "next"), None)
    assert len(set(titles)) == len(titles) == 25


def test_a_bar_of_the_chart_leads_to_its_rows(client):
    found = page(client, "/articles?q=note")
    bars = [a for tag, a in found.elements if tag == "a" and re.fullmatch(r"2022-[\d-]+: \d+", a.get("aria-label", ""))]
    assert bars
    for bar in bars:
        number = client.get("/v1" + bar["href"].replace("/articles", "/articles/count", 1)).json()["count"]
        assert bar["aria-label"].endswith(f": {number}")


def test_what_is_not_there_and_what_cannot_be_asked_is_said_on_a_page(client):
    browser = {"accept": "text/html"}
    missing = client.get("/events/none", headers=browser)
    assert (missing.status_code, "there is no event" in missing.text) == (404, True)
    wrong = client.get("/events?event_type=PROTST", headers=browser)
    assert (wrong.status_code, "did you mean" in wrong.text) == (400, True)
    assert client.get("/events?spaeker=x", headers=browser).status_code == 400
    assert client.get("/static/../app.py").status_code == 404


def test_a_list_without_rows_says_so(client):
    assert "Nothing found." in page(client, "/quotes?q=nowhere").text


def test_imports_and_what_was_wrong_with_the_input_are_listed(client):
    text = " ".join(page(client, "/imports").text.split())
    assert "done 28 new articles" in text
    assert "future-date 2091-01-01 is in the future" in text
    assert "bad-json line 7 is no JSON" in text
    assert "bad-json" not in page(client, "/imports?reason=future-date").text.partition("All reasons")[2]


MAX_REFERENCE_BYTES = 350_000
"""Less than half of what the page has when every operation repeats the filters and answers of its resource."""


def test_the_reference_lists_every_operation_without_outside_scripts(client):
    found = page(client, "/docs")
    for path, methods in client.app.openapi()["paths"].items():
        assert path in found.text
        for operation in methods.values():
            assert operation["operationId"] in found.all("details", "id")
    for resource in RESOURCES:
        assert f"filters-{resource}" in found.all("details", "id")
    assert len(client.get("/docs").content) < MAX_REFERENCE_BYTES
