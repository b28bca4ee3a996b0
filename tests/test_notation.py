import pytest

from newskb.model import ArticleFacts, Mention, MentionForm, Span
from newskb.notation import line, parse_expectation, read_cases, record
from tests.nlp.conftest import make_article


def test_a_line_reads_back_as_what_was_written():
    written = line("quote", "direct", 'We will "stay".\nAll of us', speaker="Guaidó", cue=None)
    read = parse_expectation(written)
    assert read.layer == "quote"
    assert read.words == ("direct", 'We will "stay".\nAll of us')
    assert dict(read.attributes) == {"speaker": "Guaidó"}


def test_an_expectation_of_nothing_names_its_layer():
    read = parse_expectation("=> no event")
    assert (read.layer, read.words, read.is_absent) == ("event", (), True)


def test_an_empty_expectation_is_an_error():
    with pytest.raises(ValueError, match="names no layer"):
        parse_expectation("=>")


def test_a_case_file_is_blocks_of_title_settings_text_and_expectations():
    meeting = '# a meeting\n@ published=2019-05-05\nA met B.\n=> event CONSULT "met" actor=A\n'
    source = f"{meeting}\n# nothing\nHello.\n=> no event"
    first, second = read_cases(source)
    assert (first.title, first.text, dict(first.settings)) == ("a meeting", "A met B.", {"published": "2019-05-05"})
    assert first.expected[0].attributes == {"actor": "A"}
    assert second.expected[0].is_absent


def test_a_printed_mention_is_the_whole_phrase_and_no_adjective_counts_as_a_person():
    text = "Judge Ada Brook, who is Norwegian, met Norwegians."

    def mention(words: str, label: str, form: MentionForm = MentionForm.NAME, title: Span | None = None) -> Mention:
        start = text.index(words)
        span = Span(start=start, end=start + len(words))
        return Mention(span=span, head=span, form=form, label=label, chain=0, title=title)

    mentions = (
        mention("Ada Brook", "PERSON", title=Span(start=0, end=5)),
        mention("who", "PERSON", MentionForm.PRONOUN),
        mention("Norwegian", "NORP"),
        mention("Norwegians", "NORP"),
    )
    facts = ArticleFacts(article="art-1", extractor="test", analysed=True, mentions=mentions)
    printed = record(make_article(text), facts)
    assert [(text[row["start"] : row["end"]], row["etype"]) for row in printed["mentions"]] == [
        ("Judge Ada Brook", "person"),
        ("who", None),
        ("Norwegian", "other"),
        ("Norwegians", "person"),
    ]
    assert text[printed["entities"][0]["start"] : printed["entities"][0]["end"]] == "Ada Brook"
