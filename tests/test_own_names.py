"""One's own names stand beside the registry's; a bad row costs itself alone and says so."""

import csv

import pytest

from etl.names import Registry
from etl.own_names import Adder, OwnNamesError, add_own_name

ANN = Adder(who="ann@example.org", at="2026-03-01T09:30:00+00:00")


def test_a_new_name_of_a_known_company_is_found_and_changes_the_version(tmp_path):
    add_own_name(tmp_path, "Espoo's vendor", "vendor", "Nokia", new=False, by=ANN)
    known = Registry.load(own=tmp_path)
    assert [hit.entity.name for hit in known.find("They chose Espoo's vendor.")] == ["Nokia"]
    assert known.version != Registry.load().version and not known.faults


def test_a_company_of_ones_own_is_found_by_both_its_names(tmp_path):
    add_own_name(tmp_path, "Fjordtel AS", "operator", "Fjordtel", "NO", by=ANN)
    known = Registry.load(own=tmp_path)
    entity = known.entity("Fjordtel")
    assert (entity.country, entity.roles) == ("NO", {"operator"})
    assert known.resolve("Fjordtel AS") is entity and known.entity(entity.key) is entity


def test_no_table_of_ones_own_leaves_the_registry_as_it_is(tmp_path):
    assert Registry.load(own=tmp_path / "none").version == Registry.load().version


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,Newcomer,juggler,SE,,,,", "line 3: roles"),
        ("x,Newcomer,vendor,Sweden,,,,", "line 3: country"),
        ("nokia,Newcomer,vendor,SE,,,,", 'key "nokia" is another company'),
        ("x,Newcomer,vendor,SE,Ericsson,,,", '"Ericsson" is a name of Ericsson already'),
        (",Telefonaktiebolaget LM Ericsson,vendor,SE,,,,", "is a name of Ericsson already"),
    ],
)
def test_a_bad_row_is_one_line_and_the_rest_is_used(tmp_path, row, told):
    header = "key,name,roles,country,aliases,former,sells,needs_context"
    (tmp_path / "companies.csv").write_text(f"{header}\nfjordnet,Fjordnet,vendor,NO,,,,\n{row}\n")
    known = Registry.load(own=tmp_path)
    assert [told in fault for fault in known.faults] == [True]
    assert known.entity("Fjordnet") and known.entity("Ericsson").key == Registry.load().entity("Ericsson").key


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"colour,shape\nred,round\n", b"name,roles\n" + b"x" * 200_000])
def test_a_table_that_is_none_is_one_line(tmp_path, content):
    (tmp_path / "companies.csv").write_bytes(content)
    known = Registry.load(own=tmp_path)
    assert len(known.faults) == 1 and "names/companies.csv" in known.faults[0]


def test_nothing_is_added_to_a_table_of_another_form(tmp_path):
    (tmp_path / "companies.csv").write_text("colour,shape\n")
    with pytest.raises(OwnNamesError, match="columns"):
        add_own_name(tmp_path, "X-Net", "vendor", "Nokia", by=ANN)
    assert (tmp_path / "companies.csv").read_text() == "colour,shape\n"


@pytest.mark.parametrize(
    "before",
    [
        None,
        b"key,name,roles,country,aliases,former,sells,needs_context\nfjordnet,Fjordnet,vendor,NO,,,,\n",
        b"\xef\xbb\xbfname,roles,aliases\r\nFjordnet,vendor,",  # as a spreadsheet saves it
    ],
    ids=["none", "of before", "of a spreadsheet"],
)
def test_a_name_is_kept_with_who_added_it_and_when(tmp_path, before):
    table = tmp_path / "companies.csv"
    if before:
        table.write_bytes(before)
    add_own_name(tmp_path, "Espoo's vendor", "vendor", "Nokia", new=False, by=ANN)
    add_own_name(tmp_path, "X-Net", "vendor", "X-Net", by=Adder(who="bob@example.org", at=ANN.at))
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    told = [(row["name"], row["added_by"], row["added_at"]) for row in rows[-2:]]
    at = "2026-03-01T09:30:00+00:00"
    assert told == [("Nokia", "ann@example.org", at), ("X-Net", "bob@example.org", at)]
    known = Registry.load(own=tmp_path)
    assert not known.faults and known.resolve("Espoo's vendor").name == "Nokia" and known.entity("X-Net")
    assert bool(known.entity("Fjordnet")) == bool(before)
