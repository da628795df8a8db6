"""The registry: every row usable, every name of the gold known, and names found where they are names."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pycountry
import pytest

from etl.evaluate import fold_name
from etl.names import Registry
from etl.paths import GOLD, REFERENCE

NOT_COMPANIES = {"L'Usine", "ministry of communications", "Brazilian government", "digital ministry"}
COMMON = {
    "one",
    "test",
    "mobile",
    "telecom",
    "free",
    "three",
    "orange",
    "smart",
    "globe",
    "bell",
    "play",
    "plus",
    "salt",
    "sure",
    "go",
    "epic",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


def rows(table: str) -> list[dict[str, str]]:
    with (REFERENCE / table).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


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
        row["code"] for row in rows("places.csv")
    }
    unknown = {code for code in told if pycountry.countries.get(alpha_2=code) is None}
    assert unknown <= {"EU", "XK", "AC"}  # the European Union, Kosovo and Ascension have codes by use


def test_common_words_need_context() -> None:
    for table in ("companies.csv", "operators.csv"):
        for row in rows(table):
            spelled = {row.get("brand") or row["name"], *row["aliases"].split(";")} - {""}
            bare = {name for name in spelled if name.casefold() in COMMON} - set(row["needs_context"].split(";"))
            assert not bare, row["key"]
            assert all(len(name) > 1 for name in spelled), row["key"]


def test_every_company_of_the_gold_is_known_by_its_name(registry: Registry) -> None:
    unknown = set()
    for path in GOLD.glob("*.json"):
        for fact in json.loads(path.read_text(encoding="utf-8"))["facts"]:
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


def test_names_are_found_in_headlines_in_capitals_and_with_other_apostrophes(registry: Registry) -> None:
    assert names_in("ERICSSON BEATS NOKIA", registry) == [("Ericsson", None), ("Nokia", None)]
    assert names_in("Dell’Oro Group’s tracker", registry) == [("Dell'Oro", None)]
    assert names_in("Telefónica Deutschland", registry) == [("Telefonica", "DE")]


def test_a_name_inside_a_word_or_a_compound_is_none(registry: Registry) -> None:
    assert names_in("a Nokiabased three-year Orange-like plan", registry) == []


def test_places_are_told_apart_by_form_and_not_found_inside_names(registry: Registry) -> None:
    text = "China Mobile met the Finns in Berlin, the FCC and Germany's minister."
    assert [(hit.code, hit.form) for hit in registry.find_countries(text)] == [
        ("FI", "people"),
        ("DE", "capital"),
        ("US", "body"),
        ("DE", "name"),
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
