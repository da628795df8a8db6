"""A small published database, row by row, so that a test knows every fact that a page may show."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.facts import period_span
from etl.published import write_read_file
from etl.store_file import SCHEMA_VERSION

ETL = Path(__file__).parent.parent / "etl"
SCHEMAS = (ETL / "schema.sql", ETL / "stories.sql")
STORE = "abcd1234"

BRIEF = (
    "How far NEC has to climb was spelled out in plain numbers. Of the world's network equipment market the company "
    "currently holds just 0.7%. By 2030 it wants 20%, which it hopes to reach with a circle of partner firms."
)
NEWS = (
    "Huawei took 31 percent of the market in 2019 and 28 percent a year before, Dell'Oro said. Ericsson held 27 percent "
    "in 2019. Omdia puts Huawei at 29 percent for 2019. Vodafone UK picked Ericsson for its radio network."
)
HOSTILE = (
    'Nokia<img src=x onerror=alert(1)> "held" **15%** of $x^2$ in 2019, and =HYPERLINK("http://evil") said '
    "<script>alert(2)</script> [link](javascript:alert(3))."
)


class Market:
    """A published database in the making. Each `load` is a day; facts are known from the load they are added in."""

    def __init__(self, warehouse: Path, schema_version: int = SCHEMA_VERSION) -> None:
        warehouse.mkdir(parents=True, exist_ok=True)
        self.path = warehouse / "published.duckdb"
        made = warehouse / "market"
        made.mkdir(exist_ok=True)
        (made / "store.duckdb").unlink(missing_ok=True)
        self.connection = duckdb.connect(made / "store.duckdb")
        for file in SCHEMAS:
            self.connection.execute(file.read_text(encoding="utf-8"))
        meta = [("schema_version", str(schema_version)), ("store_id", STORE), ("default_min_confidence", "0.5")]
        self.connection.executemany("insert into meta values (?, ?)", meta)
        self.load_number = 0

    def load(self, day: str) -> None:
        """Begin a load of this day."""
        self.load_number += 1
        at = datetime.fromisoformat(day)
        self.connection.execute("insert into loads values (?, ?, 'test', 'r', 'n')", [self.load_number, at])

    def article(self, name: str, text: str, published: str, publisher: str, *, title: str = "", **more: object) -> str:
        """Add an article and tell its id."""
        row = {"article_id": _hash(name), "source": "inbox", "path": f"{name}.txt", "name": name, "content_hash": "x"}
        row |= {"title": title or name, "text": text, "published": published, "publisher": publisher, "state": "read"}
        row |= {"published_on": period_span(published)[0], "is_brief": False, "known_from": self.load_number, **more}
        self._insert("articles", row)
        return row["article_id"]

    def fact(self, table: str, article_id: str, quote: str, **fields: object) -> str:
        """Add a fact whose quote stands in its article's text, and tell its id."""
        text = self.connection.execute("select text from articles where article_id = ?", [article_id]).fetchone()[0]
        start = text.index(quote)
        row = {"article_id": article_id, "quote": quote, "start": start, "end": start + len(quote), "confidence": 0.9}
        row |= {"reader": "test", "known_from": self.load_number, **_DEFAULTS[table], **fields}
        span = period_span(row.get("period"))
        row |= {"period_start": span[0], "period_end": span[1]} if span else {}
        row["fact_id"] = _hash(repr(sorted(row.items(), key=str)))
        self._insert(table, row)
        return row["fact_id"]

    def close_fact(self, table: str, fact_id: str) -> None:
        """Make a fact unknown from the present load on."""
        self.connection.execute(f"update {table} set known_to = ? where fact_id = ?", [self.load_number, fact_id])

    def publish(self) -> Path:
        """Publish the file as the ETL does; its path."""
        write_read_file(self.connection, self.path)
        self.connection.close()
        return self.path

    def _insert(self, table: str, row: dict[str, object]) -> None:
        columns = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" * len(row))
        self.connection.execute(f"insert into {table} ({columns}) values ({places})", list(row.values()))


_DEFAULTS = {
    "figures": {
        "metric": "market_share", "status": "actual", "unit": "percent", "qualifier": "exact",
        "market": "telecom_equipment", "region": "global",
    },
    "selections": {"decision": "selected", "scope": []},
    "deals": {"state": "done"},
    "restrictions": {"scope": []},
}  # fmt: skip


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def build(warehouse: Path) -> dict[str, str]:
    """Two loads: at the second, Dell'Oro's 31% for Huawei was read as 30% and corrected. Tells the ids by name."""
    market = Market(warehouse)
    market.load("2024-03-01")
    ids = {
        "brief": market.article(
            "nec-brief", BRIEF, "2020-06-26", "Nikkei Asian Review", title="NEC aims high", is_brief=True
        )
    }
    ids["news"] = market.article("shares", NEWS, "2020-02-10", "Light Reading", source_url="https://example.com/shares")
    ids["hostile"] = market.article(
        "bad", HOSTILE, "2020-03-01", "<b>Bad</b> & Co", title="<script>alert(0)</script> $a$ *b*"
    )
    ids["nec"] = market.fact(
        "figures", ids["brief"], "currently holds just 0.7%", companies=["NEC"], value=0.7, period="2020-06"
    )
    ids["target"] = market.fact(
        "figures",
        ids["brief"],
        "By 2030 it wants 20%",
        companies=["NEC"],
        value=20,
        period="2030",
        status="target",
        attributed_to="NEC",
    )
    dell = {"attributed_to": "Dell'Oro"}
    ids["misread"] = market.fact(
        "figures", ids["news"], "Huawei took 31 percent", companies=["Huawei"], value=30, period="2019", **dell
    )
    market.fact(
        "figures", ids["news"], "28 percent a year before", companies=["Huawei"], value=28, period="2018", **dell
    )
    market.fact(
        "figures", ids["news"], "Ericsson held 27 percent", companies=["Ericsson"], value=27, period="2019", **dell
    )
    market.fact(
        "figures",
        ids["news"],
        "29 percent for 2019",
        companies=["Huawei"],
        value=29,
        period="2019",
        attributed_to="Omdia",
    )
    market.fact(
        "figures",
        ids["news"],
        "Ericsson held 27 percent",
        companies=["Ericsson"],
        value=12,
        period="2019",
        confidence=0.3,
        **dell,
    )
    ids["hostile_fact"] = market.fact(
        "figures", ids["hostile"], 'Nokia<img src=x onerror=alert(1)> "held" **15%** of $x^2$', companies=["Nokia"], value=15,
        period="2019", attributed_to='=HYPERLINK("http://evil")<b>$x$',
    )  # fmt: skip
    ids["selection"] = market.fact(
        "selections",
        ids["news"],
        "Vodafone UK picked Ericsson",
        operator="Vodafone",
        vendor="Ericsson",
        country="GB",
        scope=["ran"],
    )
    market.load("2024-06-01")
    market.close_fact("figures", ids["misread"])
    ids["corrected"] = market.fact(
        "figures", ids["news"], "Huawei took 31 percent", companies=["Huawei"], value=31, period="2019", **dell
    )
    market.publish()
    return ids


TODAY = date(2024, 6, 1)
