"""Names of offices become classes: "Secretary of State for Defence" is a defence minister."""

from __future__ import annotations

import re

_SOLE: list[tuple[str, str]] = [
    (
        r"(president|king|queen|monarch|emperor|emir|sultan|pope|prince|sovereign prince|grand duke|"
        r"yang di-pertuan agong|captain regent|druk gyalpo|head of state|o le ao o le malo|ngwenyama|co-prince|"
        r"federal president|state president|president of the (republic|state|confederation|swiss confederation)|"
        r"chairman of the (presidency|sovereignty council|transitional sovereignty council|presidential council|"
        r"presidential leadership council|transitional military council)|monarch of the \w+|emir of the state|"
        r"president of the transition|military leader)",
        "head of state",
    ),
    (
        r"(prime minister|premier|federal chancellor|chancellor|taoiseach|head of government|"
        r"minister of state of monaco|"
        r"president of the (government|council of ministers|executive yuan)|chairman of the council of ministers|"
        r"chief minister of the government|state counsellor)",
        "head of government",
    ),
    (
        r"(federal )?((foreign|external) (affairs )?(minister|secretary)|(minister|secretary) (of|for) "
        r"(the )?(europe and )?(foreign|external)( and [\w ]+)? (affairs|relations)[\w ,&]*|"
        r"secretary of state for foreign[\w, ]*|"
        r"minister (of|for) international relations and [\w ]+|minister of foreign affairs[\w ,-]*|"
        r"secretary for relations with states|secretary for foreign and political affairs|minister of state of palau)",
        "foreign minister",
    ),
    (
        r"(federal )?(defen[cs]e (minister|secretary)|(minister|secretary|secretary of state) (of|"
        r"for) (the )?(people's )?"
        r"(national )?(defen[cs]e)( and (the )?(armed forces|military|veterans|sports)[\w ]*)?|"
        r"minister of the armed forces|defence and military veterans minister)",
        "defence minister",
    ),
    (
        r"(federal )?((interior|home|home affairs) (minister|secretary)|(minister|secretary of state) (of|for) (the )?"
        r"(interior|internal affairs|home affairs|home department|interior affairs|interior,? [\w, ]+)|"
        r"secretary of the interior|minister of public security)",
        "interior minister",
    ),
    (
        r"(federal )?(finance (minister|secretary)|(minister|secretary) (of|for) (the )?(economy,? (and )?)?"
        r"(economic affairs and )?(national )?(financ\w+|treasury)( and [\w ]+)?|treasurer|"
        r"chancellor of the exchequer|secretary of the treasury|minister of the economy, finances? and [\w ]+)",
        "finance minister",
    ),
]
# The others by the first pattern that occurs in the name of the office.
_OTHER: list[tuple[str, str]] = [
    (r"houthi", "rebel leader"),
    (r"^supreme leader|^leader of the revolution", "leader"),
    (r"^(first |second |acting )?(deputy|vice)\b|\bvice[- ]president|\bdeputy prime|\bdeputy minister|"
     r"\bviceminist", "deputy"),
    (r"under-? ?secretary|^state secretary|^assistant |^associate minister|secretary to the treasury$", "deputy"),
    (r"parliamentary secretary|parliamentary private|delegate|^minister of state\b|^junior minister", "deputy"),
    (r"^secretary of state$|^secretary of state (to|at)\b", "deputy"),
    (r"^shadow ", "shadow minister"),
    (r"^(ambassador|high commissioner to|permanent representative|consul)\b|charg. d'affaires", "ambassador"),
    (r"special (envoy|representative)|^envoy\b", "envoy"),
    (r"spokes?(person|man|woman)|press secretary", "spokesperson"),
    (r"^(people's deputy|federal deputy|state deputy|federal senator|knesset member|senator|mp|mep|"
     r"lord of the treasury)\b|"
     r"united states (senator|representative)|state representative|^(substitute |full )?(member|representative|deputy|"
     r"observer)\b.*(parliament|assembly|congress|duma|riksdag|knesset|senate|house|chamber|bundestag|sabha|storting|"
     r"folketing|lords|council|dewan|yuan|corts|cortes|junta|mazhilis|bundesrat|convention)", "legislator"),
    (r"^(speaker|house speaker|majority leader|minority leader|(senate|house) (majority|minority) leader|lord speaker)|"
     r"\b(president|chair\w*)\b.*\b(parliament|assembly|congress|duma|senate|house|chamber|knesset|rada|sabha|storting|"
     r"legislat\w+|majlis|councillors|assembly of experts|yuan)\b", "speaker"),
    (r"opposition", "opposition leader"),
    (r"^(founder|co-leader|leader|president|chair\w*|secretary|general secretary|first secretary|"
     r"national secretary|head)\b.*"
     r"\b(party|rally|front|movement|union|alliance|league|coalition|kuomintang|podemos|vox|hamas|hezbollah|"
     r"fatah|greens)\b",
     "party leader"),
    (r"\b(judge|justice of|chief justice|supreme court|constitutional court|president of the .*court)\b", "judge"),
    (r"central bank|reserve bank|national bank|state bank|federal reserve|riksbank|governor of the bank of|bundesbank",
     "central banker"),
    (r"chiefs? of (the )?(general |defen[cs]e |army |naval |air )*staff\b(?! to)|joint chiefs|commander|"
     r"chief of (navy|army|"
     r"air force|naval operations|joint operations|the defence (force|staff))", "military"),
    (r"white house chief of staff|downing street chief of staff", "official"),
    (r"\bpolice\b|security service|intelligence|\bcia\b|\bfbi\b|\bmossad\b|shin bet|\bmi[56]\b|federal security",
     "security chief"),
    (r"^(mayor|lord mayor|governing mayor)\b", "mayor"),
    (r"^(governor|lieutenant governor|chief minister|premier of|deputy premier of|prefect|intendant|"
     r"administrator of the|"
     r"minister-president|head of the republic|president of|prime minister of|head of government of|head of the|"
     r"foreign minister of)\b|oblast|regional state administration", "governor"),
    (r"^secretary-general of the (united|north|organi|commonwealth|arab|council)|"
     r"^director-general of the (world|inter)|"
     r"high representative|^president of the european|^president of the world bank|"
     r"managing director of the international|"
     r"united nations high commissioner|european commissioner", "international official"),
    (r"attorney.general|prosecutor.general|solicitor.general|public prosecutions", "prosecutor"),
    (r"\b(minister|secretary|comptroller|paymaster|lord privy seal|lord chancellor|chancellor of the duchy)\b|"
     r"^(attorney|commissioner|chief of the cabinet|leader of the house|lord president)", "minister"),
    (r"national security advis|trade representative|office of management|presidential administration|"
     r"counsel", "official"),
    (r"first lady", "spouse"),
]  # fmt: skip
_ACTING = r"(?:(?:acting|interim|caretaker|transitional|first) )?"
_PATTERNS = [(re.compile(rf"^{_ACTING}{pattern}$", re.IGNORECASE), name) for pattern, name in _SOLE]
_PATTERNS += [(re.compile(pattern, re.IGNORECASE), name) for pattern, name in _OTHER]
_INTERNATIONAL = re.compile(
    r"(european|united nations|world|international|african union|general assembly|council of europe|arab league|nato)",
    re.IGNORECASE,
)

