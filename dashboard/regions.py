"""Which countries a region of the guide takes in, so that a region chosen for figures also narrows selections."""

from __future__ import annotations

EUROPE = (
    "AD AL AT BA BE BG BY CH CY CZ DE DK EE ES EU FI FO FR GB GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK "
    "MT NL NO PL PT RO RS RU SE SI SK SM UA VA XK"
)
ASIA_PACIFIC = (
    "AS AU BD BN BT CK CN FJ FM GU HK ID IN JP KH KI KP KR LA LK MH MM MN MO MV MY NC NP NR NU NZ PF PG PH PK PW "
    "SB SG TH TK TL TO TV TW VN VU WF WS"
)
NORTH_AMERICA = "BM CA GL US"
LATIN_AMERICA = (
    "AG AI AR AW BB BO BR BS BZ CL CO CR CU DM DO EC FK GD GF GP GT GY HN HT JM KN KY LC MQ MS MX NI PA PE PR PY "
    "SR SV TC TT UY VC VE VG VI"
)
MIDDLE_EAST_AFRICA = (
    "AE AF AM AO AZ BF BH BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GE GH GM GN GQ GW IL IQ IR JO KE KG KM "
    "KW KZ LB LR LS LY MA MG ML MR MU MW MZ NA NE NG OM PS QA RE RW SA SC SD SL SN SO SS ST SY SZ TD TG TJ TM TN "
    "TR TZ UG UZ YE YT ZA ZM ZW"
)
_COUNTRIES = {
    "europe": EUROPE,
    "asia_pacific": ASIA_PACIFIC,
    "north_america": NORTH_AMERICA,
    "latin_america": LATIN_AMERICA,
    "middle_east_africa": MIDDLE_EAST_AFRICA,
}


def countries_of(region: str) -> list[str]:
    """ISO codes of a region's countries; of a country itself, its own code."""
    if region == "global":
        return [code for codes in _COUNTRIES.values() for code in codes.split()]
    if region == "global_ex_china":
        return [code for code in countries_of("global") if code != "CN"]
    return _COUNTRIES.get(region, region).split()
