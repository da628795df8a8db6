"""Who is spoken of, and where: names, role phrases ("the Finnish vendor"), pronouns and unnamed groups, each tied to registry names.

A mention that stands for an earlier one is resolved by walking the article once, in order, as a reader does.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace

from spacy.tokens import Span, Token

from etl.extract.page import Sentence
from etl.names import CountryHit, Hit, Registry

VENDOR_NOUNS = frozenset(
    ["vendor", "supplier", "manufacturer", "maker", "gearmaker", "kitmaker", "equipment-maker", "newcomer", "bidder"]
)
OPERATOR_NOUNS = frozenset(
    [
        "carrier",
        "operator",
        "telco",
        "telecom",
        "incumbent",
        "provider",
        "monopoly",
        "monopolist",
        "challenger",
        "buyer",
        "entrant",
        "subsidiary",
        "arm",
    ]
)
COMPANY_NOUNS = frozenset(
    [
        "company",
        "firm",
        "group",
        "business",
        "house",
        "giant",
        "champion",
        "conglomerate",
        "specialist",
        "corporation",
        "player",
        "unit",
        "division",
        "party",
    ]
)
# Mentions that are looked through for an antecedent: more than any reader keeps in mind, and few enough for linear time.
REMEMBERED = 80
TRADE_WITHIN = 500  # characters on each side of an ambiguous name
_ARGUMENTS = ("nsubj", "nsubjpass", "dobj", "pobj", "conj", "appos", "poss", "dative", "agent", "ROOT")
PAIR_NOUNS = frozenset(["pair", "two", "duo", "couple"])
GROUP_NOUNS = frozenset(["carrier", "operator", "telco", "telecom", "company", "group", "provider"])
_GROUP_WORDS = re.compile(
    r"\b(carriers?|operators?|telcos?|(?:telecom\w*|mobile|phone|wireless|network) (?:compan(?:y|ies)|groups?|providers?))\b",
    re.I,
)
TRADE = re.compile(
    r"\b([2-6]G|LTE|telecom\w*|telco\w*|carriers?|operators?|networks?|vendors?|base stations?|RAN|radio|mobile|wireless|"
    r"spectrum|antennas?|masts?|core|subscribers?|supplier|equipment|kit|gear|rollout|roll-out)\b",
    re.I,
)
_NEW_NAME = re.compile(
    r"\b(?:(?:mobile|wireless|telecoms?|network|state-owned|incumbent|rival|local|the|private)\s+)*"
    r"(?P<noun>carrier|operator|telco|vendor|supplier|manufacturer)[ \u00a0]+"
    r"(?P<name>[A-Z][\w&'.-]*(?:[ \u00a0](?:[A-Z][\w&'.-]*|of))*)"
)
_APPOSED = re.compile(
    r"(?P<name>\b[A-Z][\w&.-]*(?:\s[A-Z][\w&.-]*){0,3}), (?:a|an|the|one of)\s(?:[\w'’-]+\s){0,5}?"
    r"(?P<noun>carrier|operator|telco|vendor|supplier|manufacturer)s?\b(?!['’]s)"
)
_NOT_NAMES = re.compile(
    r"^(?:(?:The|A|An|In|On|At|By|It|Its|But|And|He|She|They|[2-6]G|LTE|RAN|Open|CEO|CTO|CFO|Chief|Mr|Ms|Dr|M?VNO|Half)\b"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December|\w+day|\w+ly)$)"
)


@dataclass(frozen=True)
class Mention:
    """One stretch of text that stands for companies.

    names: canonical names, several for "the pair", none for an unnamed group.
    how: "name", "new", "role", "pronoun" or "group".
    country: ISO code that the words themselves tell ("Vodafone UK", "the Danish carrier").
    """

    start: int
    end: int
    text: str
    names: tuple[str, ...]
    roles: frozenset[str]
    how: str
    sentence: int
    token: Token = field(repr=False)
    country: str | None = None

    def is_a(self, role: str) -> bool:
        return role in self.roles


class MentionFinder:
    """Walks an article's sentences in order, keeping who was spoken of."""

    def __init__(self, registry: Registry):
        self.registry = registry

    def find(self, text: str, sentences: list[Sentence]) -> list[Mention]:
        named = self._named(text, sentences)
        starts = [s.start for s in sentences]
        named_in, places_in = defaultdict(list), defaultdict(list)
        for mention in named:
            named_in[mention.sentence].append(mention)
        for place in self.registry.find_countries(text):
            places_in[bisect_right(starts, place.start) - 1].append(place)
        history: list[Mention] = []
        for number, sentence in enumerate(sentences):
            if sentence.kind == "chrome":
                continue
            here = named_in[number]
            places = [c for c in places_in[number] if c.start < sentence.end]
            phrases = _phrases(sentence, number, here, places)
            for mention in sorted([*here, *phrases], key=lambda m: m.start):
                history.extend(self._resolve(mention, history, places))
        return history

    def _named(self, text: str, sentences: list[Sentence]) -> list[Mention]:
        hits = self.registry.find(text)
        sure = {h.entity.name for h in hits if not h.needs_context}
        starts = [s.start for s in sentences]
        sure |= {h.entity.name for h in hits if h.needs_context and _inside_a_sentence(h, sentences, starts, text)}
        found = []
        for hit in hits:
            number = bisect_left(starts, hit.start + 1) - 1
            if number < 0 or hit.start >= sentences[number].end:
                continue
            sentence = sentences[number]
            token = head_of(sentence, hit.start, hit.end)
            if token is None or (hit.needs_context and not _fits(hit, sure, sentence, token, text)):
                continue
            found.append(
                Mention(
                    hit.start,
                    hit.end,
                    hit.text,
                    (hit.entity.name,),
                    hit.entity.roles,
                    "name",
                    number,
                    token,
                    hit.country,
                )
            )
        return sorted([*found, *self._new(text, sentences, starts, found)], key=lambda m: m.start)

    def _new(self, text: str, sentences: list[Sentence], starts: list[int], known: list[Mention]) -> list[Mention]:
        """Names the registry lacks, in a clear pattern: "Bulgarian carrier Vivacom", "Vivacom, the Bulgarian operator"."""
        taken = [(m.start, m.end) for m in known]
        names: dict[str, str] = {}
        for pattern in (_NEW_NAME, _APPOSED):
            for match in pattern.finditer(text):
                name = re.sub(r"['’]s$|\W+$", "", match["name"])
                start = match.start("name")
                if _NOT_NAMES.match(name) or self.registry.resolve(name) or len(name) < 3:
                    continue
                if any(s < start + len(name) and start < e for s, e in taken) or self.registry.find_countries(name):
                    continue
                role = "operator" if match["noun"] in ("carrier", "operator", "telco") else "vendor"
                names.setdefault(name, role)
        found = []
        for name, role in names.items():
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                number = bisect_left(starts, match.start() + 1) - 1
                token = head_of(sentences[number], match.start(), match.end()) if number >= 0 else None
                if (
                    token is not None
                    and token.pos_ != "ADV"
                    and not any(s < match.end() and match.start() < e for s, e in taken)
                ):
                    found.append(
                        Mention(match.start(), match.end(), name, (name,), frozenset({role}), "new", number, token)
                    )
        return found

    def _resolve(self, mention: Mention, history: list[Mention], places: list[CountryHit]) -> list[Mention]:
        if mention.how in ("name", "new", "group"):
            return [mention]
        names = self._antecedent(mention, history)
        if not names:
            return []
        roles = frozenset().union(*(self._roles(n, history) for n in names))
        return [replace(mention, names=names, roles=roles)]

    def _roles(self, name: str, history: list[Mention]) -> frozenset[str]:
        entity = self.registry.entity(name)
        if entity:
            return entity.roles
        return next((m.roles for m in reversed(history[-REMEMBERED:]) if name in m.names), frozenset())

    def _antecedent(self, mention: Mention, history: list[Mention]) -> tuple[str, ...]:
        words = mention.text.lower()
        noun = mention.token.lemma_.lower()
        recent = history[-REMEMBERED:]
        before = [
            m
            for m in recent
            if m.end <= mention.start and (m.names or m.how == "group") and mention.sentence - m.sentence <= 12
        ]
        if noun in PAIR_NOUNS or words.startswith("both"):
            return self._pair(before, self._wanted(noun, mention))
        if noun in ("former", "latter"):
            pair = self._pair(before, None)
            return pair[:1] if noun == "former" and pair else pair[1:2]
        fits = self._wanted(noun, mention)
        if mention.how == "pronoun":
            return self._subject(mention, before)
        others = [m for m in before if len(m.names) == 1 and fits(m.names[0])]
        rival = words.startswith(("its ", "their ", "his ")) or "rival" in words or "other" in words
        if rival and others:
            subject = self._subject(mention, before)
            others = [m for m in others if m.names != subject]
        if others:
            return others[-1].names
        if mention.country and noun not in OPERATOR_NOUNS:
            return self._by_nationality(mention.country)
        return ()

    def _wanted(self, noun: str, mention: Mention):
        """A test of names: could this role phrase stand for that company?"""
        role = "vendor" if noun in VENDOR_NOUNS else "operator" if noun in OPERATOR_NOUNS else None
        country = mention.country

        def fits(name: str) -> bool:
            entity = self.registry.entity(name)
            if entity is None:
                return country is None
            if role and role not in entity.roles:
                return False
            if "research" in entity.roles:
                return False
            home = {entity.country, *entity.countries} if "operator" in entity.roles else {entity.country}
            return country is None or country in home

        return fits

    def _pair(self, before: list[Mention], fits) -> tuple[str, ...]:
        """The last two companies named side by side (three for none): same role, same sentence."""
        for sentence in sorted({m.sentence for m in before}, reverse=True):
            names: list[str] = []
            for m in before:
                if m.sentence == sentence and m.how in ("name", "new") and (fits is None or fits(m.names[0])):
                    names.append(m.names[0])
            names = list(dict.fromkeys(names))
            for role in ("operator", "vendor"):
                same = [n for n in names if role in self._roles(n, before)]
                if len(same) == 2:
                    return tuple(same)
        return ()

    def _subject(self, mention: Mention, before: list[Mention]) -> tuple[str, ...]:
        """Whom a pronoun most likely means: the nearest subject before it in this sentence or the two before, else the nearest."""
        several = mention.text.lower() in ("they", "their", "them")
        near = [
            m
            for m in before
            if mention.sentence - m.sentence <= 2
            and "research" not in m.roles
            # "they" after "three carriers" is none of the companies named elsewhere.
            and (len(m.names) == 1 or (several and m.how == "group" and m.token.tag_ == "NNS"))
        ]
        for gap in range(3):
            here = [m for m in near if mention.sentence - m.sentence == gap]
            subjects = [m for m in here if _is_subject(m.token)]
            if subjects:
                return subjects[0].names if gap else subjects[-1].names
            if here:
                return here[-1].names
        return ()

    def _by_nationality(self, country: str) -> tuple[str, ...]:
        """The one big vendor of a nation, where the article speaks of "the Finnish vendor" without a name before."""
        big = {"FI": "Nokia", "SE": "Ericsson", "KR": "Samsung"}
        return (big[country],) if country in big else ()


