"""How English names times: the expressions that `periods` resolves, as patterns.

Every repetition is bounded, so that matching is linear in the text's length.
"""

from __future__ import annotations

import re

from etl.extract.numerals import words

# In the patterns below "~" stands for the space between two words of a sentence.
SPACE = r"(?:[ \t\u00a0]{1,3}|[ \t]?\n[ \t]{0,3})"
YEAR = r"(?:19[89]\d|20[0-6]\d)"
MONTH_NAMES = words("January February March April May June July August September October November December")
MONTH_NUMBERS = {name[:3].casefold(): n for n, name in enumerate(MONTH_NAMES, start=1)}
MONTH = r"(?-i:" + "|".join(MONTH_NAMES) + r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
WEEKDAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
NUMBER = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty)"
YEAR_SPEC = (
    rf"(?:(?:fiscal~)?{YEAR}|(?:last|this|next|that)~year|the~(?:same|previous|prior|preceding|current)~year"
    rf"|the~year~before|the~year\b|(?:a|one)~year~(?:ago|earlier|before))"
)
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
ORDINAL = r"(?:first|1st|second|2nd|third|3rd|fourth|4th|final|last|closing|opening|latter)"
SEASON_MONTHS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("~", SPACE), re.IGNORECASE)


# What stands before an expression of time and bends its meaning: "by the end of", "since mid-".
LEAD = _compiled(
    r"(?:\b(?P<pre>by|come|until|till|before|from|since|starting|in|on|at|as~of|as~at|for|during|through|to|of|around|"
    r"about|within|after|between|no~later~than|not~later~than|ahead~of|ended|finish(?:ed)?|when)~)?"
    r"(?:(?:the|its|their)~)?"
    r"(?:(?P<bound>very~end|end|close|start|beginning|middle|midpoint|turn|outset|second~half|latter~part)~of~"
    r"|(?P<mid>mid|late|early|end)(?:-|–|~(?:in~)?))?(?:(?:the|calendar|fiscal)~)?$"
)
DEADLINE = _compiled(r"by|come|until|till|before|no~later|not~later|within|ahead|when")
FUTURE = re.compile(
    r"\b(?:will|'ll|would|shall|aims?|plans?|hopes?|wants?|expects?|expected|due|scheduled|slated|target(?:s|ed|ing)?|"
    r"intends?|should|(?:is|are|was|were)[ \n]to)\b[^.,;:!?\n]{0,60}$",
    re.IGNORECASE,
)
# "In five years" looks back after these: "the first time in five years".
PAST_BEFORE_IN = re.compile(r"\b(?:time|first|best|worst|lowest|highest|fall|rise|gain|loss)\s*$", re.IGNORECASE)
# "A year earlier" leans on a time named in its own sentence or the one before.
SENTENCE_END = re.compile(r"[.!?][\"”’')]?\s|\n\n")
REACH = 400


def _of_year(name: str) -> str:
    """An optional "of 2019" or "last year" after a part of a year, in a group of this name."""
    return rf"(?:,?~(?:(?:of|in)~)?(?P<{name}>{YEAR_SPEC}))?"


