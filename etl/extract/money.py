"""Which currency a word or sign beside a number stands for, as an ISO 4217 code.

Names of currencies and countries come from babel (CLDR); what newspapers write beside them stands here.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies

from etl.extract.numerals import Tokens

# Signs and abbreviations before an amount; "$" after letters is looked up with them ("NT$").
PREFIXES = {
    "$": "USD", "us$": "USD", "u.s.$": "USD", "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD",
    "s$": "SGD", "sg$": "SGD", "hk$": "HKD", "nt$": "TWD", "nz$": "NZD", "r$": "BRL", "mx$": "MXN", "j$": "JMD",
    "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "cn¥": "CNY", "rmb¥": "CNY", "₹": "INR", "₩": "KRW", "₽": "RUB",
    "฿": "THB", "₱": "PHP", "₫": "VND", "₪": "ILS", "₦": "NGN", "₺": "TRY", "₴": "UAH", "₸": "KZT", "zł": "PLN",
    "rs": "INR", "re": "INR", "rmb": "CNY", "rm": "MYR", "bt": "THB", "rp": "IDR", "idr": "IDR", "tk": "BDT",
    "r": "ZAR", "n": "NGN", "p": "PHP", "php": "PHP", "ksh": "KES", "kshs": "KES", "ush": "UGX", "tsh": "TZS",
    "gh₵": "GHS", "chf": "CHF", "fr": "CHF", "nis": "ILS", "sr": "SAR", "dhs": "AED", "dh": "AED", "qr": "QAR",
    "egp": "EGP", "sek": "SEK", "nkr": "NOK", "dkr": "DKK", "skr": "SEK", "stg": "GBP",
}  # fmt: skip
# Plain names after an amount. The first code is meant when nothing in the text points to another of the family.
FAMILIES = {
    "dollar": "USD CAD AUD SGD HKD TWD NZD JMD",
    "pound": "GBP EGP LBP",
    "rupee": "INR PKR LKR NPR",
    "peso": "MXN PHP COP CLP ARS UYU DOP",
    "crown": "SEK NOK DKK CZK ISK",
    "krona": "SEK ISK",
    "krone": "NOK DKK",
    "franc": "CHF XOF XAF RWF CDF",
    "dinar": "KWD DZD TND RSD JOD BHD IQD",
    "dirham": "AED MAD",
    "riyal": "SAR QAR YER",
    "rial": "OMR IRR",
    "shilling": "KES TZS UGX",
    "won": "KRW", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "euro": "EUR", "rand": "ZAR", "real": "BRL",
    "ringgit": "MYR", "baht": "THB", "rupiah": "IDR", "dong": "VND", "zloty": "PLN", "hryvnia": "UAH", "ruble": "RUB",
    "lira": "TRY", "naira": "NGN", "shekel": "ILS", "forint": "HUF", "leu": "RON", "lev": "BGN", "taka": "BDT",
    "cedi": "GHS", "tenge": "KZT", "kwacha": "ZMW", "birr": "ETB", "sol": "PEN", "kyat": "MMK", "kip": "LAK",
    "riel": "KHR", "kwanza": "AOA", "metical": "MZN", "koruna": "CZK",
}  # fmt: skip
IRREGULAR = {
    "kronor": "krona", "kronur": "krona", "krónur": "krona", "króna": "krona", "kroner": "krone", "reais": "real",
    "reals": "real", "kr": "crown", "zlotys": "zloty", "zlotych": "zloty", "złoty": "zloty", "zł": "zloty",
    "roubles": "ruble", "rouble": "ruble", "lei": "leu", "leva": "lev", "soles": "sol", "liras": "lira",
    "lire": "lira", "hryvnia": "hryvnia", "koruny": "koruna", "korun": "koruna", "rs": "rupee", "quid": "pound",
    "sterling": "pound", "bucks": "dollar", "rands": "rand", "meticais": "metical", "reai": "real", "rmb": "yuan",
}  # fmt: skip
# Families whose plain name nearly always means one currency, wherever the story is set.
SETTLED = frozenset({"dollar", "pound"})
ADJECTIVES = {
    "us": "US", "american": "US", "canadian": "CA", "australian": "AU", "singapore": "SG",
    "taiwan": "TW", "taiwanese": "TW", "hong": "HK", "kong": "HK", "zealand": "NZ", "uae": "AE", "emirati": "AE",
    "danes": "DK", "norwegians": "NO", "czechs": "CZ", "oslo": "NO", "copenhagen": "DK", "reykjavik": "IS",
    "prague": "CZ", "riyadh": "SA", "doha": "QA",
    "nairobi": "KE", "manila": "PH", "islamabad": "PK", "colombo": "LK", "kathmandu": "NP",
}  # fmt: skip


@lru_cache(maxsize=1)
def iso_codes() -> frozenset[str]:
    """The ISO 4217 codes in use, without those that are also words or companies in capitals."""
    territories = (code for code in Locale("en").territories if len(code) == 2 and code.isalpha())
    in_use = {currency for territory in territories for currency in get_territory_currencies(territory)}
    return frozenset(in_use) - {"ALL", "TOP", "TRY", "CUP", "GEL", "SOS", "MOP", "BAM", "AMD", "PEN", "COP", "ARS"}


@lru_cache(maxsize=1)
def _homes() -> dict[str, str]:
    """The currency that a country's name or its adjective points to: {"denmark": "DKK", "danish": "DKK"}."""
    homes = {}
    for territory, country in Locale("en").territories.items():
        currencies = get_territory_currencies(territory) if len(territory) == 2 and territory.isalpha() else []
        if currencies and " " not in country:
            homes[country.casefold()] = currencies[0]
    for code in {code for codes in FAMILIES.values() for code in codes.split()}:
        name = get_currency_name(code, locale="en").split()
        if len(name) > 1:
            homes[name[0].casefold()] = code
    for word, territory in ADJECTIVES.items():
        homes[word] = get_territory_currencies(territory)[0]
    return homes


