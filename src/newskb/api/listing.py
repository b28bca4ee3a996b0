"""A request's parameters become one question to the store, and its rows the answer: the same way for every resource."""

from __future__ import annotations
