"""Readers of the training corpora."""

import gzip
import json
from pathlib import Path

import pytest

from newskb.evals import treebanks
from newskb.evals.treebanks import NO_HEAD, UNKNOWN, bio, spans_of
from training.encoder import corpora


def packed(path: Path, *rows: dict) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


TEXT = 'The ferry "Halcyon" left.'
TREE_ROW = {
    "text": TEXT,
    "ud": [
        [0, 3, "the", "DET", "DT", 2, "det"],
        [4, 9, "ferry", "NOUN", "NN", 6, "nsubj"],
        [10, 11, '"', "PUNCT", "``", 4, "punct"],
        [11, 18, "Halcyon", "PROPN", "NNP", 2, "appos"],
        [18, 19, '"', "PUNCT", "''", 4, "punct"],
        [20, 24, "leave", "VERB", "VBD", 0, "root"],
        [24, 25, ".", "PUNCT", None, 6, "punct"],
    ],
}


def test_a_treebank_sentence_keeps_tags_and_tree_and_has_no_names(tmp_path: Path) -> None:
    (sentence,) = treebanks.ewt(packed(tmp_path / "trees.jsonl.gz", TREE_ROW))
    assert sentence.words == ("The", "ferry", '"', "Halcyon", '"', "left", ".")
    assert sentence.heads == (2, 6, 4, 2, 4, 0, 6)
    assert sentence.relations[5] == "root"
    assert set(sentence.names) == {UNKNOWN}


def test_a_tag_that_the_treebank_lacks_is_unknown(tmp_path: Path) -> None:
    (sentence,) = treebanks.ewt(packed(tmp_path / "trees.jsonl.gz", TREE_ROW))
    assert sentence.xpos == ("DT", "NN", "``", "NNP", "''", "VBD", UNKNOWN)


def test_words_between_quotation_marks_are_known_as_quoted(tmp_path: Path) -> None:
    (sentence,) = treebanks.ewt(packed(tmp_path / "trees.jsonl.gz", TREE_ROW))
    assert sentence.quoted == (False, False, True, True, True, False, False)


def test_conllu_is_read_by_words_without_ranges_and_empty_nodes(tmp_path: Path) -> None:
    lines = [
        "# sent_id = 1",
        "1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_",
        "1\tDo\tdo\tAUX\tVBP\t_\t3\taux\t_\tSpaceAfter=No",
        "2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_",
        "2.1\tever\tever\tADV\tRB\t_\t_\t_\t_\t_",
        "3\tgo\tgo\tVERB\tVB\t_\t0\troot\t_\t_",
        "",
        "1\tStay\tstay\tVERB\tVB\t_\t0\troot\t_\t_",
    ]
    path = tmp_path / "trees.conllu.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    first, second = corpora.conllu(path)
    assert first.words == ("Do", "n't", "go")
    assert first.heads == (3, 3, 0)
    assert second.words == ("Stay",)


def spoken_row(words: str, **layers: object) -> dict:
    split = words.split()
    return {"text": words, "words": split, "spaces": "1" * (len(split) - 1) + "0", **layers}


def test_names_come_with_both_tags_and_words_in_dispute_are_unknown(tmp_path: Path) -> None:
    row = spoken_row("Ada Okafor left Lake Mbeya Friday", merged_ents=[[0, 2, "PERSON"]], merged_missing=[3, 4])
    (sentence,) = treebanks.gmb(packed(tmp_path / "names.jsonl.gz", row))
    assert sentence.names == ("B-PERSON", "I-PERSON", "O", UNKNOWN, UNKNOWN, "O")
    assert set(sentence.heads) == {NO_HEAD}


def test_a_paragraph_with_silver_names_is_cut_into_its_sentences(tmp_path: Path) -> None:
    row = spoken_row("Rain fell . Oslo flooded .", ents=[[3, 4, "GPE"]], sents=[0, 3])
    first, second = corpora.silver(packed(tmp_path / "names.jsonl.gz", row))
    assert first.words == ("Rain", "fell", ".")
    assert second.names == ("B-GPE", "O", "O")


def test_names_of_another_file_are_joined_to_trees_row_by_row(tmp_path: Path) -> None:
    trees = list(treebanks.ewt(packed(tmp_path / "trees.jsonl.gz", TREE_ROW)))
    names = packed(tmp_path / "names.jsonl.gz", {"ents": [[3, 4, "PRODUCT"]], "missing": [1]})
    (sentence,) = corpora.with_names(trees, names)
    assert sentence.names == ("O", UNKNOWN, "O", "B-PRODUCT", "O", "O", "O")
    assert sentence.heads == trees[0].heads


def test_names_for_fewer_sentences_than_there_are_do_not_fit(tmp_path: Path) -> None:
    trees = list(treebanks.ewt(packed(tmp_path / "trees.jsonl.gz", TREE_ROW, TREE_ROW)))
    names = packed(tmp_path / "names.jsonl.gz", {"ents": [], "missing": []})
    with pytest.raises(ValueError, match="shorter"):
        corpora.with_names(trees, names)


def test_tags_and_spans_of_names_say_the_same() -> None:
    spans = {(0, 2, "PERSON"), (2, 3, "ORG"), (4, 7, "DATE")}
    assert spans_of(bio(8, sorted(spans))) == spans


def test_attributions_keep_their_parts_and_whether_they_are_speech(tmp_path: Path) -> None:
    row = {
        "id": "a",
        "text": '"We came," she said. "We stayed." He hopes to go.',
        "quotes": [
            {
                "start": 1,
                "end": 31,
                "parts": [[1, 8], [22, 31]],
                "speaker": {"start": 11, "end": 14},
                "cue": {"start": 15, "end": 19},
            }
        ],
        "attributions": [{"start": 43, "end": 48, "speaker": {"start": 34, "end": 36}, "cue": None}],
    }
    (article,) = corpora.attributed(packed(tmp_path / "quotes.jsonl.gz", row))
    thought, quote = article.attributions
    assert (quote.is_quote, quote.content, quote.cue) == (True, ((1, 8), (22, 31)), ((15, 19),))
    assert (thought.is_quote, thought.content, thought.cue) == (False, ((43, 48),), ())
