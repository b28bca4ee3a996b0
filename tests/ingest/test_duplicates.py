from __future__ import annotations

import random

from newskb.ingest.duplicates import PERMUTATIONS, containment, near_duplicates, signature


def article(seed: int, words: int = 200) -> list[str]:
    chooser = random.Random(seed)
    return [f"word{chooser.randrange(2000)}" for _ in range(words)]


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
    found = {(a, b) for a, b, _ in near_duplicates((key, " ".join(words)) for key, words in items.items())}
    assert found == {("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")}


def test_the_order_of_the_texts_makes_no_difference() -> None:
    items = [(f"k{i}", " ".join(article(i // 3, 100 + i))) for i in range(30)]
    first = list(near_duplicates(items))
    assert first == sorted(first) != []
    assert list(near_duplicates(reversed(items))) == first


def test_short_texts_are_copies_only_when_their_words_are_the_same() -> None:
    items = [("a", "He said so on Sunday."), ("b", "he said so, on SUNDAY"), ("c", "He said so on Monday.")]
    assert [(a, b) for a, b, _ in near_duplicates(items)] == [("a", "b")]


def test_a_thousand_copies_make_no_million_pairs() -> None:
    text = " ".join(article(1))
    pairs = list(near_duplicates((f"k{i:04}", text) for i in range(1000)))
    assert len(pairs) < 10_000
    assert {key for pair in pairs for key in pair[:2]} == {f"k{i:04}" for i in range(1000)}


def test_containment_is_of_the_shorter_text() -> None:
    words = article(1)
    assert containment(" ".join(words), " ".join(words[:60])) == 1.0
    assert containment(" ".join(words), " ".join(article(2))) < 0.1