# The first that matches wins, so longer forms stand first. Inner groups are named after their alternative.
ALTERNATIVES = {
    "iso": r"\d{4}-\d{2}-\d{2}(?!\d)",
    "dmy": rf"(?P<dmy_d>\d{{1,2}})(?:st|nd|rd|th)?~(?:of~)?(?P<dmy_m>{MONTH})(?:,?~(?P<dmy_y>{YEAR}))?",
    # "the nine months to December", "the year ended March 31, 2024"
    "toend": r"(?P<toend_n>quarter|half-year|half|(?:financial~|fiscal~)?year|(?:three|six|nine|twelve|\d{1,2})~months)"
    r"~(?:to|through|ended|ending|until|up~to)~(?:in~)?(?:the~end~of~|end-|late~)?(?:\d{1,2}~)?"
    rf"(?P<toend_m>{MONTH})(?:~\d{{1,2}}\b)?(?:,?~(?:of~)?(?P<toend_y>{YEAR_SPEC}))?",
    # "January-March", "between October and December"
    "span": rf"(?P<span_a>{MONTH})(?:~?[-‐‑–—/]~?|~(?:to|and|through|until)~)(?P<span_b>{MONTH})"
    r"(?:~(?:quarter|period|half))?" + _of_year("span_y"),
    "mdy": rf"(?P<mdy_m>{MONTH})~(?P<mdy_d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]|[.,]\d|~?(?:per|%|million|billion))"
    rf"(?:,?~(?P<mdy_y>{YEAR}))?",
    "month": rf"(?:(?P<month_r>last|this|next)~)?(?P<month_m>{MONTH})"
    rf"(?:,?(?:~of)?~(?P<month_y>{YEAR}|(?:last|this|next|that)~year|the~(?:same|previous|following)~year))?",
    # "2019 Q4", "Q4 2019", "4Q19", "H1 2020", "1H20"
    "code": rf"(?-i:(?P<code_y1>{YEAR})[ -]?(?P<code_k1>[QH])(?P<code_n1>[1-4])"
    r"|(?P<code_k2>[QH])(?P<code_n2>[1-4])"
    rf"(?:[ ,-]{{0,2}}(?:of~)?(?:FY|fiscal~)?['’]?(?P<code_y2>{YEAR}|\d\d(?![\d%]|[.,]\d)))?"
    rf"|(?P<code_n3>[1-4])(?P<code_k3>[QH])[ -]?(?:FY)?['’]?(?P<code_y3>{YEAR}|\d\d)?)",
    # "the fourth quarter of 2019", "the first nine months"
    "part": rf"(?P<part_o>{ORDINAL})(?:~|-)(?P<part_k>quarter|half|three~months|six~months|nine~months)"
    r"(?:~(?:results|sales|revenue|figures|numbers))?" + _of_year("part_y"),
    "same": r"the~(?:same|corresponding|year-ago|year-earlier|comparable)"
    r"~(?:three~months|six~months|nine~months|quarter|half|period|month|time|stage)" + _of_year("same_y"),
    "fiscal": rf"(?:(?:fiscal|financial)(?:~year)?~|FY~?)['’]?(?P<fiscal_y>{YEAR}|\d\d)"
    r"(?:[-–/](?P<fiscal_e>\d{2,4}))?(?!\d)",
    "years": rf"(?P<years_a>{YEAR})(?:[-‐‑–—/])(?P<years_b>{YEAR}|\d\d)(?![\d-])",
    "year": rf"(?P<year_y>{YEAR})(?:['’]s)?(?![\d%]|[.,]\d|s\b|~?(?:[MG]Hz|%|per~cent|million|billion|base|sites|"
    r"stations|radios|masts|networks|contracts|units|operators|people|staff|jobs|employees|euros|dollars|yen))",
    "decade": r"(?:decade|(?P<decade_y>(?:19|20)\d0)s)"
    r"(?P<decade_e>['’]s~(?:end|close)|~(?:closes|ends|is~out|is~over|draws~to~a~close|turns))?",
    # "within five years", "in two to three years' time", "over the next 18 months"
    "ahead": r"(?:within|(?:in|over|during|within)~the~(?:next|coming)|in)~(?:about~|around~|roughly~|some~)?"
    rf"(?:{NUMBER}(?:~(?:to|or)~|-))?(?P<ahead_n>{NUMBER})~(?P<ahead_u>years?|months?)(?P<ahead_t>['’]~time)?",
    # "five years ago", "a year earlier", "two years from now"
    "shift": rf"(?P<shift_n>{NUMBER}|(?:a~)?couple~of)(?:~full)?~"
    r"(?P<shift_u>years?|months?|quarters?|decades?|weeks?|days?)~(?P<shift_w>ago|earlier|before|previously|prior|back"
    r"|sooner|later|on\b(?!~(?:the|a)\b)|after(?=[,.;)])|afterwards|hence|from~now|from~then)",
    "relative": r"(?:(?P<relative_r>last|this|next|that|previous|prior"
    r"|the~(?:previous|prior|preceding|past|current|coming|following|same|latest|most~recent))"
    r"~(?P<relative_u>year|quarter|half|month|week|spring|summer|autumn|fall|winter|decade)"
    r"|the~(?P<relative_v>year)~(?P<relative_w>before|earlier|after|ahead))(?:['’]s)?",
    "weekday": rf"(?:(?P<weekday_r>last|next|this)~)?(?P<weekday_d>(?-i:{'|'.join(WEEKDAYS)}))",
    "yearend": r"year[ -]end\b|yearend|year['’]s~(?:end|close)|Christmas|mid-?year|the~turn~of~th(?:e|is)~year"
    r"|(?:end|close)~of~the~year",
    "trailing": r"(?:the~)?(?P<trailing_h>half-year(?:ly)?)|(?:trailing|last)~(?:four~quarters|(?:twelve|12)~months)",
    "now": r"now|currently|today|at~present|presently|at~the~moment|for~the~moment|to~date|so~far|nowadays"
    r"|these~days|this~(?:morning|afternoon|evening)|at~last~count|as~things~stand|right~now",
    "day": r"yesterday|tomorrow|tonight",
    "then": r"by~then|since~then|then(?=[,.;)]|~and\b)|(?:at|by)~that~(?:date|point|time)"
    r"|(?:in|during|over)~the~(?:period|quarter|half)(?!~(?:to|through|ended|ending)\b)|ended~the~(?:period|quarter|half|year)",
}
MENTION = _compiled(
    r"(?<![\w$€£¥/])(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in ALTERNATIVES.items()) + r")(?!\w)"
)
