"""The words around numbers: qualifiers, changes, what is counted, and what makes a number no quantity at all."""

from __future__ import annotations

from etl.extract.numerals import DIGIT_WORDS, TENS, Tokens, words

PERCENT = (("%",), ("％",), ("percent",), ("per", "cent"), ("pct",), ("pc",))


def _phrases(meanings: dict[str, str]) -> dict[tuple[str, ...], str]:
    return {words(phrase): meaning for meaning, phrases in meanings.items() for phrase in phrases.split(";")}


# Before a number; between phrase and number, fillers are skipped.
BEFORE = _phrases(
    {
        "under": "no more than;not more than;"
        "less than;fewer than;lower than;smaller than;south of;short of;shy of;at most;"
        "up to;as many as;maximum of;will not top;not to exceed;under;below;<;≤",
        "over": "no less than;not less than;no fewer than;not fewer than;nothing short of;in excess of;more than;"
        "greater than;better than;higher than;upwards of;upward of;north of;at least;minimum of;above;over;past;beyond;"
        "exceed;exceeds;exceeded;exceeding;to top;could top;may top;tops;"
        "topped;topping;surpass;surpassed;surpassing;pass;passes;passed;>;≥",
        "about": "the order of;the region of;"
        "the vicinity of;the neighbourhood of;the neighborhood of;close to;nearer to;"
        "near to;something like;about;around;nearly;almost;roughly;approximately;approx;some;circa;ca;c;perhaps;maybe;"
        "near;nearing;approaching;virtually;practically;broadly;barely;scarcely;~;≈",
    }
)
AFTER = _phrases(
    {
        "about": "or so;give or take;- odd;odd",
        "over": "and a bit;and change;or more;and more;or better;and counting;plus;- plus;+;at least;, at least",
        "under": "or less;or fewer;at most;, at most",
    }
)
FILLERS = frozenset({"a", "an", "the", "its", "his", "their", "only", "just", "same"})
# Verbs that take the "over" and "up to" after them: "turned over 294 billion yuan", "owned up to 218 deals".
PHRASAL_OVER = frozenset(words("turn turns turned turning hand hands handed took take takes taken taking spread won"))
PHRASAL_UP = frozenset(
    words(
        "put puts putting chalk chalks chalked rack racks racked set sets setting make makes made making own owns "
        "owned sign signs signed pick picks picked light lights lit line lines lined wind winds wound end ends "
        "ended mop mopped snap snapped hoover hoovered open opens opened take takes took win wins bring brings "
        "brought sum sums back add adds followed follow buy bought carve carved swap hold tie tied team "
        "teamed gobble gobbled notch notched total totals"
    )
)
OPENS_RANGE = frozenset(words("somewhere anywhere anything ranging ranges range ranged between runs running goes"))
ROUND_ORDINALS = {"hundredth": 100.0, "fiftieth": 50.0, "thousandth": 1000.0, "twentieth": 20.0}
BEFORE_ORDINAL = frozenset(words("the its their his her our a hundred two"))
# Words between a unitless number and the one whose unit it shares: "29 and 31 per cent", "to 31 from 29 per cent".
LINKS = frozenset({",", "and", "or", "to", "from", "against", "versus", "&", "/", ";", "vs"})
CHANGE_BEFORE = frozenset(
    words(
        "up down grew grow grows growing rose rise rises rising risen fell fall falls falling fallen dropped drop "
        "drops dropping slid slide slides slipped slipping slumped slump plunged plunge plunging tumbled declined "
        "decline declines declining decreased decrease increased increase increases increasing jumped jump jumps "
        "surged surge soared climbed climb climbing gained gain gains gaining lost lose loses losing shed sheds "
        "added add adds adding shrank shrunk shrink shrinking contracted dipped dip advanced expanded expand "
        "expanding swelled ticked edged eased cut cuts growth another additional extra further sank sunk widened "
        "narrowed improved improve multiplied"
    )
)
BETWEEN_CHANGE_AND_NUMBER = frozenset(
    words(
        "by about around some nearly almost roughly over under only just more less than a an the at of another "
        "further approximately least up down estimated modest mere full good sharply slightly back"
    )
)
CHANGE_AFTER = frozenset(
    words(
        "more fewer less higher lower growth increase decrease decline drop rise fall jump slide slump surge gain "
        "cut plunge increases drops reduction contraction dip improvement cagr up down cheaper faster larger "
        "bigger smaller better additional extra further new"
    )
)
COUNT_CHANGE_AFTER = frozenset(words("more fewer additional extra further new"))
POINTS = frozenset({"point", "points", "pp", "ppt", "ppts", "pps", "bps"})
COUNTABLE = frozenset(
    words(
        "contract contracts deal deals agreement agreements network networks station stations site sites radio "
        "radios customer customers order orders win wins operator operators carrier carriers client clients unit "
        "units mast masts antenna antennas cell cells pact pacts award awards launch launches deployment "
        "deployments project projects gnodebs enodebs gnbs telcos telco node nodes basestations basestation sets "
        "shipments partners partner trial trials"
    )
)
COMPOUNDS = {
    "base": ("station", "stations"),
    "small": ("cell", "cells"),
    "cell": ("site", "sites", "towers"),
    "radio": ("unit", "units", "heads", "sites", "stations"),
    "private": ("network", "networks"),
    "massive": ("mimo",),
}
MEASURES = frozenset(
    words(
        "mhz ghz khz hz thz km kms kilometre kilometres kilometer kilometers metre metres meter meters mile miles "
        "cm mm nm inch inches feet foot ft mbps gbps kbps tbps mbit gbit mb gb tb gbit/s mw kw gw kwh mwh gwh twh "
        "watt watts w dbm db dbi tons tonnes kg tonne ton degrees year years yr yrs month months week weeks day "
        "days hour hours minute minutes second seconds sec secs ms millisecond milliseconds decade decades century "
        "centuries quarters nights night weekend weekends evening times fold x-fold gigabit gigabits megabit "
        "megabits gigahertz megahertz kilometres' years' months' days' weeks' year's month's week's day's hours' "
        "pm am a.m p.m o'clock birthday square acres hectares pages page volts amps km² sqm celsius fahrenheit "
        "litres storeys degree"
    )
)
MONTHS = frozenset(
    words(
        "january february march april may june july august september october november december jan feb mar apr jun "
        "jul aug sep sept oct nov dec"
    )
)
PRONOUN_BEFORE = frozenset(words("the other these those all number no last first top big which"))
LABELS = frozenset(
    words(
        "release rel phase section page pages chapter article figure fig table tier band bands class layer level "
        "version fi windows iphone galaxy number no nos room gate hall booth stand channel route highway group "
        "issue volume vol series mate pixel wavelogic annex appendix clause paragraph part act round stage zone "
        "unit formula area boeing airbus model day week q h fy category cat order rule note tel phone fax isbn "
        "issn iso rfc g l ipv slide line aged age verse grade"
    )
)
STOPS = frozenset(
    words(
        "a an the this that these those its their his her our my your of in on at by for from to with without "
        "within into onto over under between among across against during since until till after before than as per "
        "via amid about around beyond outside inside and or but nor so yet if when while where which who whom "
        "whose what how why is are was were be been being has have had having do does did will would can could may "
        "might shall should must not no it he she they we you i him them us there here then now already also only "
        "just still even ever never both either respectively ahead behind apiece each all any some more less fewer "
        "most last next said says say goes go went came come remain remained stand stood leaves left according "
        "worth including because though although whereas up down out off back today yesterday early late later "
        "earlier ago plus minus versus vs won signed took take takes held hold holds made makes make gave gives "
        "put puts got gets get fell rose grew called named based compared excluding currently far once again too"
    )
)
NOT_HEADS = frozenset(
    words(
        "sales communications telecoms telecommunications operations wireless access macro services less across "
        "business plus previous various serious mass gross process address systems' business's headquarters"
    )
)
SENTENCE_ENDS = frozenset(".!?:;\"“”'‘’()[]•|-–—")
TIME_PREPOSITIONS = frozenset(
    words(
        "in by since until till from during before after for early late mid end fiscal year fy to through and of "
        "the or spring summer autumn winter q1 q2 q3 q4 around about circa s"
    )
)
BIGGER_THAN_A_YEAR = frozenset({"than", "over", "least", "nearly", "some", "almost", "roughly"})


