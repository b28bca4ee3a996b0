"""newskb: dated news articles become events, actors, quotes and claims with their evidence."""

__version__ = "0.1.0"
