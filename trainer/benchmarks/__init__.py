"""Measurements of the trainer, on the machine they run on; figures go to docs/benchmarks.md."""
