"""The registry: every row usable, every name of the gold known, and names found where they are names."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pycountry
import pytest

from etl.article import read_document
from etl.evaluate import fold_name
from etl.names import NO_PLACE, BadReference, Registry
from etl.paths import BUNDLED, GOLD, REFERENCE, ROOT

NOT_COMPANIES = {"L'Usine", "ministry of communications", "Brazilian government", "digital ministry"}
# Brands that are words, initials of something else, or first names too.
COMMON = set(
    """a1 alfa arctic bell bite charter chili chorus cnt cox dialog dish dna du epic etl flex flow free glo globe go gta
    ht hutch ice jazz liberty liquid logic m1 magenta mattel mci meteor mobile motiv mtc nos nova nt o2 oi one ondo orange
    partner personal plus play rain rapid robi roshan salt sbb shaw simba smart solid som spark sprint starry sunrise sure
    swan symphony syn tango telecom test tet three tim tm touch tre true vi vivo we wind woodside""".split()  # noqa: SIM905
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


def rows(table: str) -> list[dict[str, str]]:
    with (REFERENCE / table).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def passages() -> list[dict]:
    """The invented passages, with the companies that we say they name."""
    files = sorted((ROOT / "data" / "training").glob("s*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def names_in(text: str, registry: Registry) -> list[tuple[str, str | None]]:
    return [(hit.entity.name, hit.country) for hit in registry.find(text)]


def test_there_are_operators_of_the_whole_world() -> None:
    operators = rows("operators.csv")
    assert len(operators) >= 500
    assert len({row["country"] for row in operators}) > 150


def test_keys_are_unique_over_both_tables() -> None:
    keys = Counter(row["key"] for table in ("companies.csv", "operators.csv") for row in rows(table))
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_country_is_one_of_iso_3166() -> None:
    told = {code for row in rows("operators.csv") for code in (row["country"], *row["countries"].split()) if code}
    told |= {row["country"] for row in rows("companies.csv") if row["country"]} | {
        row["code"] for row in rows("places.csv") if row["form"] != NO_PLACE
    }
    unknown = {code for code in told if pycountry.countries.get(alpha_2=code) is None}
    assert unknown <= {"EU", "XK", "AC"}  # the European Union, Kosovo and Ascension have codes by use


def spellings(row: dict[str, str]) -> list[str]:
    """Every way in which a row's company may be written."""
    cells = [row["name"], row["aliases"], row.get("legal_names", ""), row["former"]]
    return [name for cell in cells for name in cell.split(";") if name]


def test_common_words_need_context() -> None:
    for table in ("companies.csv", "operators.csv"):
        for row in rows(table):
            # A network in one country bears its group's name and adds only names of its own.
            spelled = {name for name in spellings(row) if not row.get("group") or name != row["name"]}
            bare = {name for name in spelled if name.casefold() in COMMON} - set(row["needs_context"].split(";"))
            bare.discard("DISH")  # the company's own way to write it
            assert not bare, row["key"]
            assert all(len(name) > 1 for name in spelled), row["key"]


def test_no_sure_name_is_a_word_that_english_prose_has_in_small_letters(registry: Registry) -> None:
    prose = [read_document(path.name, path.read_bytes()).text for path in sorted(BUNDLED.glob("t*"))]
    prose += [passage["text"] for passage in passages()]
    words = set(re.findall(r"(?<![\w.@/&-])[a-z]{2,}(?![\w@/&-])", "\n".join(prose)))
    assert len(words) > 4_000
    written = " . ".join(word.capitalize() for word in sorted(words)) + " . " + " . ".join(sorted(words))
    small = {"stc", "iconectiv"}  # names that their companies write so, and no words
    assert {hit.text for hit in registry.find(written) if not hit.needs_context} <= small


def test_what_needs_context_is_one_of_the_rows_names() -> None:
    for table in ("companies.csv", "operators.csv"):
        for row in rows(table):
            assert {name for name in row["needs_context"].split(";") if name} <= set(spellings(row)), row["key"]