def points_after(tokens: Tokens, n: int) -> int | None:
    """The token after "points", "percentage points", "basis points" from token n, or None."""
    at = tokens.skip_hyphen(n)
    if tokens.low(at) in ("percentage", "basis"):
        at = tokens.skip_hyphen(at + 1)
    elif tokens.low(at) == "of" and tokens.low(at + 1) == "a":
        at += 2
    elif tokens.low(at) in ("full", "whole"):
        at += 1
    return at + 1 if tokens.low(at) in POINTS else None


def qualifier(tokens: Tokens, first: int, last: int) -> str:
    """How exact the number over tokens[first:last] is meant: "exact", "about", "over" or "under"."""
    for phrase, meaning in AFTER.items():
        if all(tokens.low(last + k) == part for k, part in enumerate(phrase)):
            return meaning
    at = first
    for _ in range(3):
        for length in (3, 2, 1):
            phrase = tuple(tokens.low(k) for k in range(at - length, at))
            if phrase not in BEFORE or (at < first and BEFORE[phrase] != "about" and tokens.low(at) in ("the", "its")):
                continue
            verb = tokens.low(at - length - 1)
            if not (phrase == ("over",) and verb in PHRASAL_OVER) and not (phrase[0] == "up" and verb in PHRASAL_UP):
                return BEFORE[phrase]
        if tokens.low(at - 1) not in FILLERS and not (tokens.low(at - 1) == "." and tokens.low(at - 2) in ("c", "ca")):
            break
        at -= 1
    return "exact"