def _inside_a_sentence(hit: Hit, sentences: list[Sentence], starts: list[int], text: str) -> bool:
    """Is an ambiguous name written with a capital where a common word would have none, near words of the trade?"""
    number = bisect_right(starts, hit.start) - 1
    if (
        number < 0
        or sentences[number].kind != "prose"
        or not re.search(r"[a-z,;] $", text[max(0, hit.start - 2) : hit.start])
    ):
        return False
    return bool(TRADE.search(text[max(0, hit.start - TRADE_WITHIN) : hit.end + TRADE_WITHIN]))


def _is_subject(token: Token) -> bool:
    while token.dep_ in ("compound", "poss", "appos", "conj", "nmod"):
        token = token.head
    return token.dep_ in ("nsubj", "nsubjpass", "csubj")


def head_of(sentence: Sentence, start: int, end: int) -> Token | None:
    """The syntactic head of the words from start to end."""
    tokens = [t for t in sentence.span if start - sentence.offset < t.idx + len(t) and t.idx < end - sentence.offset]
    if not tokens:
        return None
    return sentence.span.doc[tokens[0].i : tokens[-1].i + 1].root


def _fits(hit: Hit, sure: set[str], sentence: Sentence, token: Token, text: str) -> bool:
    """Does an ambiguous name ("Three", "Orange", "Smart") mean the operator here?

    Inside a sentence its capital tells, at the beginning of one (or in a headline) its place in the parse must.
    """
    if token.dep_ in ("nummod", "amod", "advmod", "det", "aux", "mark"):
        return False
    if hit.entity.name in sure:
        return True
    opens = not text[sentence.start : hit.start].strip(" \"'“‘(-•*")
    if sentence.kind == "heading" or (opens and token.dep_ not in _ARGUMENTS):
        return False
    return bool(TRADE.search(text[max(0, hit.start - TRADE_WITHIN) : hit.end + TRADE_WITHIN]))


