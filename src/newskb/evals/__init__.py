"""Scores against the evaluation sets, gates and benchmarks."""
