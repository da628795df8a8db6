"""Names are changed for learning: everywhere alike, to names of their length, and nothing else."""

import random

import numpy as np

from etl.extract.windows import TYPES, Window
from training.renaming import Names, name_spans

VENDOR, OPERATOR, PLACE = (TYPES.index(name) for name in ("vendor", "operator", "place"))


def window(ids: list[int], types: list[int]) -> Window:
    none = np.zeros((0, 2, 2), dtype=np.int64)
    return Window(np.array(ids), np.array(types), none[:, 0, 0], none, none[:, 0, 0], none[:, 0], none[:, :, 0], ())


ONE = window([1, 50, 7, 60, 61, 8, 50, 9, 70], [0, VENDOR, 0, OPERATOR, OPERATOR, 0, VENDOR, 0, PLACE])
OTHER = window([1, 51, 7, 62, 63], [0, VENDOR, 0, OPERATOR, OPERATOR])


def test_the_names_of_a_window_are_its_vendors_operators_and_companies() -> None:
    assert name_spans(ONE) == [(1, 2), (3, 5), (6, 7)]


def test_a_name_becomes_the_same_other_one_wherever_it_stands_and_the_rest_stays() -> None:
    names, seen = Names([ONE, OTHER]), set()
    for seed in range(20):
        ids = names.renamed(ONE, random.Random(seed)).ids
        assert ids[1] == ids[6] and ids[1] in (50, 51)
        assert tuple(ids[3:5]) in ((60, 61), (62, 63))
        assert list(ids[[0, 2, 5, 7, 8]]) == [1, 7, 8, 9, 70]
        seen.add(tuple(ids))
    assert len(seen) == 4
    assert list(ONE.ids) == [1, 50, 7, 60, 61, 8, 50, 9, 70]