def currency_before(tokens: Tokens, n: int, scaled: bool) -> tuple[str, int] | None:
    """The currency written before token n and the token it starts at ("US$", "Rs.", "SEK"), or None.

    scaled: a scale word follows the number; a single letter means money only then ("R5bn", but not "P30").
    """
    at = n - 1
    if tokens.low(at) == "." and tokens.low(at - 1) in ("rs", "re", "rp", "tk", "fr"):
        at -= 1
    sign = tokens.low(at)
    if sign in ("$", "¥") and tokens.touch(at) and tokens[at - 1].kind == "word":
        code = PREFIXES.get(tokens.low(at - 1) + sign)
        if code:
            return code, at - 1
    if tokens[at].raw in iso_codes():
        return tokens[at].raw, at
    if sign not in PREFIXES:
        return None
    if tokens[at].kind == "word":
        short = len(sign) < 3 and sign not in ("rs", "rm")
        if not tokens[at].raw[0].isupper() or (short and not tokens.touch(n)) or (len(sign) == 1 and not scaled):
            return None
    return PREFIXES[sign], at


def currency_after(tokens: Tokens, n: int, plain: bool) -> tuple[str, int] | None:
    """The currency written from token n and the token after it ("Danish crowns", "yen", "DKK"), or None.

    plain: the number has no scale word; then a verb or name that looks like a currency ("12 won", "40 real") is none.
    """
    at = tokens.skip_hyphen(n)
    if tokens[at].raw in iso_codes():
        return tokens[at].raw, at + 1
    if tokens.low(at) in ("€", "£", "¥", "₹", "zł", "$"):
        return PREFIXES.get(tokens.low(at), "PLN"), at + 1
    adjective = None
    for k in range(at, at + 5):
        word = tokens.low(k)
        family = _family(word)
        if family and not (plain and word in ("won", "real", "sol", "rand", "kip", "kr", "pound", "birr", "dong")):
            return _code(tokens, k, family, adjective), k + 1
        home = _homes().get(word)
        if home:
            adjective = home
        elif word not in ("u", "s", ".", "new", "saudi", "south", "sri"):
            return None
        elif word == "u":
            adjective = "USD"
    return None


def _family(word: str) -> str | None:
    word = IRREGULAR.get(word, word)
    if word in FAMILIES:
        return word
    return word[:-1] if word.endswith("s") and word[:-1] in FAMILIES else None


def _code(tokens: Tokens, n: int, family: str, adjective: str | None) -> str:
    codes = FAMILIES[family].split()
    if tokens.low(n) in ("kronur", "krónur", "króna"):
        return "ISK"
    if adjective in codes:
        return adjective
    if len(codes) == 1 or family in SETTLED:
        return codes[0]
    return next((home for home in _nearby_homes(tokens, n) if home in codes), codes[0])


def _nearby_homes(tokens: Tokens, n: int, reach: int = 200):
    """Currencies of the countries named around token n, nearest first."""
    for distance in range(1, reach):
        for at in (n - distance, n + distance):
            home = _homes().get(tokens.low(at).removesuffix("'s"))
            if home:
                yield home
