"""From corpora to a dataset folder: `xinyu-train data build` and `data show`."""
