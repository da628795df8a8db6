"""The reader on real sentences: who is meant, what is decided, and that hostile text neither breaks nor stalls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.article import Article, read_document
from etl.evaluate import GoldArticle, load_gold, score
from etl.extract import default_threshold, read_article
from etl.extract.reader import about_model, registry
from etl.paths import GOLD
from etl.patience import TookTooLong, at_most
from etl.reading import StandardInput, read_all, read_one

SEED = Path(__file__).parents[2] / "shared" / "gold" / "seed"
CASE = (
    "Telenor has chosen Ericsson to build its 5G radio network in Norway, replacing Huawei. "
    "The Swedish vendor will also supply the core. In 2020 Nokia held 15% of the global RAN market, according to Dell'Oro."
)


def shown(text: str, published: str | None = "2021-03-01") -> list:
    reading = read_article(Article(text=text, published=published))
    return [fact for fact in reading.facts if fact.confidence >= default_threshold()]


def test_a_choice_is_read_with_operator_vendor_and_country() -> None:
    (chosen,) = [f for f in shown(CASE) if f.kind == "selection" and f.vendor == "Ericsson"]
    assert (chosen.operator, chosen.decision, chosen.country, chosen.generation) == ("Telenor", "selected", "NO", "5G")


def test_a_share_is_read_with_its_market_period_and_source() -> None:
    (share,) = [f for f in shown(CASE) if f.kind == "figure"]
    assert (share.companies, share.value, share.market, share.period) == (["Nokia"], 15, "ran", "2020")
    assert share.attributed_to == "Dell'Oro"


def test_every_quote_stands_where_its_span_says() -> None:
    reading = read_article(Article(text=CASE, published="2021-03-01"))
    assert reading.facts
    assert all(CASE[fact.start : fact.end] == fact.quote for fact in [*reading.facts, *reading.unread])


def test_one_worker_and_four_read_the_same() -> None:
    documents = [StandardInput(f"{CASE} Edition {n}.".encode(), path=f"{n}.txt") for n in range(6)]
    one, four = ([o.reading for o in read_all(documents, workers)] for workers in (1, 4))
    assert one == four


def test_an_article_in_another_language_is_skipped_with_that_reason() -> None:
    text = "エリクソンとノキアは、日本の通信事業者から5G基地局の契約を獲得した。" * 10 + " Nokia 5G"
    assert read_article(Article(text=text)).skipped == "language ja is not read (only English is)"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "de",
            "Das Wetter blieb am Wochenende schön, und die Bäckerei der Stadt verkaufte mehr Brot als in jedem Mai zuvor. ",
        ),
        (
            "nl",
            "Het weer bleef in het weekend goed, en de bakker van de stad verkocht meer brood dan in welke meimaand ook. ",
        ),
        (
            "es",
            "El tiempo siguió bueno durante el fin de semana y la panadería vendió más pan que en cualquier mayo anterior. ",
        ),
        ("ko", "주말 동안 날씨가 좋았고 마을 빵집은 예전의 어느 오월보다 더 많은 빵을 팔았다. "),
    ],
)
def test_an_article_in_another_language_is_counted_as_that_also_when_it_names_no_vendor(language, words) -> None:
    reading = read_article(Article(text=words * 5))
    assert (reading.skipped, reading.language) == (f"language {language} is not read (only English is)", language)


@pytest.mark.parametrize("text", ["Photo: Reuters", "Das Wetter blieb schön."])
def test_a_few_words_without_a_vendor_are_in_no_language(text) -> None:
    assert read_article(Article(text=text)).skipped == "names no vendor or operator of the trade"


def test_an_article_without_a_vendor_or_operator_is_not_read() -> None:
    assert read_article(Article(text="The bakery sold more bread than in any May before. " * 20)).skipped


def test_a_sentence_that_yields_no_fact_is_kept_as_unread() -> None:
    text = "Huawei and 37% were on everybody's lips at the 5G fair, said a visitor who had seen too many slides."
    reading = read_article(Article(text=text, published="2021-03-01"))
    covered = [f for f in reading.facts if f.confidence >= default_threshold()]
    assert covered or [unread.reason for unread in reading.unread] == ["a vendor beside a share, no figure read"]


def test_an_operator_that_the_registry_lacks_is_named_as_new() -> None:
    text = "The Ruritanian mobile operator Zendacom picked Nokia for its 5G network. Zendacom will launch the 5G network in May."
    reading = read_article(Article(text=text, published="2021-03-01"))
    assert ("Zendacom", "operator") in {(new.name, new.role) for new in reading.new_names}


@pytest.mark.parametrize(
    "text",
    [
        "Nokia 5G share " + "20% " * 3_000,
        "Nokia 5G share " + "%" * 10_000,
        "Nokia, Ericsson, Huawei, " * 400 + "5G of Vodafone.",
        (CASE + "\u202e مرحبا 😀📡 ") * 5,
        CASE.upper(),
        "Vendor | Share\n" + "Nokia | 20%\n" * 300 + "5G",
        "Nokia 5G " + "1234567890" * 2_000,
        "Nokia 5G " + "one hundred and twenty million " * 500,
    ],
    ids=["percentages", "signs", "names", "right to left", "capitals", "table", "digits", "words"],
)
def test_hostile_text_is_read_or_given_up_with_a_reason(text: str) -> None:
    outcome = read_one(StandardInput(text.encode(), path="hostile.txt"))
    assert outcome.reading is not None or "took more than" in outcome.failure


def test_work_that_goes_on_too_long_is_ended() -> None:
    with pytest.raises(TookTooLong), at_most(0.05):
        while True:
            pass


def test_the_scores_that_are_told_are_of_articles_that_were_not_trained_on() -> None:
    told = about_model()["scores"]["briefs"]
    assert told["articles"] == len(list(GOLD.glob("*.json")))
    assert told["rates"]["all"]["precision"] >= 0.85
    assert told["rates"]["all"]["f1"] >= 0.45
    assert told["calibration_error"] < 0.08
    now = score(load_gold(GOLD), {})
    assert now.rates()["all"]["gold"] == told["rates"]["all"]["gold"]


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed article is not part of the repository")
def test_what_is_shown_of_the_seed_article_pasted_with_its_page_chrome_is_right() -> None:
    (gold,) = load_gold(SEED)
    path = SEED / f"{gold.name}.txt"
    article = read_document(path.name, path.read_bytes())
    facts = [f.model_dump() for f in read_article(article).facts if f.confidence >= default_threshold()]
    outcome = score([GoldArticle(gold.name, gold.facts)], {gold.name: facts})
    assert outcome.rates()["all"]["precision"] == 1
    assert outcome.rates()["all"]["hit"] >= 7  # of 9: the others stand below the threshold


def test_names_are_loaded_once() -> None:
    assert registry() is registry()