def test_no_name_belongs_to_two_companies() -> None:
    owners = defaultdict(set)
    for table in ("companies.csv", "operators.csv"):
        for row in rows(table):
            for name in spellings(row):
                if name not in row["needs_context"].split(";"):
                    owners[name.replace("’", "'")].add(row["name"])
    assert {name: claimed for name, claimed in owners.items() if len(claimed) > 1} == {}


def test_every_operator_has_a_place_and_every_arm_its_group() -> None:
    operators = {row["key"]: row for row in rows("operators.csv")}
    assert [key for key, row in operators.items() if not row["country"] and not row["countries"]] == []
    arms = {key: row["group"] for key, row in operators.items() if row["group"]}
    assert {key: group for key, group in arms.items() if group not in operators} == {}
    assert all(row.get(None) is None for row in operators.values())


def test_a_company_is_found_by_every_name_in_the_tables(registry: Registry) -> None:
    for table in ("companies.csv", "operators.csv"):
        for row in rows(table):
            for name in spellings(row):
                assert registry.resolve(name) is not None, name
                assert [hit.text for hit in registry.find(f"Then {name} said")] == [name]


def test_every_company_of_an_answer_is_known_by_its_name(registry: Registry) -> None:
    unknown = set()
    answered = [json.loads(path.read_text(encoding="utf-8")) for path in GOLD.glob("*.json")]
    answered += passages()
    assert len(answered) > 300
    for article in answered:
        for fact in article["facts"]:
            names = [
                *fact.get("companies", []),
                *fact.get("parties", []),
                fact.get("operator"),
                fact.get("vendor"),
                fact.get("attributed_to"),
            ]
            for name in filter(None, names):
                entity = registry.entity(name) or registry.resolve(name)
                if entity is None or fold_name(entity.name) != fold_name(name):
                    unknown.add(name)
    assert unknown <= NOT_COMPANIES


def test_a_national_arm_is_its_group_in_that_country(registry: Registry) -> None:
    assert names_in("Vodafone UK and Telenor Norway", registry) == [("Vodafone", "GB"), ("Telenor", "NO")]
    assert names_in("T-Mobile Poland", registry) == [("T-Mobile", "PL")]
    assert names_in("T-Mobile said", registry) == [("T-Mobile US", None)]
    assert names_in("Airtel Gabon, A1 Belarus", registry) == [("Airtel Africa", "GA"), ("A1", "BY")]
    assert names_in("Vodafone in the UK", registry) == [("Vodafone", "GB")]


def test_an_adjective_is_an_arms_only_for_the_two_countries_that_arms_are_so_named_for(registry: Registry) -> None:
    assert names_in("Vodafone British", registry) == [("Vodafone", "GB")]
    assert names_in("Vodafone German shops", registry) == [("Vodafone", None)]


def test_the_longest_name_is_meant(registry: Registry) -> None:
    text = "Nokia Siemens Networks, Rakuten Symphony, China Mobile Hong Kong and NTT Data"
    assert [name for name, _ in names_in(text, registry)] == [
        "Nokia Siemens Networks",
        "Rakuten Symphony",
        "China Mobile Hong Kong",
        "NTT Data",
    ]


def test_names_are_found_in_headlines_in_capitals_and_with_other_apostrophes(registry: Registry) -> None:
    assert names_in("ERICSSON BEATS NOKIA", registry) == [("Ericsson", None), ("Nokia", None)]
    assert names_in("Dell’Oro Group’s tracker", registry) == [("Dell'Oro", None)]
    assert names_in("Telefónica Deutschland", registry) == [("Telefonica", "DE")]


def test_a_name_inside_a_word_or_a_compound_is_none(registry: Registry) -> None:
    assert names_in("a Nokiabased three-year Orange-like plan", registry) == []
    assert names_in("write to @Nokia or _Ericsson_ or Ericssons", registry) == []


def test_a_common_word_is_no_name_in_capitals_alone(registry: Registry) -> None:
    assert names_in("SMART PLAY: FREE ICE, SALT AND LIQUID FOR THREE", registry) == [("ICE", None)]
    assert [hit.needs_context for hit in registry.find("ICE and Three")] == [True, True]


