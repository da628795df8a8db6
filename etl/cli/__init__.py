"""The commands of `python -m etl`, by what they are about. Only arguments, progress and messages; the work is in the rooms below."""
