"""A person's reading of sentences that a weak model wrote and the guide would show: still shown, still supported."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.read import SHIPPED, files_below, read_file
from rag.verify.support import Lexicon, rephrased
from rag.verify.whole import fragment_fault

READINGS = Path(__file__).parent.parent / "eval" / "readings"


def test_each_sentence_that_was_read_has_its_exact_quote_and_at_most_one_in_a_hundred_was_wrong() -> None:
    sources = {source.id: source for source in map(read_file, files_below(SHIPPED))}
    lines = (READINGS / "smollm2.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    assert all(sources[one["source"]].text[one["start"] : one["end"]] == one["quote"] for one in read)
    wrong = [one["text"] for one in read if one["verdict"] != "supported"]
    assert len(read) >= 70 and len({one["question"] for one in read}) >= 25 and len(wrong) <= len(read) / 100


def test_what_a_reader_found_wrong_is_no_longer_shown_and_the_last_round_had_nothing_wrong() -> None:
    lines = (READINGS / "smollm2-2026-11-22.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    wrong = [one for one in read if one["verdict"] == "wrong"]
    assert wrong and all(fragment_fault(one["text"], one["quote"]) for one in wrong)
    assert not [one for one in wrong if one["round"] == max(each["round"] for each in read)]


def test_of_six_hundred_sentences_the_last_round_had_none_wrong_and_the_rules_keep_what_was_right() -> None:
    sources = {source.id: source for source in map(read_file, files_below(SHIPPED))}
    lexicon = Lexicon.of(sources.values())
    lines = (READINGS / "smollm2-2026-11-22-b.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    ours = [one for one in read if one["source"] in sources]
    assert all(sources[one["source"]].text[one["start"] : one["end"]] == one["quote"] for one in ours)
    last = [one for one in read if one["round"] == max(each["round"] for each in read)]
    assert len(last) >= 100 and not [one for one in last if one["verdict"] == "wrong"]
    reworded = [one for one in read if one["support"] == "rephrased"]
    shown = [one for one in reworded if _passes(one["text"], one["quote"], lexicon)]
    assert not [one["text"] for one in shown if one["verdict"] == "wrong"]
    right = [one for one in reworded if one["verdict"] == "supported"]
    assert len([one for one in shown if one["verdict"] == "supported"]) >= 0.8 * len(right)


def _passes(text: str, quote: str, lexicon: Lexicon) -> bool:
    """Whether a sentence passes the rules on words; « leans » and vectors need an index."""
    return bool(rephrased(text, [quote], lexicon, 1.0)) and not fragment_fault(text, quote)
