"""`python -m training`: the trained reader out of the repository's own data. Each stage keeps its result in data/cache/training.

first       learns from the shorter passages (s1 to s9, x3)
second      goes on with all passages but those held out
folds       for each fold of the briefs, goes on with the other folds; what is read of articles not trained on gives the scores
final       goes on with all briefs, and stores the model with those scores in data/models
all         these four in turn
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.stages import final, first, folds, second

STAGES = {
    "first": (first,),
    "second": (second,),
    "folds": (folds,),
    "final": (final,),
    "all": (first, second, folds, final),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2, help="threads of the machine to train with")
    parser.add_argument(
        "--models", type=Path, default=Path(__file__).parents[1] / "data" / "models", help="folder for the model"
    )
    parser.add_argument("stage", choices=STAGES)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    for stage in STAGES[args.stage]:
        stage(args.models)


if __name__ == "__main__":
    main()