def _phrases(sentence: Sentence, number: int, named: list[Mention], places: list[CountryHit]) -> list[Mention]:
    """Role phrases, people ("the Finns"), pronouns and unnamed groups of one sentence, not yet resolved."""
    taken = [(m.start, m.end) for m in named]
    found = []
    for token in sentence.span:
        start, end = sentence.at(token)
        if any(s < end and start < e for s, e in taken):
            continue
        word = token.lower_
        if (
            word in ("it", "its", "they", "their", "itself", "them", "we", "our", "us")
            and token.dep_ != "expl"
            and token.text != "IT"
        ):
            found.append(Mention(start, end, token.text, (), frozenset(), "pronoun", number, token))
            continue
        phrase = _noun_phrase(token, taken, sentence)
        if phrase is None:
            continue
        left, right = sentence.at(phrase)
        country = next((c.code for c in places if left <= c.start < right and c.form != "name"), None)
        people = next((c for c in places if c.start == start and c.form == "people"), None)
        made = _role(token, phrase, number, left, right, country, people, sentence, places)
        if made:
            found.append(made)
    return found


def _noun_phrase(token: Token, taken: list[tuple[int, int]], sentence: Sentence) -> Span | None:
    """The determiner, adjectives and compounds up to this noun; None where it is no free noun phrase."""
    if token.pos_ not in ("NOUN", "PROPN", "NUM", "ADJ", "PRON", "DET"):
        return None
    first = token.i
    for child in token.lefts:
        if child.dep_ in ("det", "poss", "amod", "compound", "nummod", "predet", "nmod", "quantmod", "npadvmod"):
            first = min(first, child.left_edge.i)
    phrase = token.doc[first : token.i + 1]
    left, _ = sentence.at(phrase)
    _, right = sentence.at(token)
    if any(s < right and left < e and e > sentence.at(token)[0] for s, e in taken):
        return None
    return phrase


