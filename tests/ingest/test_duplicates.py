from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from newskb.ingest.duplicates import PERMUTATIONS, containment, near_duplicates, signature


def article(seed: int, words: int = 200) -> list[str]:
    chooser = random.Random(seed)
    return [f"word{chooser.randrange(2000)}" for _ in range(words)]


def pairs_of(items: Iterable[tuple[str, str]], **given: Any) -> list[tuple[str, str, float]]:
    """The pairs among (key, text), as found from signatures."""
    texts = dict(items)
    signatures = [(key, signature(text)) for key, text in texts.items()]
    return list(near_duplicates(signatures, lambda keys: [(key, texts[key]) for key in keys], **given))


def test_a_signature_depends_on_the_text_alone() -> None:
    text = " ".join(article(1))
    assert signature(text) == signature(text.upper().replace(" ", "  "))
    assert len(signature(text)) == PERMUTATIONS
    assert all(0 <= value < 2**32 for value in signature(text))
    assert signature("two words") == ()


def test_copies_excerpts_and_edited_copies_are_found_and_other_texts_are_not() -> None:
    original = article(1)
    edited = [("changed" if i % 20 == 0 else word) for i, word in enumerate(original)]
    items = {
        "a": original,
        "b": ["CARACAS", "(Sample)", *original],
        "c": original[50:150],
        "d": edited,
        "e": article(2),
        "f": article(3),
    }
    found = {(a, b) for a, b, _ in pairs_of((key, " ".join(words)) for key, words in items.items())}
    assert found == {("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")}


def test_the_order_of_the_texts_makes_no_difference() -> None:
    items = [(f"k{i}", " ".join(article(i // 3, 100 + i))) for i in range(30)]
    first = pairs_of(items)
    assert first == sorted(first) != []
    assert pairs_of(reversed(items)) == first


def test_short_texts_are_copies_only_when_their_words_are_the_same() -> None:
    items = [("a", "He said so on Sunday."), ("b", "he said so, on SUNDAY"), ("c", "He said so on Monday.")]
    assert [(a, b) for a, b, _ in pairs_of(items)] == [("a", "b")]


def test_a_thousand_copies_make_no_million_pairs() -> None:
    text = " ".join(article(1))
    pairs = pairs_of((f"k{i:04}", text) for i in range(1000))
    assert len(pairs) < 10_000
    assert {key for pair in pairs for key in pair[:2]} == {f"k{i:04}" for i in range(1000)}


def test_containment_is_of_the_shorter_text() -> None:
    words = article(1)
    assert containment(" ".join(words), " ".join(words[:60])) == 1.0
    assert containment(" ".join(words), " ".join(article(2))) < 0.1


def test_articles_that_come_later_are_compared_with_all_and_give_what_comparing_all_at_once_gives() -> None:
    items = [(f"{i * 7919 % 97:02}", " ".join(article(i // 4, 60 + i))) for i in range(60)]
    items += [(f"x{i:02}", " ".join(article(99))) for i in range(60)]  # more than are compared each with each
    at_once = pairs_of(items)
    known: dict[tuple[str, str], float] = {}
    for end in (20, 45, 90, 120):
        fresh = {key for key, _ in items[:end]} - {key for pair in known for key in pair}
        step = pairs_of(items[:end], known=known, fresh=fresh)
        known = {(first, second): score for first, second, score in step}
    assert list(step) == at_once != []


def test_only_texts_that_may_be_copies_of_fresh_ones_are_read() -> None:
    texts = {f"k{i}": " ".join(article(i // 2)) for i in range(20)}
    asked: list[str] = []

    def read(keys: Sequence[str]) -> list[tuple[str, str]]:
        asked.extend(keys)
        return [(key, texts[key]) for key in keys]

    signatures = [(key, signature(text)) for key, text in texts.items()]
    assert list(near_duplicates(signatures, read, known={("k0", "k1"): 1.0}, fresh={"k7"})) == [
        ("k0", "k1", 1.0),
        ("k6", "k7", 1.0),
    ]
    assert {"k6", "k7"} <= set(asked) < set(texts)