def test_a_span_is_where_its_text_stands(registry: Registry) -> None:
    text = "\u202eTelefónica\x00 and Türk Telekom,\nNTT\u00a0Docomo 5G \U0001f4f6 Dell’Oro"
    hits = registry.find(text)
    assert [hit.entity.name for hit in hits] == ["Telefonica", "Turk Telekom", "NTT Docomo", "Dell'Oro"]
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)


def test_endless_hostile_text_gives_what_it_names_and_no_more(registry: Registry) -> None:
    assert len(registry.find("Three " * 50_000)) == 50_000
    assert registry.find("Nokia" * 50_000) == []
    assert len(registry.find("Vodafone in the " * 20_000)) == 20_000
    assert registry.find("VODAFON " * 20_000 + "\x00" * 100_000) == []
    assert registry.resolve("Nokia" + " Group" * 50_000) is None


def test_tables_that_are_not_whole_are_told_with_their_place(tmp_path: Path) -> None:
    for path in REFERENCE.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "places.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadReference, match=r"places\.csv cannot be read"):
        Registry.load(tmp_path)
    (tmp_path / "places.csv").unlink()
    with pytest.raises(BadReference, match=r"places\.csv cannot be read .*; get the repository whole"):
        Registry.load(tmp_path)


def test_another_table_is_another_version(tmp_path: Path) -> None:
    for path in REFERENCE.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = Registry.load(tmp_path)
    assert Registry.load(tmp_path).version == before.version
    with (tmp_path / "operators.csv").open("a", encoding="utf-8") as lines:
        lines.write("zendacom,Zendacom,Zendacom,,,,,FR,,\n")
    changed = Registry.load(tmp_path)
    assert changed.version != before.version
    assert changed.resolve("Zendacom Ltd").key == "zendacom"


def test_places_are_told_apart_by_form_and_not_found_inside_names(registry: Registry) -> None:
    text = "China Mobile met the Finns in Berlin, the FCC and Germany's minister."
    assert [(hit.code, hit.form) for hit in registry.find_countries(text)] == [
        ("FI", "people"),
        ("DE", "capital"),
        ("US", "body"),
        ("DE", "name"),
    ]


def test_money_newspapers_and_fairs_with_a_country_in_their_name_tell_no_country(registry: Registry) -> None:
    text = "It paid US$5bn, or 52bn Swedish crowns, the South China Morning Post said at MWC Barcelona."
    assert registry.find_countries(text) == []
    assert [hit.code for hit in registry.find_countries("The US paid Swedish Barcelona in southern China.")] == [
        "US",
        "SE",
        "ES",
        "CN",
    ]


def test_turkey_the_country_is_no_bird_and_us_no_pronoun(registry: Registry) -> None:
    assert registry.find_countries("tell us of turkey, china and a jersey") == []
    assert [hit.code for hit in registry.find_countries("the U.S., Turkey, the UAE and the Czechs")] == [
        "US",
        "TR",
        "AE",
        "CZ",
    ]


def test_a_legal_name_leads_to_the_company(registry: Registry) -> None:
    for legal, name in (
        ("NEC Corp.", "NEC"),
        ("Nippon Telegraph & Telephone", "NTT"),
        ("Huawei Technologies Co., Ltd.", "Huawei"),
    ):
        assert registry.resolve(legal).name == name


def test_a_name_nobody_knows_is_none(registry: Registry) -> None:
    assert registry.resolve("Zendacom Ltd") is None


def test_an_old_key_leads_to_a_company_of_today(registry: Registry) -> None:
    keys = {entity.key for entity in registry.entities}
    assert set(registry.redirects.values()) <= keys
    assert not set(registry.redirects) & keys
    assert all(registry.entity(old).key == new for old, new in registry.redirects.items())


def test_a_merged_companys_name_is_kept_with_its_old_key(tmp_path: Path) -> None:
    for table in REFERENCE.glob("*.csv"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    with (tmp_path / "redirects.csv").open("a", encoding="utf-8") as lines:
        lines.write("nsn,nokia,Nokia Siemens Networks\n")
    assert Registry.load(tmp_path).merged == {"Nokia Siemens Networks": "nsn"}
