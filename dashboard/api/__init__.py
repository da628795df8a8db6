"""The data's own addresses beside the app: files of every kind of row, a feed of changes, and what describes them."""
