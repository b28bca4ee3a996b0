"""Names of offices become classes: "Secretary of State for Defence" is a defence minister."""

from __future__ import annotations

import re

_CLASSES: list[tuple[str, str]] = [
    # What only sounds like a minister comes first.
    (r"^(first |second |acting )?(deputy|vice)\b|\bvice[- ]president|\bdeputy prime|\bdeputy minister|\bviceminist", "deputy"),
    (r"under-?secretary|^state secretary|^assistant secretary|^secretary of state (to|at)\b|^associate minister", "deputy"),
    (r"parliamentary secretary|parliamentary private|minister-delegate|^minister of state\b|^junior minister", "deputy"),
    (r"^shadow ", "shadow minister"),
    (r"^(ambassador|high commissioner|permanent representative|consul)\b|charg. d'affaires", "ambassador"),
    (r"special (envoy|representative)|^envoy\b", "envoy"),
    (r"^(supreme )?(member|representative|deputy|senator|people's deputy)\b.*\b(parliament|assembly|congress|duma|"
     r"riksdag|knesset|senate|house|chamber|bundestag|lok sabha|storting|folketing|lords|council)", "legislator"),
    (r"united states (senator|representative)|^senator\b|^federal deputy|^knesset member|^(mp|mep)\b", "legislator"),
    (r"\b(speaker|president|chair\w*)\b.*\b(parliament|assembly|congress|duma|senate|house|chamber|knesset|rada|"
     r"lok sabha|storting|legislat\w+|majlis|council of the republic|councillors)\b", "speaker"),
    (r"^(speaker|house speaker|majority leader|minority leader|senate (majority|minority) leader)", "speaker"),
    (r"^(leader|president|chair\w*|secretary|general secretary|first secretary|head|spokes\w+|founder|co-leader)\b"
     r".*\b(party|rally|front|movement|union of|alliance|league|coalition|congress party|podemos|vox)\b", "party leader"),
    (r"opposition", "opposition leader"),
    (r"\b(judge|justice of|chief justice|supreme court|constitutional court|president of the .*court)\b", "judge"),
    (r"spokes(person|man|woman)|press secretary", "spokesperson"),
    (r"central bank|reserve bank|national bank|state bank|federal reserve|bank of (england|japan|canada|russia|israel)"
     r"|bundesbank", "central banker"),
    (r"chief of (the )?(general |defen[cs]e |army |naval |air |navy )*staff|joint chiefs|commander|chief of (navy|army|"
     r"air force|the defence force|naval operations|the defence staff)|surgeon general of the", "military"),
    (r"\bpolice\b|security service|intelligence|\bcia\b|\bfbi\b|\bmossad\b|shin bet|\bmi[56]\b|federal security",
     "security chief"),
    (r"^(mayor|lord mayor|governing mayor)\b", "mayor"),
    (r"^(governor|lieutenant governor|chief minister|premier of|prefect|intendant|administrator of|minister-president)"
     r"\b|oblast|regional state administration|^president of (the )?(generalitat|government of catalonia|catalonia)",
     "governor"),
    (r"^secretary-general|^director-general|high representative|president of the european|^president of the world bank|"
     r"managing director of the international|un high commissioner|^european commissioner", "international official"),
    # Then the ministers whose class names one person in a country.
    (r"foreign|external (affairs|relations|action)|relations with states|^secretary of state$|"
     r"^united states secretary of state|international relations and cooperation", "foreign minister"),
    (r"(minister|secretary)\b.*\bdefen[cs]e\b|defen[cs]e (minister|secretary)|armed forces minister", "defence minister"),
    (r"(minister|secretary)\b.*\b(interior|internal affairs|home affairs|home department|homeland security)\b|"
     r"^home secretary|(interior|home) (affairs )?minister", "interior minister"),
    (r"(minister|secretary)\b.*\b(financ\w*|treasury)\b|finance minister|chancellor of the exchequer|^treasurer$",
     "finance minister"),
    (r"attorney.general|prosecutor general|public prosecutions", "prosecutor"),
    (r"^(federal )?chancellor|^prime minister|^premier$|^taoiseach|^head of government|^president of the government|"
     r"^president of the council of ministers|^chairman of the council of ministers|^state counsellor", "head of government"),
    (r"chief minister of|^minister-president", "governor"),
    (r"^(acting |interim |transitional |executive )?president\b(?! of the (senate|chamber|national assembly|court|european|"
     r"treasury|board|constitutional|supreme|republika|legislative|state council))|^(king|queen|emperor|emir|sultan|"
     r"supreme leader|monarch|pope|prince|grand duke|head of state|captain regent|yang di-pertuan)\b|"
     r"chairman of the (presidency|sovereignty|presidential)|chairman of the transitional", "head of state"),
    (r"\b(minister|secretary|comptroller|paymaster|lord privy seal|chief of staff|commissioner)\b", "minister"),
    (r"first lady", "spouse"),
]
_PATTERNS = [(re.compile(pattern, re.IGNORECASE), name) for pattern, name in _CLASSES]

SOLE = frozenset(
    ("head of state", "head of government", "foreign minister", "defence minister", "interior minister", "finance minister")
)
"""Classes with one holder in a country at a time, so that a successor ends the term before."""

SECTORS = {
    "legislator": "LEG", "speaker": "LEG", "judge": "JUD", "military": "MIL", "party leader": "PTY",
    "opposition leader": "OPP", "shadow minister": "OPP", "spouse": "ELI",
}  # fmt: skip
"""PLOVER sectors of the classes that are not the executive's."""


def class_of(office: str, country: str | None) -> str | None:
    """The class of an office of a country, None when it is none that we tell apart."""
    for pattern, name in _PATTERNS:
        if pattern.search(office):
            # Only Washington's Secretary of State is a foreign minister; elsewhere it is a junior or other office.
            if name == "foreign minister" and office.casefold().endswith("secretary of state") and country != "USA":
                return "deputy"
            return name
    return None


def sector_of(kind: str | None) -> str:
    """The PLOVER sector of the holder of an office of this class."""
    return SECTORS.get(kind or "", "GOV")
