"""People find, filter, open and switch what the articles say, run SQL and upload files, with mouse and keyboard."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import watched

ARTICLE = (
    "2024-03-04 PORTO (Muster Post) - Portuguese Foreign Minister Ana Amostra Lima met union leader Rui Exemplo Costa "
    'in Porto on Monday. "We will sign the contract on Friday," Lima said.\n'
)
MOST_PAGES = 50
CHECKED = {"resultTypes": ["violations"]}
LONGEST = "/docs"
"""The page on which the checker takes longest; it has no colours that others do not have."""
SCHEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""What is looked at: dark pages differ in their colours only."""


def number(words):
    return int(re.search(r"[\d,]+", words)[0].replace(",", ""))


@pytest.fixture(scope="module")
def addresses(ask):
    """Every kind of page, by name."""
    event = ask("/v1/events?sort=-sources&limit=1")["data"][0]["key"]
    article = ask("/v1/quotes?speaker=Lavrov&limit=1")["data"][0]["article"]["key"]
    first = {name: ask(f"/v1/{name}?limit=1")["data"][0]["key"] for name in ("quotes", "claims", "stories")}
    told = ask("/v1/quotes?min_sources=3&sort=date&limit=1")["data"][0]["key"]
    actor = ask("/v1/events/facets?facet=participant&facet_size=1")["facets"]["participant"]["values"][0]["value"]
    lists = ("articles", "events", "actors", "quotes", "claims", "stories", "sources", "places")
    return [
        "/", "/?by=event_type", "/map", "/imports", "/docs", "/sql",
        "/sql?query=dealings-of-an-actor",
        "/sql?sql=SELECT+type,+count(*)+AS+number+FROM+events+GROUP+BY+type",
        *(f"/{name}" for name in lists), "/articles?q=ferry&source=none",
        f"/articles/{article}", f"/events/{event}", f"/actors/{actor}", *(f"/{name}/{first[name]}" for name in first),
        f"/quotes/{told}",
    ]  # fmt: skip


def test_no_page_has_a_serious_violation_of_accessibility(browser, server, addresses):
    # The checker adds a script of its own, which the policy of the pages would not let in.
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900}, bypass_csp=True)
    opened = context.new_page()
    found = {}
    for address in addresses:
        opened.emulate_media(color_scheme="light")
        opened.goto(address, wait_until="load")
        for scheme, rules in SCHEMES.items() if address != LONGEST else [("light", {})]:
            opened.emulate_media(color_scheme=scheme)
            for violation in Axe().run(opened, options=CHECKED | rules).response["violations"]:
                if violation["impact"] in ("serious", "critical"):
                    html = violation["nodes"][0]["html"][:200]
                    found.setdefault((violation["id"], scheme), []).append((address, html))
    context.close()
    assert found == {}


@pytest.mark.parametrize("width", [400, 1600])
def test_every_page_fits_its_window_and_runs_without_errors(browser, server, addresses, width):
    context = browser.new_context(base_url=server, viewport={"width": width, "height": 900})
    opened = context.new_page()
    wrong = watched(opened)
    wide = []
    for address in addresses:
        opened.goto(address, wait_until="load")
        if opened.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(address)
    context.close()
    assert (wide, wrong) == ([], [])


def test_the_overview_draws_events_and_their_places_and_leads_to_them(page, ask):
    page.goto("/")
    expect(page.locator("figure[data-chart] canvas")).to_be_visible()
    key = page.get_by_role("button", name=re.compile("^material conflict"))
    expect(key).to_have_attribute("aria-pressed", "true")
    key.click()
    expect(key).to_have_attribute("aria-pressed", "false")
    circles = page.locator(".map circle")
    places = ask("/v1/events/map?limit=500")["features"]
    expect(circles).to_have_count(sum(place["geometry"] is not None for place in places))
    page.get_by_role("button", name="Closer").click()
    page.locator(".places a").first.click()
    expect(page).to_have_url(re.compile(r"/events\?place="))
    page.goto("/?by=event_type")
    page.get_by_text("Events per", exact=False).first.click()
    page.locator("figure[data-chart] tbody a").last.click()
    expect(page).to_have_url(re.compile(r"/events\?date_start=\d{4}-\d\d-\d\d&date_end="))


