"""What the words around a fact tell of it: market or scope, generation, region, qualifier words, and whom a figure is credited to."""

from __future__ import annotations

import re
from functools import lru_cache

# Order matters: the first market of a list wins where a fact has only one.
MARKETS = (
    (
        "open_ran",
        re.compile(
            r"\bopen[- ]?RAN\b|\bO-?RAN\b|\bopen (?:radio|base station|interface)|\bopen and virtuali[sz]ed RAN", re.I
        ),
    ),
    (
        "private_networks",
        re.compile(r"\bprivate (?:wireless|cellular|mobile|[45]G|LTE|networks?)|\bcampus networks?", re.I),
    ),
    (
        "small_cells",
        re.compile(r"\bsmall[- ]cells?\b|\bfemtocells?\b|\bindoor (?:[45]G )?(?:radios?|cells?|units?|systems?)", re.I),
    ),
    (
        "ran",
        re.compile(
            r"\bRAN\b|\bradio[- ]access\b|\bradio (?:networks?|units?|gear|equipment|kit|part|layer|side|work|contract|sites?|cells?|"
            r"business|market|share|infrastructure|systems?|supplier|order|deal|tender)\b|\bradios\b|\bbase[- ]stations?\b|\bantennas?\b|\bmasts\b|"
            r"\bmassive MIMO\b|\b[45]G radio\b|\bRAN\b|\brooftops?\b|\bradio\b",
            re.I,
        ),
    ),
    (
        "core",
        re.compile(r"\bcores?\b(?! (?:business|market|values?|team|strategy))|\bpacket core\b|\bEPC\b|\bIMS\b", re.I),
    ),
    (
        "transport",
        re.compile(
            r"\btransport\b|\boptical\b|\bbackhaul\b|\bmicrowave\b|\brout(?:er|ing)s?\b|\bDWDM\b|\bfibre ring|\bbackbone\b",
            re.I,
        ),
    ),
    # Told outright it ends the search for a market in the sentences before and the title.
    (
        "telecom_equipment",
        re.compile(
            r"\b(?:(?:mobile|wireless)[- ])?(?:networks?|network(?:ing)?|tele(?:com(?:munication)?s?|phone)) (?:network )?"
            r"(?:equipment|gear|kit|infrastructure|hardware)\b",
            re.I,
        ),
    ),
)
_GENERATION = re.compile(r"(?<![\w.])([2-6])G\b|\b(LTE|fifth|fourth|third|sixth|second)(?:[- ]generation)?\b")
_ORDINALS = {"LTE": "4G", "fifth": "5G", "fourth": "4G", "third": "3G", "sixth": "6G", "second": "2G"}
_OUTSIDE_CHINA = re.compile(
    r"\b(?:outside|excluding|exclud\w+|without|except|ex-|beyond|strip(?:ping|ped)? out|leav\w+ (?:out|aside)|minus|not counting|"
    r"other than)\W+(?:of\W+)?(?:the\W+)?(?:mainland\W+)?(?:China|Chinese|mainland)\b|\bex-China\b",
    re.I,
)
_REGIONS = (
    ("asia_pacific", re.compile(r"\bAsia[- ]Pacific\b|\bAPAC\b|\bSouth-?[Ee]ast Asia\w*|\bAsian?\b")),
    ("north_america", re.compile(r"\bNorth America\w*\b")),
    ("latin_america", re.compile(r"\bLatin America\w*\b|\bCALA\b|\bSouth America\w*\b")),
    ("middle_east_africa", re.compile(r"\bMiddle East\w*\b|\bMEA\b|\bAfrican?\b|\bGulf\b")),
    (
        "europe",
        re.compile(
            r"\bEurope(?:an)?\b(?! (?:Union|Commission|vendors?|suppliers?|rivals?|makers?|manufacturers?|companies|firms))|\bEMEA\b"
        ),
    ),
)
GLOBAL = re.compile(r"\b(?:global(?:ly)?|world(?:wide|'s|’s)?|planet)\b", re.I)


@lru_cache(maxsize=256)  # asked of the same few sentences for every fact that may stand in them
def markets(words: str) -> tuple[str, ...]:
    """Every market that the words name, most special first; open RAN hides plain RAN."""
    found = [market for market, pattern in MARKETS if pattern.search(words)]
    if "open_ran" in found and "ran" in found:
        left = MARKETS[0][1].sub(" ", words)
        if not re.search(r"\bradio[- ]access\b|\bbase[- ]stations?\b", left, re.I):
            found.remove("ran")
    if "small_cells" in found and "ran" in found:
        found.remove("ran")
    return tuple(found)


def generation(words: str) -> str | None:
    """The newest generation that the words name ("4G and 5G": 5G)."""
    found = []
    for match in _GENERATION.finditer(words):
        if match[1]:
            found.append(f"{match[1]}G")
        elif match[2] == "LTE" or "generation" in match[0]:
            found.append(_ORDINALS[match[2]])
    return max((g for g in found if g <= "5G"), default=max(found, default=None))


def region(words: str, countries: list[str]) -> str | None:
    """A figure's region: outside China, a part of the world, else the one country named; None where untold."""
    if _OUTSIDE_CHINA.search(words):
        return "global_ex_china"
    for name, pattern in _REGIONS:
        if pattern.search(words):
            return name
    if countries:
        return countries[0]
    return "global" if GLOBAL.search(words) else None
