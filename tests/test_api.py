"""The data's addresses give exactly the rows that pages show, in every format, and say in one line what they cannot give."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import feedparser
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from frictionless import Package, validate
from lxml import etree
from starlette.applications import Starlette
from starlette.testclient import TestClient
from zstandard import ZstdDecompressor

from dashboard import changes, queries
from dashboard.api import formats, routes, rows
from dashboard.api.addresses import NAMES, address
from dashboard.api.columns import COLUMNS, schema
from dashboard.api.parameters import TABLES, Asked
from dashboard.filters import Filters
from dashboard.sql import KINDS
from etl.search_index import NAME, write_search_index
from tests.small_market import BRIEF, HOSTILE, NEWS, STORE, Market, build
from tests.views import view_of

HERE = Path(__file__).resolve().parent
CONTROLS = "A \x00bad\x08 \x1b[31mtitle\x0b \ufffe\u202e <&> ]]>".replace("\x00", "")
ENDINGS = sorted(formats.FORMATS)


@pytest.fixture
def market(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("BASE_URL", raising=False)
    return build(tmp_path)


@pytest.fixture
def client():
    return TestClient(Starlette(routes=[routes.mount()]))


def refused(answer, parameter: str):
    """What is allowed, of an answer that refuses a parameter in one line."""
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/json"
    assert answer.text.endswith("\n") and "\n" not in answer.text[:-1]
    told = answer.json()
    assert told["parameter"] == parameter and parameter.strip("…") in told["error"] and told["allowed"]
    return told["allowed"]


@pytest.mark.parametrize("ending, how", [("csv", "zstd"), ("json", "zstd"), ("parquet", None)])
def test_whoever_takes_zstd_gets_words_packed_and_the_same_bytes(market, client, ending, how):
    plain, packed = (client.get(f"/api/figures.{ending}", headers={"Accept-Encoding": one}) for one in ("", "zstd"))
    assert (plain.headers.get("Content-Encoding"), packed.headers.get("Content-Encoding")) == (None, how)
    assert (ZstdDecompressor().decompressobj().decompress(packed.content) if how else packed.content) == plain.content


@pytest.mark.parametrize(
    "query", ["", "company=huawei", "since=2020&min_confidence=0.2", f"v={STORE}.1", "publisher=Light+Reading"]
)
def test_figures_are_exactly_the_rows_of_the_page(market, client, tmp_path, query):
    asked = dict(part.split("=") for part in query.split("&")) if query else {}
    many = {name: (asked[name].replace("+", " "),) for name in ("company", "publisher") if name in asked}
    one = {name: asked[name] for name in ("since", "v") if name in asked}
    least = {"min_confidence": float(asked["min_confidence"])} if "min_confidence" in asked else {}
    shown = queries.figures(view_of(tmp_path / "published.duckdb", **many, **one, **least))
    rows = client.get(f"/api/figures.json?{query}").json()
    assert [row["fact_id"] for row in rows] == list(shown["fact_id"]) and rows
    assert [row["value"] for row in rows] == list(shown["value"])


def test_every_format_holds_the_same_rows_and_the_documented_columns(market, client):
    names = [column.name for column in COLUMNS["figures"]]
    rows = client.get("/api/figures.json").json()
    of_csv = list(csv.DictReader(io.StringIO(client.get("/api/figures.csv").content.decode("utf-8-sig"))))
    of_parquet = parquet.read_table(io.BytesIO(client.get("/api/figures.parquet").content))
    of_excel = pd.read_excel(io.BytesIO(client.get("/api/figures.xlsx").content))
    assert list(rows[0]) == list(of_csv[0]) == of_parquet.column_names == list(of_excel.columns) == names
    told = [(row["fact_id"], row["value"], row["quote"]) for row in rows]
    assert [(row["fact_id"], float(row["value"]), row["quote"]) for row in of_csv] == told
    assert list(zip(*(of_parquet[name].to_pylist() for name in ("fact_id", "value", "quote")), strict=True)) == told
    assert list(of_excel[["fact_id", "value", "quote"]].itertuples(index=False, name=None)) == told
    assert of_parquet["companies"].to_pylist()[0] == ["NEC"] and of_csv[0]["companies"] == "NEC"
    assert of_parquet["period_end"].to_pylist()[0] == date(2030, 12, 31)


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_address_answers_even_without_rows(market, client, table, ending):
    answer = client.get(f"/api/{table}.{ending}?offset=1000")
    assert answer.status_code == 200 and answer.content
    assert answer.headers["content-type"] == formats.FORMATS[ending][0]
    assert f'filename="{table}-2024-06-01.{ending}"' in answer.headers["content-disposition"]


def test_a_row_has_its_sentence_its_source_and_a_link(market, client):
    rows = {row["fact_id"]: row for row in client.get("/api/figures.json").json()}
    nec = rows[market["target"]]
    assert nec["quote"] == "By 2030 it wants 20%"
    assert nec["source"] == "our brief, after Nikkei Asian Review, 26 Jun 2020"
    assert nec["link"] == f"http://testserver/fact?fact={market['target']}"
    (frozen,) = client.get(f"/api/selections.json?v={STORE}.2").json()
    assert frozen["link"].endswith(f"/fact?fact={market['selection']}&v={STORE}.2")


def test_links_begin_with_the_address_that_the_house_is_known_by(market, client, monkeypatch):
    monkeypatch.setenv("BASE_URL", "https://vendors.example.com/x/")
    assert (
        client.get("/api/articles.json?limit=1")
        .json()[0]["link"]
        .startswith("https://vendors.example.com/x/articles?article=")
    )


def test_no_cell_runs_as_a_formula(market, client):
    cells = [
        cell
        for row in csv.reader(io.StringIO(client.get("/api/figures.csv").content.decode("utf-8-sig")))
        for cell in row
    ]
    assert '\'=HYPERLINK("http://evil")<b>$x$' in cells and not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/api/figures.xlsx").content)).active
    (cell,) = [cell for row in sheet for cell in row if cell.value == '=HYPERLINK("http://evil")<b>$x$']
    # Quoted: it stays a text when somebody edits it.
    assert cell.data_type != "f" and cell.quotePrefix


def test_too_many_rows_for_excel_are_refused_with_a_way_out(market, client, monkeypatch):
    monkeypatch.setattr(routes, "EXCEL_ROWS", 3)
    answer = client.get("/api/figures.xlsx")
    refused(answer, "limit")
    assert "figures.csv or figures.parquet" in answer.json()["error"]
    assert client.get("/api/figures.xlsx?limit=3").status_code == 200


def test_limit_and_offset_page_through_all_rows_once(market, client):
    every = [row["fact_id"] for row in client.get("/api/figures.json").json()]
    parts = [client.get(f"/api/figures.json?limit=2&offset={at}").json() for at in range(0, len(every) + 2, 2)]
    assert [row["fact_id"] for part in parts for row in part] == every and len(every) > 4


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("colour=red", "colour", "company"),
        ("generation=9G", "generation", "5G"),
        ("company=nobody", "company", "nec"),
        ("since=31/06/2020", "since", "YYYY"),
        ("min_confidence=2", "min_confidence", "0 to 1"),
        ("limit=0", "limit", "1"),
        ("limit=x", "limit", "1"),
        ("offset=-1", "offset", "0"),
        ("v=ffff0000.1", "v", f"{STORE}.2"),
        (f"v={STORE}.9", "v", f"{STORE}.2"),
        ("since=2019&since=2020", "since", "one"),
        ("decision=removed", "decision", "metric"),
        ("embed=true", "embed", "company"),
        ("company=%00", "company", "text"),
        ("company=", "company", "nec"),
        ("company=%ff", "query", "company"),
        ("q=words", "q", "metric"),
    ],
)
def test_what_means_nothing_is_refused_with_what_is_allowed(market, client, query, parameter, allowed):
    assert allowed in str(refused(client.get(f"/api/figures.csv?{query}"), parameter))


def test_an_unknown_address_tells_the_known_ones(market, client):
    answer = client.get("/api/everything.csv")
    assert answer.status_code == 404 and answer.json()["allowed"] == [f"/api/{name}" for name in NAMES]


def test_without_data_one_line_says_what_to_do(tmp_path, monkeypatch, client):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    answer = client.get("/api/figures.csv")
    assert answer.status_code == 503 and "make etl" in answer.json()["error"]


@pytest.mark.parametrize("name", ["figures.csv", "figures.xlsx", "feed.xml", "datapackage.json"])
def test_who_has_this_version_gets_nothing_again(market, client, name):
    first = client.get(f"/api/{name}")
    tag = first.headers["etag"]
    assert f"{STORE}.2" in tag
    for held in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = client.get(f"/api/{name}", headers={"If-None-Match": held})
        assert again.status_code == 304 and not again.content and again.headers["etag"] == tag
    assert client.get(f"/api/{name}", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(f"/api/{name}?v={STORE}.1", headers={"If-None-Match": tag}).status_code == 200


def test_a_file_is_of_one_version_however_often_the_data_is_replaced_meanwhile(market, tmp_path):
    view = view_of(tmp_path / "published.duckdb")
    parts = rows.batches(Asked(view), "figures", "http://x", size=1)
    first = next(parts)
    for day in ("2025-01-01", "2025-02-01", "2025-03-01"):
        other = Market(tmp_path / day)
        other.load(day)
        other.publish().replace(tmp_path / "published.duckdb")
        assert view.database.snapshot().newest.on == date.fromisoformat(day)
        view.database.ask(view.database.snapshot(), "select 1", {})
    assert sum(len(part["fact_id"]) for part in (first, *parts)) == 7
    dropped = rows.batches(Asked(replace(view, snapshot=view.database.snapshot())), "articles", "http://x", size=1)
    next(dropped, None)
    dropped.close()
    assert not +view.database._asking


def test_head_tells_what_get_would(market, client):
    got, head = client.get("/api/figures.csv"), client.head("/api/figures.csv")
    assert head.status_code == 200 and not head.content
    assert {n: head.headers[n] for n in ("etag", "content-type", "content-disposition")} == {
        n: got.headers[n] for n in ("etag", "content-type", "content-disposition")
    }
    assert client.post("/api/figures.csv").status_code == 405


def test_pages_of_other_sites_may_read(market, client):
    assert (
        client.get("/api/figures.json", headers={"Origin": "https://x.example"}).headers["access-control-allow-origin"]
        == "*"
    )
    asked = {"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    assert client.options("/api/figures.json", headers=asked).status_code == 200


def test_the_feed_is_valid_and_tells_additions_and_changes(market, client):
    answer = client.get("/api/feed.xml")
    feed = feedparser.parse(answer.content)
    assert (
        not feed.bozo and feed.version == "atom10" and answer.headers["content-type"].startswith("application/atom+xml")
    )
    assert (
        feed.entries[0].title.startswith("Told otherwise: Huawei: 31%")
        and "Then: Huawei: 30%" in feed.entries[0].content[0].value
    )
    assert {entry.title for entry in feed.entries} >= {"NEC: 0.7% market share, Telecom equipment · World, Jun 2020"}
    ids = [entry.id for entry in feed.entries]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)
    assert ids == [entry.id for entry in feedparser.parse(client.get("/api/feed.xml").content).entries]
    assert all(entry.updated and entry.link.startswith("http://testserver/fact?fact=") for entry in feed.entries)
    then = feedparser.parse(client.get(f"/api/feed.xml?v={STORE}.1").content)
    assert [entry.id for entry in then.entries] == ids[1:]
    assert len(feedparser.parse(client.get("/api/feed.xml?limit=2").content).entries) == 2


def test_the_feed_tells_withdrawals_and_links_to_what_was(tmp_path, monkeypatch, client):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-01-01")
    article = market.article("a", "NEC held 5% in 2019.", "2020", "P")
    fact = market.fact("figures", article, "NEC held 5%", companies=["NEC"], value=5, period="2019")
    market.load("2024-02-01")
    market.close_fact("figures", fact)
    market.publish()
    withdrawn, added = feedparser.parse(client.get("/api/feed.xml?company=nec").content).entries
    assert withdrawn.title.startswith("Withdrawn: NEC: 5%") and withdrawn.link.endswith(f"fact={fact}&v={STORE}.1")
    assert withdrawn.updated.startswith("2024-02-01") and added.title.startswith("NEC: 5%")


def test_a_fact_that_comes_back_has_an_entry_of_its_own_and_each_load_its_time(tmp_path, monkeypatch, client):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-01-01T08:00:00")
    article = market.article("a", "NEC held 5% in 2019.", "2020", "P")
    fact = market.fact("figures", article, "NEC held 5%", companies=["NEC"], value=5, period="2019")
    market.load("2024-01-01T09:30:00")
    market.close_fact("figures", fact)
    before = market.connection.execute("select * from figures").df().assign(known_from=3, known_to=None)
    market.load("2024-01-01T11:00:00")
    market.connection.register("before", before)
    market.connection.execute("insert into figures by name select * from before")
    market.publish()
    feed = feedparser.parse(client.get("/api/feed.xml").content)
    assert [entry.title.split(":")[0] for entry in feed.entries] == ["NEC", "Withdrawn", "NEC"]
    assert len({entry.id for entry in feed.entries}) == 3
    assert [entry.updated for entry in feed.entries] == [
        "2024-01-01T11:00:00Z", "2024-01-01T09:30:00Z", "2024-01-01T08:00:00Z",
    ]  # fmt: skip
    assert feed.feed.updated == "2024-01-01T11:00:00Z" and feed.entries[1].updated_parsed.tm_hour == 9
    then = feedparser.parse(client.get(f"/api/feed.xml?v={STORE}.2").content)
    assert [entry.id for entry in then.entries] == [entry.id for entry in feed.entries][1:]


def test_a_load_that_changes_very_much_is_told_without_comparing(market, client, monkeypatch):
    compared = feedparser.parse(client.get("/api/feed.xml").content).entries
    monkeypatch.setattr(changes, "COMPARED", 0)
    apart = feedparser.parse(client.get("/api/feed.xml").content).entries
    assert [entry.title.partition("%")[0] for entry in apart[:2]] in (
        ["Withdrawn: Huawei: 30", "Huawei: 31"],
        ["Huawei: 31", "Withdrawn: Huawei: 30"],
    )
    assert [entry.id for entry in apart[2:]] == [entry.id for entry in compared[1:]]


def test_the_feed_follows_any_filter(market, client):
    titles = [entry.title for entry in feedparser.parse(client.get("/api/feed.xml?operator=vodafone").content).entries]
    assert titles and all("Vodafone" in title for title in titles)
    assert all("NEC" in e.title for e in feedparser.parse(client.get("/api/feed.xml?company=nec").content).entries)


@pytest.mark.parametrize("compared", [changes.COMPARED, 0])
@pytest.mark.parametrize("with_index", [True, False])
def test_the_feed_follows_words_through_all_loads_and_kinds_of_fact(
    tmp_path, monkeypatch, client, compared, with_index
):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.setattr(changes, "COMPARED", compared)
    market = Market(tmp_path)
    levels = {}
    for number, words in enumerate(["BT drops Huawei", "Rain", "BT drops ZTE"], 1):
        market.load(f"2024-0{number}-01")
        article = market.article(f"a{number}", f"{words}; NEC has 5%; NEC and NTT.", "2023-05-01", "P")
        levels[number] = market.fact("figures", article, "NEC has 5%", companies=["NEC"], value=number, period="2019")
        market.fact("deals", article, "NEC and NTT", deal="partnership", parties=["NEC", "NTT"], period=f"202{number}")
    market.load("2024-04-01")
    market.close_fact("figures", levels[1])
    path = market.publish()
    if with_index:
        with closing(duckdb.connect(path, read_only=True)) as published:
            write_search_index(published, tmp_path / NAME, f"{STORE}.4").rename(tmp_path / NAME)

    def titles(query: str) -> list[str]:
        document = client.get(f"/api/feed.xml?{query}").content
        feed = feedparser.parse(document)
        assert not feed.bozo
        return [re.sub(r"%.*|:? partnership.*", "", entry.title) for entry in feed.entries]

    figures = ["Withdrawn: NEC: 1", "NEC: 3", "NEC: 1"]
    assert titles("q=BT+drops&kind=figure") == titles("q=%22bt+drops%22&metric=market_share") == figures
    assert titles("q=bt+dropped&kind=figure") == (figures if with_index else [])
    assert len(titles("q=drops")) == len(figures) + 2 and len(titles("q=drops&kind=deal")) == 2
    assert titles(f"q=drops&kind=figure&v={STORE}.2") == ["NEC: 1"]
    assert titles("q=drops+rain") == titles("q=%21%3F") == titles("q=drops&operator=bt&metric=revenue") == []


def test_the_feed_of_words_leads_to_the_articles_and_only_the_feed_takes_a_kind(market, client):
    feed = feedparser.parse(client.get("/api/feed.xml?q=%3Cb%3E+nec&country=GB").content).feed
    assert feed.link == "http://testserver/articles?q=%3Cb%3E+nec"
    refused(client.get("/api/feed.xml?kind=rumour"), "kind")
    for query, name in (("q=nec", "q"), ("kind=deal", "kind")):
        refused(client.get(f"/api/datapackage.json?{query}"), name)


def test_control_characters_break_neither_the_feed_nor_a_file(tmp_path, monkeypatch, client):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-01-01")
    text = f"NEC {CONTROLS} held 5% in 2019."
    article = market.article("a", text, "2020", CONTROLS, title=CONTROLS)
    market.fact("figures", article, text, companies=["NEC"], value=5, period="2019", attributed_to=CONTROLS)
    market.publish()
    document = client.get("/api/feed.xml").content
    etree.fromstring(document)
    assert not feedparser.parse(document).bozo and b"<&> " not in document
    assert openpyxl.load_workbook(io.BytesIO(client.get("/api/figures.xlsx").content)).active.max_row == 2
    assert client.get("/api/figures.json").json()[0]["title"] == CONTROLS
    assert (
        len(list(csv.reader(io.StringIO(client.get("/api/figures.csv").content.decode("utf-8-sig"), newline="")))) == 2
    )


def test_the_data_package_is_one_and_its_files_are_as_it_says(market, client, tmp_path):
    descriptor = client.get("/api/datapackage.json?company=huawei").json()
    assert not list(Package.metadata_validate(descriptor))
    assert descriptor["licenses"][0]["name"] == "MIT" and {"title": "Light Reading"} in descriptor["sources"]
    assert [one["name"] for one in descriptor["resources"]] == [*COLUMNS]
    assert all(f"v={STORE}.2" in one["path"] and "company=huawei" in one["path"] for one in descriptor["resources"])
    for resource in descriptor["resources"]:
        content = client.get(resource["path"].removeprefix("http://testserver")).content
        (tmp_path / f"{resource['name']}.csv").write_bytes(content)
        resource |= {"path": f"{resource['name']}.csv", "scheme": "file"}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])


def test_a_kind_without_a_filter_is_not_in_the_package(market, client):
    package = client.get("/api/datapackage.json?operator=vodafone").json()
    assert [one["name"] for one in package["resources"]] == ["selections", "articles"]


def test_the_dataset_of_schema_org_names_licence_and_files(market, client):
    told = client.get("/api/dataset.jsonld").json()
    assert (
        told["@context"] == "https://schema.org/"
        and told["@type"] == "Dataset"
        and told["license"].startswith("https://")
    )
    files = [one["contentUrl"].removeprefix("http://testserver") for one in told["distribution"]]
    assert len(files) == len(COLUMNS) * len(ENDINGS) and all(client.head(one).status_code == 200 for one in files)


def test_no_address_gives_an_articles_text(market, client):
    passage = "which it hopes to reach with a circle"
    assert passage in BRIEF
    for name in NAMES:
        if name.endswith((".json", ".csv", ".xml", ".jsonld")):
            assert passage not in client.get(f"/api/{name}").text, name
    assert not {"text", "path"} & {column.name for columns in COLUMNS.values() for column in columns}
    assert NEWS not in client.get("/api/articles.json").text and HOSTILE not in client.get("/api/articles.json").text


def test_sums_stand_in_full_in_csv():
    values = [64_500_000_000.0, 0.7, None]
    told = pa.RecordBatch.from_pylist([{"value": value} for value in values], schema=schema("figures"))
    text = b"".join(formats.as_csv("figures", [told], date(2024, 1, 1))).decode("utf-8-sig")
    assert [row["value"] for row in csv.DictReader(io.StringIO(text))] == ["64500000000", "0.7", ""]
    assert pd.read_csv(io.StringIO(text))["value"].tolist()[:2] == values[:2]


def test_columns_only_grow():
    """A column may be added at the end of this file and of its table; none may ever be changed or leave."""
    released: dict[str, list[tuple[str, str]]] = {}
    with (HERE / "released_columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            released.setdefault(row["table"], []).append((row["column"], row["type"]))
    assert set(released) == set(COLUMNS)
    for table, columns in released.items():
        assert [(column.name, column.type) for column in COLUMNS[table]] == columns, table


def test_every_column_and_address_is_told():
    told = (HERE.parent / "docs" / "api.md").read_text(encoding="utf-8")
    for table, columns in COLUMNS.items():
        section = told.partition(f"### {table}\n")[2].partition("\n### ")[0]
        assert re.findall(r"^\| `(\w+)` \| (\w+) \|", section, flags=re.M) == [(one.name, one.type) for one in columns]
        assert f"`/api/{table}.csv`" in told
    assert all(f"`/api/{name}`" in told for name in NAMES if name.partition(".")[0] not in COLUMNS)


def test_a_link_carries_the_filters_that_the_address_takes():
    filters = Filters(company=("nec",), decision=("removed",), offset=25, v=f"{STORE}.2")
    assert (
        address("figures.csv", filters, metric="market_share")
        == f"./api/figures.csv?metric=market_share&company=nec&v={STORE}.2"
    )
    assert set(TABLES) == set(KINDS.values())