def counted_noun(tokens: Tokens, n: int) -> str | None:
    """The head of the noun phrase that starts at token n: "5G radio deals" -> "deals", or None."""
    at, run = n, []
    if tokens.hyphen(at):
        at += 1
    while len(run) < 7:
        token = tokens[at]
        if token.kind == "num" and tokens.low(at + 1) == "g" and tokens.touch(at + 1):
            at += 2
            continue
        if tokens.hyphen(at):
            at += 1
            continue
        if token.kind == "sym" and token.low in ("+", "/", "“", '"', "&", "'", "’", "‘") and len(run) < 5:
            at += 1
            continue
        if token.kind != "word" or token.low in STOPS or token.low in DIGIT_WORDS or token.low in TENS:
            break
        if token.raw[0].isupper() and (
            token.low.endswith("'s") or "\n" in tokens.text[tokens[at - 1].end : token.start]
        ):
            break
        if "\n\n" in tokens.text[tokens[at - 1].end : token.start]:
            break
        run.append(token.low)
        if token.low in COUNTABLE and token.low.endswith("s"):
            break
        at += 1
    if not run:
        return None
    heads = (
        lambda w: w in COUNTABLE and w.endswith("s"),
        lambda w: w.endswith("s") and not w.endswith("ss") and w not in NOT_HEADS,
        lambda w: w in COUNTABLE,
        lambda w: True,
    )
    head = next(k for is_head in heads for k, w in enumerate(run) if is_head(w))
    if run[head] in MEASURES or run[0] in MEASURES:
        return run[0] if run[0] in MEASURES else run[head]
    pair = run[head - 1 : head + 1]
    if head and run[head] in COMPOUNDS.get(run[head - 1], ()):
        return " ".join(pair)
    return run[head]


def changed_after(tokens: Tokens, reading) -> bool:
    """Whether the words after a number make it a change: "14 percent slide", "three more", "20 fewer sites"."""
    at = tokens.skip_hyphen(reading.last)
    gap = tokens.text[tokens[reading.last - 1].end : tokens[at].start] if tokens[at].kind == "word" else "\n"
    compared = COUNT_CHANGE_AFTER if reading.unit in (None, "count") else CHANGE_AFTER
    return "\n" not in gap and tokens.low(at) in compared


