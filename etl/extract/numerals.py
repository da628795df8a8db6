"""Text to tokens, and tokens to numbers: "64.5 billion", "forty-seven", "two thirds", "seven in ten".

What a number counts (percent, money, things) is the business of `quantities`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from text_to_num import text2num


def words(text: str) -> tuple[str, ...]:
    """A word list written as one string, in its order."""
    return tuple(text.split())


# Each alternative is bounded or cannot fail once begun, so that a text is split in linear time.
LEXER = re.compile(
    r"(?P<skip>https?://\S+|www\.\S+|(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?:-\d{2})?(?!\d)|\d{1,4}[/:]\d{1,2}(?:[/:]\d{2,4})?(?![\d%])"
    r"|\+\d[\d ()-]{8,18}\d|\d{1,4}-\d{2,4}-\d{3,4}(?:-\d{2,4})?(?!\d))"
    r"|(?P<num>\d{1,3}(?:,\d{2,3}){0,5},\d{3}(?!\d)(?:\.\d+)?|\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+(?!\d)|\d+\.\d+(?!\.?\d)"
    r"|\d+,\d{1,2}(?![\d,])|\d+)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<sym>[^\w\s]|_)"
)
SPLIT = re.compile(r"(\d{1,2})/(\d{1,2})")
SCALES = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    "lakh": 1e5,
    "lakhs": 1e5,
    **dict.fromkeys(("m", "mn", "mln", "mio", "mil", "million", "millions"), 1e6),
    **dict.fromkeys(("crore", "crores", "cr"), 1e7),
    **dict.fromkeys(("b", "bn", "bln", "billion", "billions"), 1e9),
    **dict.fromkeys(("t", "tn", "trn", "trillion"), 1e12),
}
# Letters that are a scale only when they touch the digits ("$5m"), never as words of their own.
ADJACENT_SCALES = frozenset({"k", "m", "b", "t", "cr", "mil"})
DIGIT_WORDS = {
    word: n
    for n, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
}
TENS = {word: 10 * n for n, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)}
BIG = frozenset({"hundred", "thousand", "million", "billion", "trillion", "lakh", "crore"})
GROUPS = {"dozen": 12}
DENOMINATORS = {
    **dict.fromkeys(("half", "halves"), 2),
    **dict.fromkeys(("quarter", "quarters"), 4),
    **{w: n for n, w in enumerate(words("third fourth fifth sixth seventh eighth ninth tenth"), start=3)},
    **{w: n for n, w in enumerate(words("thirds fourths fifths sixths sevenths eighths ninths tenths"), start=3)},
    "twentieth": 20,
    "hundredth": 100,
}
HYPHENS = frozenset("-‐‑–—−")
# A fraction is an ordinal ("a third supplier") when a word other than these follows.
AFTER_FRACTION = frozenset(
    words(
        "of the its their his her our all that this these those and or but to from in on at by with for as than is "
        "are was were will would has had have share slice stake when while though although after before against "
        "which who it they each apiece between more less if so not goes went came comes stood stands belongs falls "
        "fell rose market market-share cheaper lower higher smaller larger bigger up down within over out about "
        "among per until since every today now last no here there then worldwide globally outside inside"
    )
)
VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75}
ARTICLES = ("a", "an")
FRACTION_ADJECTIVES = frozenset(words("good full bare mere whole even solid hefty healthy rough"))
FRACTION_DETERMINERS = frozenset(words("remaining further other another final last"))
EVERY = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}
HALF_AS_PART_AFTER = frozenset(words("first second latter same and better this last next each earlier"))
QUARTER_AS_TIME_BEFORE = frozenset(words("in once per for each every within after million billion times bn m a"))
QUARTER_AS_TIME_AFTER = frozenset(
    words("to that when ago earlier later after before in which since until on ended ending past")
)
TIME_WORDS = frozenset(
    words(
        "hour hours day days week weeks month months year years decade decades century centuries minute minutes "
        "time hearted way"
    )
)
PLACES = frozenset(
    words(
        "countries markets cities regions states provinces continents towns circles months years days weeks "
        "languages nations places areas districts counties"
    )
)
SPLIT_NOUNS = frozenset(words("split basis venture joint ownership partnership between"))
RATIO_BASES = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 100})


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark: `text[start:end]`; `low` is its lower case; kind is num, word, sym or skip."""

    low: str
    start: int
    end: int
    kind: str
    raw: str


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number over tokens[first:last]: its value, and how it is written.

    form: "digits", "words", "share" (a fraction or ratio, value in percent) or "ordinal". scaled: it carries a scale
    word ("billion"), or is a "dozen" or "hundred". mantissa: the value before that scale.
    """

    value: float
    first: int
    last: int
    form: str
    scaled: bool = False
    mantissa: float = 0.0


def tokens_of(text: str) -> list[Token]:
    """Split text in linear time; offsets are code points into text."""
    found = []
    for match in LEXER.finditer(text):
        parts = [match.span()]
        kinds = [match.lastgroup or "sym"]
        split = SPLIT.fullmatch(match.group()) if kinds == ["skip"] else None
        if split and int(split[1]) + int(split[2]) == 100:  # "60/40", not a date
            middle = match.start() + len(split[1])
            parts = [(match.start(), middle), (middle, middle + 1), (middle + 1, match.end())]
            kinds = ["num", "sym", "num"]
        for (start, end), kind in zip(parts, kinds, strict=True):
            raw = text[start:end]
            found.append(Token(raw.casefold().replace("’", "'"), start, end, kind, raw))
    return found


class Tokens:
    """The tokens of a text, with look-ups that never run off either end."""

    NONE = Token("", -1, -1, "none", "")

    def __init__(self, text: str):
        self.text = text
        self.all = _without_numbering(text, tokens_of(text))

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, n: int) -> Token:
        return self.all[n] if 0 <= n < len(self.all) else self.NONE

    def low(self, n: int) -> str:
        return self[n].low

    def touch(self, n: int) -> bool:
        """Whether token n starts where token n - 1 ends."""
        return n > 0 and self[n].start == self[n - 1].end

    def hyphen(self, n: int) -> bool:
        """Whether token n is a hyphen that touches both neighbours."""
        return self.low(n) in HYPHENS and self.touch(n) and self.touch(n + 1)

    def skip_hyphen(self, n: int) -> int:
        return n + 1 if self.hyphen(n) else n


def _without_numbering(text: str, tokens: list[Token]) -> list[Token]:
    """Mark the numbers of a numbered list ("1.", "2)") as no numbers; "16. Nokia" without a 15 before it stays one."""
    expected = 1
    for n, token in enumerate(tokens[:-1]):
        starts_line = n == 0 or "\n" in text[tokens[n - 1].end : token.start]
        numbered = starts_line and len(token.raw) < 4 and token.raw.isdecimal() and tokens[n + 1].low in (".", ")")
        if numbered and int(token.raw) in (1, expected):
            tokens[n] = replace(token, kind="skip")
            expected = int(token.raw) + 1
    return tokens


def read_numeral(tokens: Tokens, n: int) -> Numeral | None:
    """The number that starts at token n, or None. Its unit, if any, starts at token `last`."""
    token = tokens[n]
    if token.kind == "num":
        return None if len(token.raw) > 24 else _split(tokens, n) or _ratio(tokens, _digits(tokens, n))
    if token.kind != "word":
        return None
    return _split(tokens, n) or _fraction(tokens, n) or _ratio(tokens, _words(tokens, n))


def _split(tokens: Tokens, n: int) -> Numeral | None:
    """A share told with its rest: either side of "60/40" and of a "60-40 split"; "50-50" and "fifty-fifty" once."""
    for left in (n, n - 2):
        right, mark = left + 2, tokens.low(left + 1)
        if mark != "/" and mark not in HYPHENS:
            continue
        sides = [_side(tokens.low(left)), _side(tokens.low(right))]
        if not (tokens.touch(left + 1) and tokens.touch(right) and all(sides) and sum(sides) == 100):
            continue
        if mark == "/" or sides[0] == 50 or tokens.low(right + 1) in SPLIT_NOUNS:
            return Numeral(float(sides[n == right]), n, right + 1 if sides[0] == 50 else n + 1, "share")
    return None


def _side(word: str) -> int:
    return 50 if word == "fifty" else int(word) if word.isdecimal() and len(word) < 3 else 0


def _digits(tokens: Tokens, n: int) -> Numeral:
    raw = tokens[n].raw
    for mark in "\u00a0\u202f\u2009":
        raw = raw.replace(mark, "")
    decimal_comma = re.fullmatch(r"\d+,\d{1,2}", raw) is not None
    value = float(raw.replace(",", "." if decimal_comma else ""))
    last = n + 1
    if tokens.low(last) in VULGAR and tokens.touch(last):
        value, last = value + VULGAR[tokens.low(last)], last + 1
    return _scaled(tokens, Numeral(value, n, last, "digits", False, value))


def _scaled(tokens: Tokens, numeral: Numeral) -> Numeral:
    """Multiply by the scale words that follow ("4.5 lakh crore", "2 dozen", "$24,500-crore", "5 hundred")."""
    value, last = numeral.value, numeral.last
    for _ in range(2):
        at = tokens.skip_hyphen(last)
        low = tokens.low(at)
        factor = SCALES.get(low) or GROUPS.get(low) or (100 if low == "hundred" else None)
        if not factor or (low in ADJACENT_SCALES and not tokens.touch(at)):
            break
        if low in ADJACENT_SCALES and tokens[at + 1].kind == "num" and tokens.touch(at + 1):
            break  # 64T64R
        value, last = value * factor, at + 1
    if last == numeral.last:
        return numeral
    return Numeral(round(value, 6), numeral.first, last, numeral.form, True, numeral.mantissa)


def _words(tokens: Tokens, n: int) -> Numeral | None:
    """Number words from token n: "forty-seven", "one hundred and four", "a dozen", "half a million", "a billion"."""
    low = tokens.low(n)
    if low in ("a", "an"):
        at = n + 1
        if tokens.low(at) in ("good", "round", "further", "full", "mere", "cool"):
            at += 1
        if tokens.low(at) in BIG | GROUPS.keys():
            return _scaled(tokens, Numeral(1, n, at, "words", False, 1))
        return None
    if low == "half" and tokens.low(n + 1) in ("a", "an"):
        if tokens.low(n + 2) in SCALES or tokens.low(n + 2) in GROUPS:
            return _scaled(tokens, Numeral(0.5, n, n + 2, "words", False, 0.5))
        return Numeral(0.5, n, n + 2, "words") if tokens.low(n + 2) in ("point", "percentage") else None
    if low not in DIGIT_WORDS and low not in TENS:
        return None
    end = n + 1
    while end - n < 14:
        at = tokens.skip_hyphen(end)
        if tokens.low(at) in ("and", "&") and tokens.low(end - 1) in BIG:
            at += 1
        if not _continues(tokens.low(end - 1), tokens.low(at)):
            break
        end = at + 1
    words = " ".join(tokens.low(k) for k in range(n, end) if tokens[k].kind == "word")
    try:
        value = float(text2num(words.replace("lakh", "").replace("crore", "").strip(), "en"))
    except ValueError:
        end, value = n + 1, float(DIGIT_WORDS.get(low, TENS.get(low, 0)))
    if tokens.low(end) == "and" and tokens.low(end + 1) == "a" and tokens.low(end + 2) == "half":
        end, value = end + 3, value + 0.5
    return _scaled(tokens, Numeral(value, n, end, "words", False, value))


def _continues(before: str, word: str) -> bool:
    """Whether a number word goes on with this one: "twenty" with "three", "three" with "hundred", not with "four"."""
    if word in ("hundred", "thousand"):
        return before not in ("lakh", "crore")
    if before in TENS:
        return 0 < DIGIT_WORDS.get(word, 0) < 10
    return before in ("hundred", "thousand", "million") and (word in DIGIT_WORDS or word in TENS)


def _fraction(tokens: Tokens, n: int) -> Numeral | None:
    """A share in words, in percent: "a fifth", "two-thirds", "half of", "the remaining tenth", "every second site"."""
    low = tokens.low(n)
    if low == "every" and tokens.low(n + 1) in EVERY and tokens.low(n + 2) not in TIME_WORDS:
        return Numeral(_percent(1, EVERY[tokens.low(n + 1)]), n, n + 2, "share")
    at = tokens.skip_hyphen(n + 1)
    if low in ARTICLES and tokens.low(at) in FRACTION_ADJECTIVES:
        at += 1
    if low == "half" or (low in (*ARTICLES, "one", "other") and tokens.low(at) == "half"):
        return _half(tokens, n, n if low == "half" else at)
    word = tokens.low(at)
    top = 1 if low in ARTICLES or low in FRACTION_DETERMINERS else DIGIT_WORDS.get(low, 0)
    bottom = DENOMINATORS.get(word, 0)
    if not 0 < top < bottom or bottom == 2 or (top > 1) != word.endswith("s"):
        return None
    if tokens.hyphen(at + 1) or tokens.low(at + 1) in TIME_WORDS:
        return None
    if bottom == 4 and _is_period(tokens, n, at):
        return None
    if top == 1 and tokens[at + 1].kind in ("word", "num") and tokens.low(at + 1) not in AFTER_FRACTION:
        return None
    return Numeral(_percent(top, bottom), n, at + 1, "share")


def _half(tokens: Tokens, n: int, at: int) -> Numeral | None:
    """ "Half", but not of a year ("the second half") nor of another number ("half a dozen", "one and a half")."""
    of_things = tokens.low(at + 1) == "of" and tokens.low(at + 2) in ("it", "its", "them", "their")
    if of_things and tokens.low(at + 3) in ("fiscal", "financial", "year"):
        return None
    if tokens.low(n - 1) in HALF_AS_PART_AFTER and not of_things:
        return None
    if tokens.hyphen(at + 1) or tokens.hyphen(n - 1):
        return None
    if tokens.low(at + 1) in TIME_WORDS or tokens.low(at + 1) in ("a", "an", "as", "past", "price"):
        return None
    return Numeral(50.0, n, at + 1, "share")


def _is_period(tokens: Tokens, n: int, at: int) -> bool:
    """Whether "a quarter" is three months: "$2bn a quarter", "in one quarter", "a quarter that ended in profit"."""
    if tokens.low(n) in ("another", "further", "final", "last"):
        return True
    if tokens.low(at).endswith("s"):
        return tokens.low(n - 1) in ("last", "past", "previous", "the", "next", "first", "for", "in", "of")
    after = tokens.low(at + 1)
    if after == "of":
        return tokens.low(at + 2) in ("an", "growth", "losses", "profit", "decline", "this", "last")
    if after == "in" and tokens.low(at + 2) not in ("which", "a", "row"):
        return False
    return tokens.low(n - 1) in QUARTER_AS_TIME_BEFORE or after in QUARTER_AS_TIME_AFTER


def _ratio(tokens: Tokens, top: Numeral | None) -> Numeral | None:
    """ "one in five", "seven in every ten", "three iPhones in ten", "59 dollars of every hundred", as percent."""
    if top is None or top.scaled or top.form == "share":
        return top
    at = top.last
    unit = tokens[at].kind == "word" and tokens.low(at) not in ("in", "out", "of")
    if unit:
        at += 1
    every = False
    if tokens.low(at) == "out" and tokens.low(at + 1) == "of":
        at += 2
    elif tokens.low(at) in ("in", "of", "from", "on"):
        at += 1
    else:
        return top
    if tokens.low(at) in ("every", "each"):
        every, at = True, at + 1
    cents = tokens.low(top.last) in ("cents", "cent", "pence", "sen", "kopecks") and every
    if cents and tokens.low(at) in ("dollar", "euro", "pound", "rouble"):
        return Numeral(top.value, top.first, at + 1, "share")
    bottom = _bottom(tokens, at)
    if bottom is None or not 0 < top.value < bottom.value:
        return top
    if tokens.low(at - 1) in ("of", "from", "on") and not every and tokens.low(at - 2) != "out":
        return top
    if not every and (bottom.value not in RATIO_BASES or tokens.low(bottom.last) in PLACES):
        return top
    if not every and (unit and tokens[bottom.last].kind == "word" and tokens.low(bottom.last) not in AFTER_FRACTION):
        return top
    if not every and tokens[at].kind != tokens[top.first].kind:
        return top
    return Numeral(_percent(top.value, bottom.value), top.first, bottom.last, "share")


def _bottom(tokens: Tokens, at: int) -> Numeral | None:
    if tokens.low(at) == "hundred":
        return Numeral(100, at, at + 1, "words")
    if tokens[at].kind == "num":
        return _digits(tokens, at)
    return _words(tokens, at)


def _percent(top: float, bottom: float) -> float:
    return round(100 * top / bottom, 1)
