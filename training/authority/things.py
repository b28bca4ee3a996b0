"""Lists of bodies, groups, outlets, companies and clubs become organisations and groups."""

from __future__ import annotations

from countries import Countries, Country
from evidence import Evidence
from sources import Reference, many, rows
from writing import Entry

from newskb.plover import NON_STATE, SECTORS
from newskb.text import fold, key

FILES = ("bodies", "groups", "outlets", "companies", "clubs", "institutions")
"""Lists in ``facts/``, each of which becomes a file of the same name."""

SHORT = {"outlets": "MED", "companies": "BUS", "clubs": "SOC", "institutions": "EDU"}
"""PLOVER sectors of the lists whose lines are short."""


def build(known: Countries, reference: Reference, evidence: Evidence) -> dict[str, list[Entry]]:
    """The files of organisations and groups."""
    numbers = _body_numbers(reference)
    chosen = {(file, name): number for file, name, number in rows("ids.psv")}
    files: dict[str, list[Entry]] = {}
    for name in FILES:
        entries = []
        for row in rows(f"{name}.psv"):
            if len(row) == 3:  # only the name, the country and other names differ in long lists of one kind
                row = [row[0], "organisation", row[1], SHORT[name], row[2], "", "=", ""]
            if len(row) != 8:
                raise SystemExit(f"{name}.psv: 3 or 8 fields are wanted: {row}")
            row[7] = (
                row[7]
                or chosen.get((name, row[0]), "")
                or (numbers.get(_spelt(row[0]), "") if name == "bodies" else "")
            )
            entries.append(_listed(row, known, evidence))
        files[f"{name}.jsonl"] = entries
    taken = {fold(one) for entry in files["bodies.jsonl"] for one in (entry["name"], *entry["aliases"])}
    files["state_bodies.jsonl"] = [
        entry for item in known.items if item.is_state for entry in _of_state(item) if fold(entry["name"]) not in taken
    ]
    return files


def _body_numbers(reference: Reference) -> dict[str, str]:
    """Wikidata numbers of intergovernmental bodies by name, where the name has one number."""
    found: dict[str, set[str]] = {}
    for row in reference.table("international_bodies.csv"):
        if row["qid"]:
            found.setdefault(_spelt(row["name"]), set()).add(row["qid"])
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def _spelt(name: str) -> str:
    """The name with one of its two spellings."""
    return fold(name).replace("organisation", "organization")


def _listed(row: list[str], known: Countries, evidence: Evidence) -> Entry:
    name, kind, code, sector, aliases, description, title, number = row
    if code and code not in known.by_code:
        raise SystemExit(f"no country {code} ({name})")
    if sector and sector not in SECTORS + NON_STATE:
        raise SystemExit(f"no sector {sector} ({name})")
    others = many(aliases)
    if number and evidence.source(number, name, *others, title) is None:
        print(f"unconfirmed: {number} {name}")
        number = ""
    number = number or evidence.of_page(name if title == "=" else title) or ""
    return {
        "key": number or key("act", kind, fold(name), code),
        "name": name,
        "kind": kind,
        "country": code or None,
        "sector": sector or None,
        "description": description or None,
        "wikipedia": (name if title == "=" else title) or None,
        "aliases": others,
        "roles": [],
    }


_DEFENCE = ("Defence Ministry", "Defense Ministry", "Ministry of Defence", "Ministry of Defense")
_INTERIOR = ("Interior Ministry", "Ministry of the Interior", "Ministry of Interior")


def _of_state(item: Country) -> list[Entry]:
    """The bodies that every state has; news names them by the country's adjective."""
    adjective, name = item.adjective, item.name
    kinds = [
        (f"Ministry of Foreign Affairs ({name})", "GOV", ("Foreign Ministry", "Ministry of Foreign Affairs", "MFA")),
        (f"Ministry of Defence ({name})", "GOV", _DEFENCE),
        (f"Ministry of the Interior ({name})", "GOV", _INTERIOR),
        (f"Ministry of Finance ({name})", "GOV", ("Finance Ministry", "Ministry of Finance")),
        (f"Armed Forces of {name}", "MIL", ("Armed Forces", "army", "military", "armed forces")),
        (f"Police of {name}", "COP", ("police", "National Police")),
        (f"Parliament of {name}", "LEG", ("Parliament", "parliament", "legislature")),
        (f"Supreme Court of {name}", "JUD", ("Supreme Court",)),
        (f"Central bank of {name}", "GOV", ("central bank", "Central Bank")),
    ]  # fmt: skip
    overridden = {row[1] for row in rows("state_bodies.psv") if row[0] == item.code}
    entries = []
    for full, sector, nouns in kinds:
        if nouns[0].casefold() in overridden:
            continue
        others = [f"{adjective} {noun}" for noun in nouns] + [f"{name}'s {noun}" for noun in nouns]
        others += [f"{noun} of {name}" for noun in nouns if noun[0].isupper()]
        entries.append(
            {
                "key": key("act", "organisation", fold(full), item.code),
                "name": full,
                "kind": "organisation",
                "country": item.code,
                "sector": sector,
                "description": None,
                "wikipedia": None,
                "aliases": [other for other in dict.fromkeys(others) if fold(other) != fold(full)],
                "roles": [],
            }
        )
    return entries
