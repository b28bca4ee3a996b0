"""Corpora become the language model of the package: one encoder with all heads (README.md says how to run it)."""
