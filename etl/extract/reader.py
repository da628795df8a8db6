"""One article in, its facts out: lays the article out once, lets the trained weights and the rules read it, and weighs what they found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.article import Article
from etl.errors import EtlError
from etl.extract.confidence import Voted, judged, same_fact, weigh
from etl.extract.context import Context, lay_out
from etl.extract.deals import read_deals
from etl.extract.features import Features
from etl.extract.figures import read_figures
from etl.extract.gate import reason_to_skip
from etl.extract.judges import Judge, LinearJudge, ask_network
from etl.extract.learned import read_with
from etl.extract.linear import Linear, load_linear
from etl.extract.network import Network, load_network
from etl.extract.outcome import NewName, Reading
from etl.extract.restrictions import read_restrictions
from etl.extract.selections import read_selections
from etl.extract.spans import Candidate, candidates
from etl.extract.tables import read_tables
from etl.extract.unread import unread_sentences
from etl.extract.windows import tokenizer
from etl.facts import Deal, Fact, Selection, key_fields
from etl.names import Registry
from etl.paths import MODELS, names


class ModelMissing(EtlError):
    """The trained weights are not where they should be."""


@dataclass(frozen=True)
class Model:
    """What `make train` stores: the weights of every task, the network, the weights of the votes by kind, and the default threshold."""

    linear: Linear
    network: Network
    weights: dict[str, list[float]]
    threshold: float


@cache
def registry() -> Registry:
    """The registry of names, loaded once a process."""
    return Registry.load(own=names())


def forget_names() -> None:
    """Have the registry loaded again when it is next asked for: one's own names have changed."""
    registry.cache_clear()


@cache
def about_model(folder: Path = MODELS) -> dict:
    """What is told of the stored model: version, weights, threshold, scores out of fold. Raises ModelMissing."""
    try:
        return json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelMissing(
            f"no trained reader in {folder}; get the repository whole, or make one with `make train`"
        ) from None


@cache
def model(folder: Path = MODELS) -> Model:
    """The stored model, loaded once a process. Raises ModelMissing."""
    told = about_model(folder)
    try:
        linear, network = load_linear(folder / "reader.npz"), load_network(folder / "network.onnx")
        tokenizer(folder / "tokenizer.json")
    except Exception as error:  # a broken file makes onnxruntime and tokenizers raise kinds of their own
        raise ModelMissing(
            f"the trained reader in {folder} cannot be loaded ({error}); get the repository whole"
        ) from error
    return Model(linear, network, told["weights"], told["threshold"])


def reader_version() -> str:
    """Name and version of the reader; documents read by another one are read again."""
    return about_model()["version"]


def default_threshold() -> float:
    """Confidence from which a fact is shown unless asked otherwise (0-1)."""
    return about_model()["threshold"]


def read_article(article: Article) -> Reading:
    """Every fact that the article states, with its evidence, and what was left unread.

    A pure function of the article, the registry and the model. Facts below the default threshold are included with their confidence.
    """
    skipped, language = reason_to_skip(article.text, registry())
    if skipped:
        return Reading(language=language, skipped=skipped)
    context = lay_out(article.text, article.title, article.published, registry())
    found, read = candidates(context), model()
    features = Features(context, found)
    linear = LinearJudge(features, read.linear)
    votes = votes_on(context, found, linear, ask_network(context, found, features, linear, read.network))
    facts = merge(judged(votes, read.weights))
    shown = [f for f in facts if f.confidence >= default_threshold()]
    return Reading(facts, unread_sentences(context, shown), _new_names(context), language)


def votes_on(context: Context, found: list[Candidate], linear: Judge, network: Judge) -> list[Voted]:
    """What the weights, the network, the rules and the tables say of one article; shared by reading and training."""
    rules = [*read_figures(context), *read_selections(context), *read_deals(context), *read_restrictions(context)]
    return weigh(read_with(context, found, linear), read_with(context, found, network), rules, read_tables(context))


def merge(found: list[Fact]) -> list[Fact]:
    """One fact for each thing stated, the surest evidence kept, in the text's order."""
    best: dict[tuple, Fact] = {}
    for fact in found:
        same = same_fact(fact)
        if same not in best or fact.confidence > best[same].confidence:
            best[same] = fact
    deals = [f for f in best.values() if isinstance(f, Deal)]
    kept = [f for f in best.values() if not (isinstance(f, Selection) and any(_says_more(deal, f) for deal in deals))]
    return sorted(kept, key=lambda f: (f.start, f.end, f.kind, str(key_fields(f))))


def _says_more(deal: Deal, selection: Selection) -> bool:
    """Is what looks like a selection rather the deal that the article tells of the same two, and tells more clearly?"""
    return {selection.operator, selection.vendor} == {*deal.parties} and deal.confidence > selection.confidence


def _new_names(context: Context) -> list[NewName]:
    found = {
        (name, "operator" if m.is_a("operator") else "vendor")
        for mentions in context.mentions.values()
        for m in mentions
        if m.how == "new"
        for name in m.names
    }
    return [NewName(name, role) for name, role in sorted(found)]
