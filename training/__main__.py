"""`make train`: the trained reader out of the repository's own data. Folds first, for honest figures; then all articles.

Every article is read once by weights that have not seen it; confidences, the default threshold and the scores that are stored come
from these readings alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from etl.evaluation_report import mistakes, table
from etl.extract.confidence import Voted
from etl.extract.linear import buckets, save_linear
from etl.extract.reader import votes_on
from etl.paths import MODELS
from training.calibrate import about_votes, cross_judged, gold_of, score_at, write_about
from training.examples import load_examples
from training.folds import FOLDS, fold_of
from training.tasks import questions
from training.train import train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder for the model")
    parser.add_argument("--errors", type=Path, help="write the mistakes of the folds to this file")
    args = parser.parse_args()
    examples = load_examples()
    say(f"{len(examples)} articles laid out")
    asked = {e.id: [(q.task, buckets(q.features), q.label) for q in questions(e)] for e in examples}
    say(f"{sum(map(len, asked.values()))} questions")
    dealt = fold_of(examples, FOLDS)
    voted: dict[str, list[Voted]] = {}
    for number in range(FOLDS):
        linear = train(q for e in examples if dealt[e.id] != number for q in asked[e.id])
        voted |= {e.id: votes_on(e.context, e.found, linear) for e in examples if dealt[e.id] == number}
        say(f"fold {number + 1} of {FOLDS} read")
    about = about_votes(examples, voted, dealt)
    save_linear(args.models / "reader.npz", train(q for e in examples for q in asked[e.id]))
    write_about(args.models, about)
    briefs = [e for e in examples if not e.invented]
    facts = cross_judged(examples, voted, dealt)
    for name, some in (("briefs", briefs), ("briefs and passages", examples)):
        outcome = score_at(some, facts, about["threshold"])
        say(f"{name}, each read by weights that have not seen it, threshold {about['threshold']}")
        say("\n".join(table(outcome)))
        say(f"calibration error {about['scores'][name]['calibration_error']}")
        if args.errors and some is briefs:
            args.errors.write_text("\n".join(mistakes(outcome, gold_of(briefs))), encoding="utf-8")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
