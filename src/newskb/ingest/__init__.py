"""Bytes on disk become articles."""