def test_a_search_is_narrowed_in_place_and_stays_in_the_address(page, ask):
    page.goto("/")
    page.get_by_role("searchbox", name="Search in articles").fill("ferry")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/articles\?q=ferry$"))
    total = page.locator("#total")
    assert number(total.inner_text()) == ask("/v1/articles/count?q=ferry")["count"]
    page.evaluate("window.wasHere = true")
    page.get_by_role("complementary", name="Narrow down").get_by_role("link", name="Example Wire").click()
    expect(page.get_by_role("link", name="Take out the filter source: Example Wire")).to_be_visible()
    source = re.search(r"source=([\w-]+)", page.url)[1]
    assert number(total.inner_text()) == ask(f"/v1/articles/count?q=ferry&source={source}")["count"]
    page.get_by_label("Published from").fill("2023-01-01")
    page.get_by_label("Published from").blur()
    expect(page).to_have_url(re.compile(r"published_start=2023-01-01"))
    assert page.evaluate("window.wasHere") is True  # the page was not left
    expect(page.locator("#told")).to_have_text(total.inner_text())
    address = page.url
    assert "=&" not in address
    page.reload()
    expect(page.get_by_label("Published from")).to_have_value("2023-01-01")
    page.get_by_role("link", name="Take out the filter source: Example Wire").click()
    expect(page).not_to_have_url(re.compile("source="))
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.get_by_role("link", name="Take out the filter source: Example Wire")).to_be_visible()


def test_the_name_of_an_actor_is_completed(page):
    page.goto("/events")
    page.get_by_label("Who takes part").press_sequentially("lavr", delay=20)
    expect(page.locator("#suggested option[value='Sergey Lavrov']")).to_have_count(1)


def test_a_list_is_paged_to_its_end_without_a_row_missing_or_twice(page, ask):
    page.goto("/claims?stance=affirm")
    rows, pages = page.locator("ol.rows > li .meta a[href^='/claims/clm-']"), 0
    seen = []
    while pages < MOST_PAGES:
        pages += 1
        shown = rows.evaluate_all("links => links.map(link => link.getAttribute('href'))")
        seen += shown
        following = page.locator("a[rel=next]")
        if not following.count():
            break
        following.click()
        expect(rows.first).not_to_have_attribute("href", shown[0])
    assert pages > 1
    assert len(seen) == len(set(seen)) == ask("/v1/claims/count?stance=affirm")["count"]