def _role(token, phrase, number, left, right, country, people, sentence, places) -> Mention | None:
    noun = token.lemma_.lower()
    first = phrase[0].lower_
    definite = first in ("the", "its", "their", "this", "that", "his", "same", "our", "both") or any(
        t.dep_ == "poss" for t in phrase
    )
    if people and first == "the":
        return Mention(left, right, phrase.text, (), frozenset(), "role", number, token, people.code)
    if noun in ("former", "latter") and first == "the" and token.dep_ not in ("amod", "compound"):
        return Mention(left, right, phrase.text, (), frozenset(), "role", number, token)
    if (noun in PAIR_NOUNS and first == "the" and token.dep_ != "nummod") or (
        first == "both" and noun in VENDOR_NOUNS | OPERATOR_NOUNS | COMPANY_NOUNS | {"both"}
    ):
        return Mention(left, right, phrase.text, (), frozenset(), "role", number, token)
    if noun not in VENDOR_NOUNS | OPERATOR_NOUNS | COMPANY_NOUNS:
        return None
    plural = token.tag_ in ("NNS", "NNPS")
    if not plural and definite and token.dep_ not in ("compound", "amod", "nmod"):
        return Mention(left, right, phrase.text, (), frozenset(), "role", number, token, country)
    return _group(token, phrase, number, left, sentence, places)


def _group(token, phrase, number, left, sentence, places) -> Mention | None:
    """An unnamed operator or several of them: "Singapore's three biggest telecommunications companies"."""
    last = token
    for child in token.rights:
        if child.dep_ == "prep" and child.lower_ in ("of", "in", "across", "from") and child.subtree is not None:
            edge = child.right_edge
            if edge.i - token.i <= 5 and not any(t.pos_ == "VERB" for t in child.subtree):
                last = edge
    whole = token.doc[phrase.start : last.i + 1]
    start, end = sentence.at(whole)
    if not _GROUP_WORDS.search(whole.text):
        return None
    country = next((c.code for c in places if start <= c.start < end), None)
    counted = any(t.like_num or t.dep_ == "nummod" for t in phrase) or token.tag_ not in ("NNS", "NNPS")
    if country is None or not counted:
        return None
    return Mention(start, end, whole.text, (), frozenset({"operator"}), "group", number, token, country)
