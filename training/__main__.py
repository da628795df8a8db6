"""`make train`: the trained reader out of the repository's own data, and honest figures of it.

A large network learns from the passages and answers them all, and many that nobody has annotated; a small one, which is stored, learns
from passages and answers. Neither sees the briefs and the passages that are put aside: by these they are judged. The weights, which
need all there is, are trained for each fold without it, and once with everything; confidences, the default threshold and the scores
that are stored come from readings by what has not seen the article.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from etl.evaluation_report import mistakes, table
from etl.extract.confidence import Voted
from etl.extract.features import Features
from etl.extract.judges import LinearJudge, ask_network
from etl.extract.linear import Linear, buckets, save_linear
from etl.extract.network import Network as Reader
from etl.extract.network import load_network
from etl.extract.reader import votes_on
from etl.paths import MODELS
from training.base import begun
from training.batches import Lesson, lessons
from training.calibrate import about_votes, cross_judged, gold_of, score_at, write_about
from training.examples import Example, load_examples
from training.export import store_network
from training.fit import fit
from training.folds import FOLDS, fold_of
from training.network import LARGE, SMALL, Network
from training.stages import READER, TEACHER
from training.tasks import questions
from training.teacher import answered, is_fresh, plain_lessons
from training.train import train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder for the model")
    parser.add_argument("--errors", type=Path, help="write the mistakes of the folds to this file")
    parser.add_argument(
        "--gold", type=Path, action="append", default=[], metavar="FOLDER",
        help="also learn from this folder, which `python -m etl export-gold` wrote; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--keep", type=Path, help="folder for the large network: once it is there, it is not trained again"
    )
    args = parser.parse_args()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        examples = load_examples(own=args.gold)
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"--gold: {error}")
    dealt = fold_of(examples, FOLDS)
    say(f"{len(examples)} articles laid out")
    store_network(trained(examples, args.keep), args.models / "network.onnx")
    linear, everything = linear_folds(examples, dealt)
    save_linear(args.models / "reader.npz", everything)
    # The network as readers will get it, coarser numbers and all: only that one's readings are scored.
    network = load_network(args.models / "network.onnx")
    judged = [e for e in examples if e.aside]
    voted = {e.id: votes_of(e, linear[dealt[e.id]], network) for e in judged}
    about = about_votes(judged, voted, dealt)
    write_about(args.models, about)
    report(judged, voted, dealt, about, args.errors)


def linear_folds(examples: list[Example], dealt: dict[str, int]) -> tuple[list[Linear], Linear]:
    """Weights for each fold from all other articles, and those from all."""
    asked = {e.id: _asked(e) for e in examples}
    say(f"{sum(map(len, asked.values()))} questions for the weights")
    made = [train(q for e in examples if dealt[e.id] != n for q in asked[e.id]) for n in range(FOLDS)]
    return made, train(q for e in examples for q in asked[e.id])


def trained(examples: list[Example], keep: Path | None) -> Network:
    """The small network, taught by gold and by a large one. keep: a folder where the large one is put, and taken from if it is there."""
    mine = [e for e in examples if not e.aside]
    known = [lesson for e in mine if not is_fresh(e) for lesson in lessons(e)]
    weights = train(question for e in mine for question in _asked(e))
    fresh = [lesson for e in mine if is_fresh(e) for lesson in lessons(e)] + plain_lessons(weights)
    say(f"{len(known)} windows for the teacher, {len(fresh)} that only it answers")
    taught = answered(known, fresh, _teacher(known, keep), say)
    network = begun(SMALL)
    fit(network, taught, READER, say)
    return network


def _teacher(known: list[Lesson], keep: Path | None) -> Network:
    network, kept = begun(LARGE), keep / "teacher.safetensors" if keep else None
    if kept and kept.exists():
        network.load_state_dict(load_file(kept))
        return network.eval()
    fit(network, known, TEACHER, say)
    if kept:
        save_file(network.state_dict(), kept)
    return network


def _asked(example: Example) -> list[tuple[str, np.ndarray, str]]:
    return [(q.task, buckets(q.features), q.label) for q in questions(example)]


def votes_of(example: Example, linear: Linear, network: Reader) -> list[Voted]:
    """What these readers, the rules and the tables say of an example, as when an article is read."""
    features = Features(example.context, example.found)
    judge = LinearJudge(features, linear)
    asked = ask_network(example.context, example.found, features, judge, network)
    return votes_on(example.context, example.found, judge, asked)


def report(
    examples: list[Example], voted: dict[str, list[Voted]], dealt: dict[str, int], about: dict, errors: Path | None
) -> None:
    """Print the scores that are stored, and write the mistakes on the briefs to a file if asked to."""
    facts = cross_judged(examples, voted, dealt)
    briefs = [e for e in examples if not e.invented]
    for name, some in (("briefs", briefs), ("briefs and passages", examples)):
        outcome = score_at(some, facts, about["threshold"])
        say(f"{name}, each read by what has not seen it, threshold {about['threshold']}")
        say("\n".join(table(outcome)))
        say(f"calibration error {about['scores'][name]['calibration_error']}")
        if errors and some is briefs:
            errors.write_text("\n".join(mistakes(outcome, gold_of(briefs))), encoding="utf-8")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