SOLE = frozenset((*(name for _, name in _SOLE), "leader"))
"""Classes with one holder in a country at a time, so that a successor ends the term before."""

SECTORS = {
    "legislator": "LEG", "speaker": "LEG", "judge": "JUD", "military": "MIL", "party leader": "PTY",
    "opposition leader": "OPP", "shadow minister": "OPP", "spouse": "ELI", "international official": "IGO",
    "security chief": "SPY", "rebel leader": "REB",
}  # fmt: skip
"""PLOVER sectors of the classes that are not the executive's."""


def class_of(office: str, country: str | None) -> str | None:
    """The class of an office of a country, None when it is none that we tell apart."""
    # Only Washington's Secretary of State is a foreign minister; elsewhere it is a junior or other office.
    if country == "USA" and re.fullmatch(r"(acting )?(united states )?secretary of state", office, re.IGNORECASE):
        return "foreign minister"
    if country == "USA" and re.search("secretary of the interior", office, re.IGNORECASE):
        return "minister"
    # An Indian Foreign Secretary is an official below the minister.
    if country == "IND" and office == "Foreign Secretary":
        return "deputy"
    for pattern, name in _PATTERNS:
        if pattern.search(office):
            if name == "governor" and _INTERNATIONAL.search(office):
                return "international official"
            if name == "security chief" and re.search(r"^minister|police", office, re.IGNORECASE):
                return "minister" if office.lower().startswith("minister") else "police chief"
            return name
    return None


def sector_of(kind: str | None) -> str:
    """The PLOVER sector of the holder of an office of this class."""
    return "COP" if kind == "police chief" else SECTORS.get(kind or "", "GOV")
