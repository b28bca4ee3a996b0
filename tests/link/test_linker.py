"""Mentions lead to the right actor or place, known or local, and say why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import World, facts_of

from newskb.link.authority import Authority
from newskb.link.linker import Linker
from newskb.model import Link

# --- names and spellings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Juan Guaidó", "Juan Guaido", "JUAN GUAIDO"])
def test_a_name_with_and_without_accents_is_one_person(small: World, name: str) -> None:
    assert small.keys(f"[{name}|PERSON] spoke in [Caracas|GPE].") == ["Q58833335", "Q1533"]


@pytest.mark.parametrize("name", ["Sergei Lavrov", "Sergey Lavrov"])
def test_a_transcribed_first_name_is_one_person(small: World, name: str) -> None:
    assert small.keys(f"Foreign Minister [{name}|PERSON|title=2] left [Russia|GPE].")[0] == "Q58217"


def test_an_alias_leads_to_its_bearer(small: World) -> None:
    assert small.keys("[Moammar Kadhafi|PERSON] was seen in 2010.", day="2010-03-01") == ["Q19878"]


def test_a_namesake_with_another_first_name_is_not_linked(small: World) -> None:
    (link,) = small.links("[Pedro Arreaza|PERSON] opened a bakery.")
    assert link is not None
    assert link.nil
    assert link.wikidata is None


def test_a_surname_follows_the_full_name_of_its_chain(small: World) -> None:
    keys = small.keys(
        "[Jorge Arreaza|PERSON] of [Venezuela|GPE] spoke. [Arreaza|PERSON|=0] left. [He|PERSON|pronoun|=0] slept."
    )
    assert keys == ["Q6623799", "Q717", "Q6623799", "Q6623799"]


def test_a_lone_surname_is_a_leader_of_the_day_only_where_his_country_is_named(small: World) -> None:
    assert small.keys("[France|GPE] waits. [Macron|PERSON] arrives.")[1] == "Q3052772"
    assert small.keys("[Georgia|GPE] waits. [Macron|PERSON] arrives.", day="1999-05-05")[1] != "Q3052772"


def test_a_lone_surname_that_one_statesman_bears_is_his_where_his_country_is_named(small: World) -> None:
    assert small.keys("[Russian|NORP] envoys waited. [Lavrov|PERSON] arrived.")[1] == "Q58217"
    assert small.keys("[French|NORP] envoys waited. [Lavrov|PERSON] arrived.")[1] != "Q58217"


def test_two_known_people_of_one_name_are_not_told_apart_without_a_reason(small: World) -> None:
    (link,) = small.links("[Peter Hill|PERSON] coughed.", day="2012-05-05")
    assert link is not None
    assert link.nil
    assert {candidate.key for candidate in link.candidates} == {"Q901", "Q902"}


def test_the_country_in_the_title_tells_two_people_of_one_name_apart(small: World) -> None:
    assert small.keys("French lawmaker [Peter Hill|PERSON|title=2] coughed.", day="2012-05-05") == ["Q902"]


def test_the_famous_are_known_by_their_full_name_whatever_their_job_is(small: World) -> None:
    assert small.keys("Police spokeswoman [Ida Halvard|PERSON|title=2] is no fan.") == ["Q903"]


def test_whom_a_page_must_tell_from_namesakes_is_not_known_by_the_name_alone(small: World) -> None:
    (link,) = small.links("Police spokesman [Tom Farrow|PERSON|title=2] is no fan.")
    assert link is not None
    assert link.nil
    assert [candidate.key for candidate in link.candidates] == ["Q904"]


def test_a_surname_that_means_one_person_alone_is_somebody_else_s_where_he_was_named_in_full(small: World) -> None:
    assert small.keys("[Halvard|PERSON] won.") == ["Q903"]
    named, surname = small.keys("[Lena Halvard|PERSON] runs a bakery. On Monday [Halvard|PERSON] closed it.")
    assert named == surname
    assert named != "Q903"


def test_a_body_that_was_read_as_a_person_is_known_by_those_who_work_for_it(small: World) -> None:
    assert small.keys("[Drumlin|PERSON] spokeswoman Ann Lee denied it.") == ["Q4"]
    (link,) = small.links("On Monday [Drumlin|PERSON] denied it.")
    assert link is not None
    assert link.nil


def test_a_name_of_two_words_that_means_one_thing_alone_is_known_under_an_unlikely_label(small: World) -> None:
    assert small.keys("Goals of [Marle United|GPE] were many.") == ["Q10"]


@pytest.mark.parametrize(("country", "key"), [("France", "Q5"), ("Venezuela", "Q6")])
def test_the_adjective_of_a_party_means_that_of_the_country(small: World, country: str, key: str) -> None:
    assert small.keys(f"In [{country}|GPE] the [Violet|NORP] government fell.")[1] == key


def test_a_university_is_known_by_both_orders_of_its_name(small: World) -> None:
    assert small.keys("She studied at the [University of Marle|ORG].") == ["Q7"]


def test_a_company_s_first_word_is_the_company_and_not_a_city_of_that_name(small: World) -> None:
    company, word = small.keys("[Lyon Mills Inc|ORG] grew in [France|GPE]. Rivals of [Lyon|ORG] did not.")[::2]
    assert company == word
    assert small.keys("Rivals in [Lyon|GPE] did not grow.") == ["Q456"]


def test_a_name_is_known_without_the_brackets_that_tell_it_from_others(small: World) -> None:
    assert small.keys("In [France|GPE] the [Amber Party|ORG] won.")[1] == "Q8"


def test_a_city_s_name_means_its_division_where_an_article_tells_of_divisions(small: World) -> None:
    rain = "[France|GPE] had rain: much in [Aubrac|GPE] and [Brenne|GPE], little in "
    assert small.keys(rain + "[Sologne|GPE] and [Lyon|GPE].")[4] == "Q456001"
    assert small.keys(rain + "[Paris|GPE] and [Lyon|GPE].")[4] == "Q456"


@pytest.mark.parametrize("noun", ["counties", "Counties"])
def test_names_in_a_list_of_counties_are_counties(small: World, noun: str) -> None:
    keys = small.keys(f"In [Texas|GPE], voters of [Atlanta|GPE], Lower Heath and [Marsden|GPE] {noun} went home.")
    assert keys == ["Q1439", "Q456006", "Q456005"]
    assert small.keys("In [Texas|GPE] and [Atlanta|GPE] voters went home.")[1] == "Q23556"


def test_a_country_that_plays_is_its_national_team_of_that_sport(small: World) -> None:
    match = "The rugby match: [France|GPE] beat [Georgia|GPE] by two tries and a penalty kick, said the coach."
    france, georgia = small.links(match, actors=[0], recipients=[1])
    assert france is not None
    assert (france.key, france.sector) == ("Q9", "SOC")
    assert georgia is not None
    assert georgia.nil
    assert small.keys("[France|GPE] beat [Georgia|GPE] at chess.", actors=[0], recipients=[1])[0] == "Q142"


# --- explanations ----------------------------------------------------------------------------------------------------


def test_the_features_of_every_candidate_sum_to_its_score(small: World) -> None:
    links = small.links(
        "Venezuelan Foreign Minister [Jorge Arreaza|PERSON|title=3] met [Peter Hill|PERSON] of the [UN|ORG] in "
        "[Paris|GPE]. [The US president|PERSON|nominal] wrote to [Washington|GPE].",
        actors=[0],
    )
    candidates = [candidate for link in links if link for candidate in link.candidates]
    assert len(candidates) >= 6
    for candidate in candidates:
        assert sum(candidate.features.values()) == pytest.approx(candidate.score)


def test_a_link_keeps_the_alternatives_with_the_best_first(small: World) -> None:
    (link,) = small.links("A fair opened in [Paris|GPE].", place=0)
    assert link is not None
    assert [candidate.key for candidate in link.candidates] == ["Q90", "Q830149"]
    assert link.score == link.candidates[0].score


# --- offices by date -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "key"), [("2019-05-05", "Q6623799"), ("2016-05-05", "Q1"), ("2017-06-20", "Q1"), ("2017-09-01", "Q6623799")]
)
def test_an_office_without_a_name_is_whoever_held_it_that_day(small: World, day: str, key: str) -> None:
    source = "[The Venezuelan Foreign Minister|PERSON|nominal] flew home."
    assert small.keys(source, day=day) == [key]


@pytest.mark.parametrize(
    "phrase",
    ["the US president", "the American President", "the president of the United States", "America's president"],
)
def test_an_office_is_read_in_all_its_phrasings(small: World, phrase: str) -> None:
    (link,) = small.links(f"On Monday [{phrase}|PERSON|nominal] smiled.")
    assert link is not None
    assert (link.key, link.role, link.sector) == ("Q22686", "President of the United States", "GOV")


def test_a_former_president_is_the_one_before(small: World) -> None:
    assert small.keys("Then [the former US president|PERSON|nominal] spoke.") == ["Q76"]


@pytest.mark.parametrize("phrase", ["the deputy Russian foreign minister", "the US vice president", "a US president"])
def test_a_deputy_or_an_indefinite_holder_is_nobody_known(small: World, phrase: str) -> None:
    (link,) = small.links(f"Later [{phrase}|PERSON|nominal] spoke.")
    assert link is not None
    assert link.nil


def test_an_office_of_an_undated_article_names_nobody(small: World) -> None:
    (link,) = small.links("[The US president|PERSON|nominal] smiled.", day=None)
    assert link is not None
    assert link.nil
    assert (link.country, link.sector) == ("USA", "GOV")


def test_whom_the_article_gives_an_office_is_meant_by_the_office(small: World) -> None:
    source = "French President [Odile Garance|PERSON|title=2] spoke. Later [the French president|PERSON|nominal] left."
    named, phrase = small.keys(source)
    assert named == phrase
    assert phrase != "Q3052772"


def test_a_role_without_a_country_is_of_the_country_of_the_article(small: World) -> None:
    keys = small.keys("[Venezuela|GPE] voted. [Venezuela|GPE|=0] waits. [The president|PERSON|nominal] spoke.")
    assert keys[2] == "Q58132"


@pytest.mark.parametrize(
    ("day", "role", "sector"),
    [
        ("2012-05-05", "President of the United States", "GOV"),
        ("2019-05-05", "former President of the United States", "ELI"),
        ("2005-05-05", None, None),
    ],
)
def test_what_a_person_is_depends_on_the_day(small: World, day: str, role: str | None, sector: str | None) -> None:
    (link, _) = small.links("[Barack Obama|PERSON] visited [the US|GPE].", day=day)
    assert link is not None
    assert (link.key, link.role, link.sector, link.country) == ("Q76", role, sector, "USA")


# --- places that act -------------------------------------------------------------------------------------------------


def test_a_capital_that_acts_is_its_government_named_by_the_place(small: World) -> None:
    (washington, _) = small.links("[Washington|GPE] supported [Juan Guaido|PERSON].", actors=[0], recipients=[1])
    assert washington is not None
    assert (washington.kind, washington.key, washington.place_key) == ("actor", "gov-USA", "Q61")
    assert (washington.actor_kind, washington.country, washington.sector) == ("government", "USA", "GOV")


def test_who_stands_behind_others_is_a_government(small: World) -> None:
    keys = small.keys("The [US|GPE]-backed troops left [Lyon|GPE]. The [French|NORP]-speaking town slept.")
    assert keys == ["gov-USA", "Q456", "Q142"]


def test_a_government_named_by_its_seat_says_why_and_what_else_it_could_be(small: World) -> None:
    (washington,) = small.links("[Washington|GPE] supported the plan.", actors=[0])
    assert washington is not None
    best, other = washington.candidates
    assert (best.key, other.key) == ("gov-USA", "Q61")
    assert {"seat of government", "takes part", "acts"} <= best.features.keys()
    assert washington.score == best.score == pytest.approx(sum(best.features.values()))


def test_a_capital_where_something_happens_is_the_city(small: World) -> None:
    (washington,) = small.links("Talks in [Washington|GPE] went on.", place=0)
    assert washington is not None
    assert (washington.kind, washington.key) == ("place", "Q61")


def test_one_chain_can_be_the_government_and_the_city(small: World) -> None:
    links = small.links(
        "[Moscow|GPE] reaffirmed its aid. The envoys met in [Moscow|GPE|=0]. Critics accused [Moscow|GPE|=0] of theft.",
        actors=[0],
        place=1,
    )
    assert [link and (link.kind, link.key) for link in links] == [
        ("actor", "gov-RUS"),
        ("place", "Q649"),
        ("actor", "gov-RUS"),
    ]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Analysts expect [Moscow|GPE]'s support for the plan.", "actor"),
        ("They walked along [Moscow|GPE]'s streets.", "place"),
        ("He warned of pressure against [Caracas|GPE].", "actor"),
        ("She flew from [Caracas|GPE] at dawn.", "place"),
        ("Then [Paris|GPE] said it would pay.", "actor"),
        ("Snow fell near [Paris|GPE] and Lyon.", "place"),
    ],
)
def test_the_words_around_a_capital_tell_government_from_city(small: World, source: str, kind: str) -> None:
    (link,) = small.links(source)
    assert link is not None
    assert link.kind == kind


def test_a_country_is_one_key_as_an_actor_and_as_a_place(small: World) -> None:
    source = "[Venezuela|GPE] recalled its envoy. Rain fell in [Venezuela|GPE|=0]."
    links = small.links(source, actors=[0], place=1)
    assert [link and (link.kind, link.key) for link in links] == [("actor", "Q717"), ("place", "Q717")]


def test_a_country_to_which_something_is_done_takes_part_wherever_its_name_stands(small: World) -> None:
    for source in ("He visited [Georgia|GPE].", "They arrived in [France|GPE].", "It put duties on [Venezuela|GPE]."):
        (link,) = small.links(source, recipients=[0])
        assert link is not None
        assert (link.kind, link.actor_kind) == ("actor", "country")
        assert link.place_key == link.key


def test_a_country_where_something_is_done_to_others_stays_a_place(small: World) -> None:
    police, france = small.links("[Police|GROUP|nominal] fired in [France|GPE].", actors=[0], place=1)
    assert police is not None
    assert france is not None
    assert (police.country, police.sector) == ("FRA", "COP")
    assert france.kind == "place"


def test_a_town_that_is_visited_takes_part_with_its_country_and_its_own_key(small: World) -> None:
    (lyon,) = small.links("The envoy arrived in [Lyon|GPE].", recipients=[0], place=0)
    assert lyon is not None
    assert (lyon.kind, lyon.key, lyon.place_key) == ("actor", "Q456", "Q456")
    assert (lyon.country, lyon.sector) == ("FRA", None)


def test_a_town_that_nobody_knows_takes_part_with_the_country_around_it(small: World) -> None:
    town, _ = small.links("A curfew began in [Sarrebel|GPE] in eastern [France|GPE].", recipients=[0])
    assert town is not None
    assert (town.kind, town.nil, town.country) == ("actor", True, "FRA")
    assert town.place_key == town.key == small.keys("Rain fell in [Sarrebel|GPE].", place=0)[0]


def test_the_part_of_a_country_that_is_attacked_has_its_code(small: World) -> None:
    for label in ("GPE", "LOC"):
        north, _ = small.links(f"[Northern Georgia|{label}] was shelled from [Russia|GPE].", recipients=[0])
        assert north is not None
        assert (north.kind, north.country, north.sector) == ("actor", "GEO", None)


def test_the_part_of_a_country_that_acts_has_its_code(small: World) -> None:
    (south,) = small.links("[Southern Georgia|GPE] rejected the plan.", actors=[0])
    assert south is not None
    assert (south.kind, south.country) == ("actor", "GEO")


def test_the_country_before_a_hyphen_is_not_what_an_article_is_about(small: World) -> None:
    writer, *_ = small.links("[A journalist|GROUP|nominal] of the anti-[Russia|GPE] daily was shot in [Lyon|GPE].")
    assert writer is not None
    assert writer.country == "FRA"


def test_supporters_of_somebody_are_not_himself(small: World) -> None:
    supporters, guaido = small.links(
        "[Supporters of Juan Guaido|GROUP|nominal] cheered as [Juan Guaido|PERSON] spoke.",
    )
    assert supporters is not None
    assert guaido is not None
    assert guaido.key == "Q58833335"
    assert (supporters.key, supporters.actor_kind, supporters.sector) == (None, "group", "CVL")


def test_an_event_names_an_actor_once_whatever_words_stand_for_it(small: World) -> None:
    item, facts = facts_of(
        "[Washington|GPE] and the [White House|ORG] warned [Moscow|GPE] and the [Kremlin|ORG].",
        actors=[0, 1],
        recipients=[2, 3],
    )
    (event,) = small.linker.link(item, facts).events
    assert (event.actors, event.recipients) == ((0,), (2,))


def test_nobody_is_met_by_himself(small: World) -> None:
    item, facts = facts_of("[Washington|GPE] praised the [White House|ORG].", actors=[0], recipients=[1])
    (event,) = small.linker.link(item, facts).events
    assert (event.actors, event.recipients) == ((0,), ())


def test_a_group_may_stand_against_a_group_of_its_kind(small: World) -> None:
    item, facts = facts_of(
        "[French farmers|GROUP|nominal] attacked [other French farmers|GROUP|nominal].", actors=[0], recipients=[1]
    )
    (event,) = small.linker.link(item, facts).events
    assert (event.actors, event.recipients) == ((0,), (1,))


@pytest.mark.parametrize(
    ("phrase", "sector"),
    [
        ("The main rebel group", "REB"),
        ("Opposition supporters", "OPP"),
        ("Prisoners", "CVL"),
        ("Armed groups", "REB"),
        ("The trade unions", "LAB"),
    ],
)
def test_a_group_without_a_name_has_the_sector_of_its_noun(small: World, phrase: str, sector: str) -> None:
    group, _ = small.links(f"[{phrase}|GROUP|nominal] met in [France|GPE].", place=1)
    assert group is not None
    assert (group.country, group.sector) == ("FRA", sector)


def test_an_adjective_of_nationality_is_its_country(small: World) -> None:
    assert small.keys("The [Venezuelan|NORP] envoy left.") == ["Q717"]


def test_a_people_that_acts_is_its_country_and_otherwise_its_people(small: World) -> None:
    acting, other = (
        small.links("[The Americans|NORP] rejected it.", actors=[0]),
        small.links("It matters to most [Americans|NORP]."),
    )
    assert acting[0] is not None
    assert acting[0].key == "Q30"
    assert other[0] is not None
    assert (other[0].actor_kind, other[0].country, other[0].sector) == ("group", "USA", "CVL")


def test_a_country_in_a_match_report_is_its_team_but_where_it_is_played(small: World) -> None:
    source = (
        "[France|GPE] beat [Georgia|GPE] in a cup match. The captain scored two goals before half-time and the coach "
        "praised the team. The tournament is held in [France|GPE|=0]."
    )
    first, second, third = small.links(source, actors=[0], recipients=[1], place=2)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.nil, first.name, first.country) == (True, "France (team)", "FRA")
    assert second.key != first.key
    assert (third.kind, third.key) == ("place", "Q142")


# --- places ----------------------------------------------------------------------------------------------------------


def test_a_place_is_told_by_what_follows_its_name(small: World) -> None:
    assert small.keys("A fire broke out in [Paris|GPE], [Texas|GPE].")[0] == "Q830149"


def test_a_list_of_places_does_not_put_one_into_the_next(small: World) -> None:
    assert small.keys("Rain fell in [Atlanta|GPE], [Texas|GPE] and [Paris|GPE].")[0] == "Q23556"
    assert small.keys("Rain fell in [Atlanta|GPE], [Texas|GPE].")[0] != "Q23556"


def test_a_place_is_told_by_the_country_of_the_article(small: World) -> None:
    assert small.keys("Voters in [Georgia|GPE] and [Atlanta|GPE] queue. [Texas|GPE] counts.")[0] == "Q1428"
    assert small.keys("Voters in [Georgia|GPE] queue. The [Georgian|NORP] leader waits.")[0] == "Q230"


def test_an_unknown_place_has_a_key_of_its_own(small: World) -> None:
    (first,) = small.links("Rain fell in [Port Amber|GPE].")
    (second,) = small.links("They met near [Port Amber|GPE] again.", day="2021-01-01")
    assert first is not None
    assert second is not None
    assert (first.kind, first.nil) == ("place", True)
    assert first.key == second.key


# --- local actors ----------------------------------------------------------------------------------------------------


def _same(one: Link | None, other: Link | None) -> bool:
    return one is not None and other is not None and one.key is not None and one.key == other.key


def test_an_unknown_person_has_one_key_in_all_articles(small: World) -> None:
    (first, _) = small.links("[Elena Ruiz|PERSON] spoke in [Caracas|GPE].")
    (second, _) = small.links("Poet [Elena Ruiz|PERSON|title=1] left [Paris|GPE].", day="2020-01-01")
    assert _same(first, second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yuri Belov", "Yury Belov"),
        ("Ána Lópes", "Ana Lopes"),
        ("John F. Marlow", "John Marlow"),
        ("Ahmed Zaki Jr.", "Ahmad Zaki"),
    ],
)
def test_two_spellings_of_an_unknown_person_have_one_key(small: World, one: str, other: str) -> None:
    assert _same(*small.links(f"[{one}|PERSON] came."), *small.links(f"[{other}|PERSON] came."))


def test_two_unknown_people_have_two_keys(small: World) -> None:
    first, second = small.links("[Elena Ruiz|PERSON] met [Maria Ruiz|PERSON].")
    assert not _same(first, second)


def test_a_lone_surname_is_somebody_of_its_own_article(small: World) -> None:
    assert not _same(*small.links("[Belov|PERSON] scored."), *small.links("[Belov|PERSON] was jailed."))


def test_an_unknown_mayor_has_role_country_and_sector(small: World) -> None:
    (mayor,) = small.links("Lyon Mayor [Odile Garance|PERSON|title=2] resigned.")
    assert mayor is not None
    assert (mayor.nil, mayor.role, mayor.country, mayor.sector) == (True, "Lyon Mayor", "FRA", "GOV")


def test_an_unnamed_mayor_of_a_city_has_one_key_within_a_year(small: World) -> None:
    first = small.links("On Monday [the mayor of Lyon|PERSON|nominal] resigned.")
    second = small.links("[The mayor of Lyon|PERSON|nominal] had resigned.", day="2019-06-01")
    later = small.links("[The mayor of Lyon|PERSON|nominal] opened a fair.", day="2024-06-01")
    assert _same(*first, *second)
    assert not _same(*first, *later)


@pytest.mark.parametrize(
    ("title", "country", "sector"),
    [
        ("Russian Deputy Foreign Minister", "RUS", "GOV"),
        ("Venezuelan opposition leader", "VEN", "OPP"),
        ("French army general", "FRA", "MIL"),
        ("US police officer", "USA", "COP"),
        ("Georgian rebel commander", "GEO", "REB"),
        ("Venezuelan judge", "VEN", "JUD"),
        ("French journalist", "FRA", "JRN"),
    ],
)
def test_the_title_of_an_unknown_person_tells_country_and_sector(
    small: World, title: str, country: str, sector: str
) -> None:
    words = len(title.split())
    (link,) = small.links(f"{title} [Milan Dubek|PERSON|title={words}] spoke.")
    assert link is not None
    assert (link.actor_kind, link.country, link.sector) == ("person", country, sector)


@pytest.mark.parametrize(
    ("phrase", "label", "sector"),
    [
        ("the Venezuelan opposition", "GROUP", "OPP"),
        ("Venezuelan police", "ORG", "COP"),
        ("the Venezuelan army", "ORG", "MIL"),
        ("Venezuelan rebels", "GROUP", "REB"),
        ("thousands of Venezuelan protesters", "GROUP", "CVL"),
        ("the Venezuelan people", "GROUP", "CVL"),
    ],
)
def test_a_group_is_known_by_its_noun_and_country(small: World, phrase: str, label: str, sector: str) -> None:
    (first,) = small.links(f"On Monday [{phrase}|{label}|nominal] marched.")
    (second,) = small.links(f"Reports say [{phrase}|{label}|nominal] waited.", day="2020-02-02")
    assert first is not None
    assert (first.country, first.sector) == ("VEN", sector)
    assert _same(first, second)


def test_a_group_without_a_country_is_of_the_country_of_its_sentence(small: World) -> None:
    (police, _) = small.links("[Police|ORG|nominal] fired shots in [Venezuela|GPE].")
    assert police is not None
    assert (police.country, police.sector) == ("VEN", "COP")


def test_who_stands_behind_a_group_is_not_its_country(small: World) -> None:
    (group,) = small.links("Then [the US-backed Venezuelan opposition|GROUP|nominal] marched.")
    assert group is not None
    assert group.country == "VEN"


def test_a_government_is_found_by_country_and_by_its_head(small: World) -> None:
    assert small.keys("Then [the Venezuelan government|ORG|nominal] fell.") == ["gov-VEN"]
    keys = small.keys(
        "[Nicolas Maduro|PERSON] of [Venezuela|GPE] spoke. So [the government of Nicolas Maduro|ORG|nominal] fell."
    )
    assert keys[2] == "gov-VEN"


def test_an_institution_that_many_countries_have_is_that_of_the_article(small: World) -> None:
    assert small.keys("[Venezuela|GPE] votes. The [National Assembly|ORG] met.")[1] == "Q2"
    assert small.keys("The [French|NORP] [National Assembly|ORG] met.")[1] == "Q3"


def test_a_country_before_a_player_is_a_team_and_elsewhere_a_country(small: World) -> None:
    links = small.links("[France|GPE] captain Jean Morel was born in [France|GPE|=0].", place=1)
    assert [link and link.name for link in links] == ["France (team)", "France"]


def test_the_owner_of_a_surname_tells_whose_statesman_it_is(small: World) -> None:
    assert small.keys("[Venezuela|GPE]'s [Arreaza|PERSON] left.") == ["Q717", "Q6623799"]


def test_a_common_noun_after_a_name_is_no_part_of_it(small: World) -> None:
    first, second = small.links("The [Harbour List party|ORG] won. The [Harbour List|ORG] cheered.")
    assert _same(first, second)
    assert first is not None
    assert first.name == "Harbour List"


def test_the_parliament_of_a_province_is_not_that_of_its_country(small: World) -> None:
    (state, country) = small.links("The [Texas Senate|ORG] met. The [US Senate|ORG] met.")
    assert state is not None
    assert country is not None
    assert state.key != country.key


def test_we_of_an_official_is_his_government(small: World) -> None:
    keys = small.keys('[Sergey Lavrov|PERSON] of [Russia|GPE] said: "[We|GROUP|pronoun|+0] agree."')
    assert keys[2] == "gov-RUS"


def test_a_plural_is_the_group_of_its_members(small: World) -> None:
    source = "[Sergey Lavrov|PERSON] of [Russia|GPE] met [Elena Ruiz|PERSON]. [The two|GROUP|nominal|+{}] ate."
    one, other = small.links(source.format("0,2"))[3], small.links(source.format("2,0"))[3]
    assert one is not None
    assert (one.actor_kind, one.name) == ("group", "Elena Ruiz and Sergey Lavrov")
    assert _same(one, other)


def test_an_outlet_that_is_told_something_is_an_actor(small: World) -> None:
    assert small.keys("She told [Harbour Wire|ORG] so.") == ["Q7809"]


def test_a_pronoun_alone_has_no_link(small: World) -> None:
    assert small.keys("[It|OTHER|pronoun] rained.") == [None]


# --- properties ------------------------------------------------------------------------------------------------------


def test_articles_are_linked_the_same_in_any_order(authority: Authority) -> None:
    sources = ["[Paris|GPE] said no.", "Talks in [Paris|GPE], [Texas|GPE].", "[Elena Ruiz|PERSON] met [Macron|PERSON]."]
    items = [facts_of(source) for source in sources]
    forward = [Linker(authority).link(*item) for item in items]
    linker = Linker(authority)
    backward = [linker.link(*item) for item in reversed(items)]
    assert forward == backward[::-1]


_WORDS = st.sampled_from(
    ["Washington", "the US president", "Juan Guaido", "U.S.", "former", "Georgia, Texas", "Paris", "police", "the",
     "we", "Venezuelan", "National Assembly", "O'Neill", "ministers", "of", "A", "Ł", "’s", "-", "."]
)  # fmt: skip
_LABELS = st.sampled_from(["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "GROUP", "OTHER", "EVENT", "PRODUCT", "LAW"])
_FORMS = st.sampled_from(["name", "nominal", "pronoun"])
_MENTIONS = st.tuples(
    st.lists(_WORDS, min_size=1, max_size=4).map(" ".join), _LABELS, _FORMS, st.integers(0, 9), st.booleans()
)


@settings(max_examples=150, deadline=None)
@given(found=st.lists(_MENTIONS, max_size=10), gap=st.sampled_from([" met ", ", ", " in ", "'s ", " "]), data=st.data())
def test_any_text_is_linked_with_each_mention_in_at_most_one_link(
    small: World, found: list[tuple[str, str, str, int, bool]], gap: str, data: st.DataObject
) -> None:
    marks = []
    for number, (words, label, form, other, is_joined) in enumerate(found):
        chain = f"|={other}" if is_joined and other < number else ""
        members = f"|+{other}" if not is_joined and other < number else ""
        marks.append(f"[{words}|{label}|{form}{chain}{members}]")
    roles = data.draw(st.lists(st.integers(0, max(0, len(found) - 1)), max_size=3)) if found else []
    item, facts = facts_of(gap.join(marks) + " it.", actors=roles, speaker=roles[0] if roles else None)
    linked = small.linker.link(item, facts)
    covered = [index for link in linked.links for index in link.mentions]
    assert len(covered) == len(set(covered))
    assert all(0 <= index < len(facts.mentions) for index in covered)
    assert all(link.kind in ("actor", "place") and link.mentions for link in linked.links)
    assert linked == small.linker.link(item, facts)