def test_layers_of_an_article_are_switched_and_highlights_say_what_is_known(page, ask):
    quote = ask("/v1/quotes?speaker=Lavrov&quote_type=direct&limit=1")["data"][0]
    page.goto(f"/quotes/{quote['key']}")
    page.get_by_role("link", name="in the text").first.click()
    marked = page.locator(".text .hit").first
    expect(marked).to_be_visible()
    background = "element => getComputedStyle(element).backgroundColor"
    other = page.locator(".text .l-quote:not(.hit)").first
    shown = other.evaluate(background)
    page.get_by_role("checkbox", name="Quotes").uncheck()
    expect(other).not_to_have_css("background-color", shown)
    page.get_by_role("checkbox", name="Quotes").check()

    mention = page.locator(".text a.l-mention", has_text="Lavrov").first
    mention.hover()
    card = page.locator("#card")
    expect(card).to_contain_text("Sergey Lavrov")
    expect(card).to_contain_text(re.compile(r"link score\s*[01]\.\d\d"))
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()

    page.locator(".text [tabindex='0']").focus()  # one stop for Tab; the arrows go on from there
    expect(card).to_be_visible()
    page.keyboard.press("ArrowRight")
    focused = page.locator(".text [data-keys]:focus")
    expect(focused).to_have_attribute("aria-describedby", "card")
    page.keyboard.press("Tab")
    expect(card.locator("a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(focused).to_have_count(1)


def test_a_quote_shows_its_versions_and_a_claim_who_holds_it(page, ask):
    quotes = ask("/v1/quotes?min_sources=3&limit=1000")["data"]
    told = {quote["key"]: ask(f"/v1/quotes/{quote['key']}/variants") for quote in quotes}
    key, found = next((k, v) for k, v in told.items() if v["data"][-1]["difference"]["removed"])
    page.goto(f"/quotes/{key}")
    versions = page.locator(".versions > li")
    expect(versions).to_have_count(len(found["data"]))
    expect(versions.first).to_contain_text("earliest")
    left_out = found["data"][-1]["difference"]["removed"][0].split()[0]
    expect(versions.last.locator("del").first).to_contain_text(left_out)
    expect(versions.filter(has_text="said 20")).to_have_count(len(found["data"]))

    claims = ask("/v1/claims?limit=1000")["data"]
    shared = next(c for c in claims if len(ask(f"/v1/claims/{c['key']}/positions")["data"]) > 2)
    held = ask(f"/v1/claims/{shared['key']}/positions")["data"]
    page.goto(f"/claims/{shared['key']}")
    positions = page.get_by_role("region", name="Positions")
    expect(positions.locator("tbody tr")).to_have_count(len(held))
    positions.get_by_role("link", name="in the text").first.click()
    held_here = page.locator("details.held", has_text=f"{len(held)} positions").first
    expect(held_here.get_by_role("region", name="Positions")).to_be_hidden()
    held_here.locator("summary").click()
    expect(held_here.locator("tbody tr")).to_have_count(len(held))


def test_an_event_shows_what_each_outlet_says(page, ask):
    event = ask("/v1/events?sort=-sources&limit=1")["data"][0]
    page.goto(f"/events/{event['key']}")
    expect(page.locator(".cards > li")).to_have_count(event["report_count"])
    compared = page.get_by_role("region", name="Where the reports agree and differ")
    for report in ask(f"/v1/events/{event['key']}")["reports"]:
        expect(compared).to_contain_text(report["article"]["source"]["name"])
    page.locator(".cards a").first.click()
    expect(page.locator(".text .hit").first).to_be_visible()


def test_an_actor_shows_what_they_did_and_whom_they_met(page, ask):
    found = ask("/v1/events/aggregate?group_by=participant&group_by=quad_code")["rows"]
    key = next(row["participant"] for row in found if row["participant"] and row["quad_code"])
    page.goto(f"/actors/{key}")
    for part in ("What they did", "What was done to them", "What they said", "What is claimed of them"):
        expect(page.get_by_role("heading", name=part)).to_be_visible()
    page.get_by_role("region", name="Relations").get_by_role("link").last.click()
    assert (
        number(page.locator("#total").inner_text())
        == ask(page.url.replace(page.evaluate("location.origin"), "/v1").replace("/events?", "/events/count?"))["count"]
    )


def test_sql_runs_from_the_keyboard_and_shows_table_chart_and_files(page, ask):
    page.goto("/sql")
    editor = page.get_by_label("SELECT over the views")
    editor.fill("SELECT realis, count(*) AS number FROM events GROUP BY realis ORDER BY realis")
    editor.press("Control+Enter")
    table = page.get_by_role("region", name="Rows", exact=True)
    expect(table).to_be_visible()
    values = ask("/v1/events/facets?facet=realis")["facets"]["realis"]["values"]
    expect(table.locator("tbody tr")).to_have_count(len(values))
    for value in values:
        expect(table.locator("tr", has_text=value["value"])).to_contain_text(str(value["count"]))
    page.get_by_role("button", name="Chart").click()
    expect(page.locator(".charted canvas")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("realis,number")
    page.get_by_text("One row per outlet").click()
    editor.fill("SELECT ")
    page.locator("details[open] .insert").first.click()
    expect(editor).to_have_value("SELECT source")
    expect(editor).to_be_focused()


def test_a_saved_query_is_asked_with_other_values(page, ask):
    page.goto("/sql")
    page.get_by_role("link", name="Who held an office on a day?").click()
    form = page.get_by_role("form", name="Who held an office on a day?")
    form.get_by_label("country").fill("RUS")
    form.get_by_role("button", name="Ask").click()
    expect(page).to_have_url(re.compile(r"query=holders-of-an-office&country=RUS"))
    rows = ask("/v1/queries/holders-of-an-office?country=RUS")["rows"]
    assert rows
    expect(page.locator(".rows-table tbody tr")).to_have_count(len(rows))
    expect(page.get_by_label("SELECT over the views")).to_have_value(re.compile("'RUS'"))


def test_a_query_that_cannot_run_says_why(browser, server):
    context = browser.new_context(base_url=server)
    opened = context.new_page()
    opened.goto("/sql")
    opened.get_by_label("SELECT over the views").fill("DELETE FROM events")
    opened.get_by_role("button", name="Run").click()
    expect(opened.get_by_role("alert")).to_be_visible()
    expect(opened.get_by_label("SELECT over the views")).to_have_value("DELETE FROM events")
    context.close()


def test_lists_and_articles_work_without_scripts(browser, server, ask):
    context = browser.new_context(base_url=server, java_script_enabled=False)
    opened = context.new_page()
    opened.goto("/events")
    opened.locator("#f-realis").select_option("negated")
    opened.get_by_role("button", name="Filter").click()
    expect(opened).to_have_url(f"{server}/events?realis=negated")
    assert number(opened.locator("#total").inner_text()) == ask("/v1/events/count?realis=negated")["count"]
    opened.goto("/claims")
    opened.get_by_role("link", name="Next page").click()
    expect(opened.get_by_role("link", name="First page")).to_be_visible()
    context.close()


def test_a_file_is_uploaded_and_its_import_followed_to_its_end(page, ask, tmp_path):
    file = tmp_path / "porto.txt"
    file.write_text(ARTICLE, encoding="utf-8")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "Half an obj\n', encoding="utf-8")
    page.goto("/imports")
    page.get_by_label("Choose files").set_input_files([file, broken])
    page.get_by_role("button", name="Upload and import").click()
    done = page.locator("[data-import]", has_text="porto.txt")
    expect(done).to_have_attribute("data-status", "done", timeout=60_000)
    expect(done).to_contain_text("1 new article")
    expect(page.locator("#told")).to_contain_text("1 new article")
    expect(page.locator("section[aria-labelledby=h-issues]")).to_contain_text("broken.jsonl")
    done.get_by_role("link", name="articles").click()
    expect(page.locator("#total")).to_have_text(re.compile("1 article"))
    page.locator("ol.rows a.title").first.click()
    expect(page.locator(".text")).to_contain_text("We will sign the contract")


def test_a_dropped_file_is_uploaded(page, ask):
    page.goto("/imports")
    text = ARTICLE.replace("Porto", "Braga").replace("PORTO", "BRAGA")
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "braga.txt", { type: "text/plain" }));
          const drop = new DragEvent("drop", { dataTransfer: data, cancelable: true });
          document.getElementById("upload").dispatchEvent(drop);
        }""",
        text,
    )
    expect(page.locator("#answer")).to_have_text("braga.txt")
    with page.expect_response("**/v1/imports") as answer:
        page.keyboard.press("Enter")  # the button has the focus now
    assert answer.value.status == 202
    key = json.loads(answer.value.body())["key"]
    expect(page.locator(f"[data-import='{key}']")).to_have_attribute("data-status", "done", timeout=60_000)
    assert ask(f"/v1/imports/{key}")["articles"] == 1