def led_by_by(tokens: Tokens, first: int) -> bool:
    """Whether a percentage is the measure of a change: "cut its staff by 20%", but not a share held "by a fifth of"."""
    at = first - 1
    while first - at < 4 and tokens.low(at) in BETWEEN_CHANGE_AND_NUMBER - {"by"}:
        at -= 1
    return tokens.low(at) == "by"


def is_no_quantity(tokens: Tokens, reading) -> bool:
    """Whether a number without percent or money is a year, date, time, model, list number, duration or measure."""
    numeral = reading.numeral
    first, last = numeral.first, reading.last
    before, after = tokens.low(first - 1), tokens.low(last)
    if reading.ordinal and reading.noun is None:
        return not (numeral.value > 31 and (after in STOPS or tokens[last].kind == "sym"))
    if reading.ordinal:
        return reading.noun not in COUNTABLE and (reading.noun or "").split(" ")[-1] not in COUNTABLE
    if reading.noun in MEASURES or tokens.low(tokens.skip_hyphen(last)) in MEASURES:
        return True
    if after in ("°", "″", "′", "×", "&") or (before in ("#", "@", "§", "_", "&") and tokens.touch(first)):
        return True
    if numeral.form == "digits":
        return _is_label(tokens, first, last) or _is_year(tokens, reading) or _is_date(tokens, reading)
    return _is_pronoun(tokens, reading)


def _is_label(tokens: Tokens, first: int, last: int) -> bool:
    """Part of a name: "Release 16", "S10", "5G", "COVID-19", "2020s"."""
    before, after = tokens[first - 1], tokens[last]
    if after.kind == "word" and tokens.touch(last):
        return True
    if after.kind == "sym" and after.low == "_":
        return True
    if before.kind == "word" and (tokens.touch(first) or before.low in LABELS):
        return True
    if before.low == "." and tokens.low(first - 2) in ("no", "rel", "fig", "vol"):
        return True
    if tokens.hyphen(first - 1) and (tokens[first - 2].kind == "word" or _looks_like_year(tokens[first - 2].raw)):
        return True
    return before.low in ("'", "’", "‘") and tokens.touch(first)


def _is_year(tokens: Tokens, reading) -> bool:
    numeral = reading.numeral
    if numeral.scaled or not _looks_like_year(tokens[numeral.first].raw):
        return False
    before = tokens.low(numeral.first - 1)
    counted = (reading.noun or "").split(" ")[-1] in COUNTABLE
    return not (counted and (before in BIGGER_THAN_A_YEAR or before not in TIME_PREPOSITIONS))


def _looks_like_year(raw: str) -> bool:
    return len(raw) == 4 and raw.isdecimal() and 1900 <= int(raw) <= 2100


def _is_date(tokens: Tokens, reading) -> bool:
    numeral = reading.numeral
    if numeral.scaled or numeral.value > 31 or numeral.value != int(numeral.value):
        return False
    before, after = tokens.low(numeral.first - 1), tokens.low(numeral.last)
    if before == "." and tokens.low(numeral.first - 2) in MONTHS:
        return True
    if after in MONTHS and (after != "may" or tokens[numeral.last].raw[0].isupper()):
        return True
    counted = (reading.noun or "").split(" ")[-1] in COUNTABLE
    return before in MONTHS and tokens[numeral.first - 1].raw[0].isupper() and not counted


def _is_pronoun(tokens: Tokens, reading) -> bool:
    """Words that are no count: "one of them", "no one", the operator Three, "twice", "two years"."""
    numeral = reading.numeral
    token = tokens[numeral.first]
    if numeral.value == 1 and not numeral.scaled:
        return True
    if numeral.value == 0:
        return True
    inside = numeral.first > 0 and tokens.low(numeral.first - 1) not in SENTENCE_ENDS
    if numeral.value < 10 and token.raw[0].isupper() and (inside or tokens[numeral.last].raw[:1].isupper()):
        return True
    if reading.unit is None and numeral.value < 20 and tokens.low(numeral.first - 1) in PRONOUN_BEFORE:
        return True
    return tokens.hyphen(numeral.first - 1) and tokens[numeral.first - 2].kind == "word"
