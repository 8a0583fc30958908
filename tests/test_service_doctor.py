"""What `ptce doctor` says of a guide in service: processes, memory, Chroma, model, backups, tokens."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from eval.dependencies import cut_model
from eval.serving import free_port
from rag.errors import ArchiveError, GuideError, VectorServerError
from rag.service.backup import backup, restore
from rag.service.saved import last_saved
from rag.settings import Settings
from tests.fakes import ScriptedGuide
from tests.test_ui_browser import served
from ui.access.roles import Role
from ui.access.tokens import create
from ui.commands.doctor import Mark, examine
from ui.commands.doctor_service import Advice, access, backups, chroma, free_megabytes, processes, serves_here

_, GRANT = create([Role.READER], "lecture")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data directory with something in it."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "feedback.jsonl").write_text("{}", encoding="utf-8")
    return Settings(data_dir=tmp_path / "data")


def test_more_processes_than_cores_is_an_advice_and_more_than_memory_a_fault(
    settings: Settings, tmp_path: Path
) -> None:
    assert "processus de réponse" in processes(settings)
    with pytest.raises(Advice, match="PTCE_WORKERS="):
        processes(settings.model_copy(update={"workers": 20}))
    model = tmp_path / "modele.gguf"
    with model.open("wb") as file:
        file.truncate(10**13)  # a sparse file: ten terabytes of model
    with pytest.raises(GuideError, match="baissez PTCE_WORKERS"):
        processes(settings.model_copy(update={"llm": f"local:{model}"}))


def test_the_memory_of_a_container_is_its_limit(tmp_path: Path) -> None:
    memory, group = tmp_path / "meminfo", tmp_path / "memory.max"
    memory.write_text("MemTotal: 9000000 kB\nMemAvailable: 4096000 kB\n")
    assert free_megabytes(memory, group) == 4000
    group.write_text("max\n")
    assert free_megabytes(memory, group) == 4000
    group.write_text(f"{512 * 2**20}\n")
    assert free_megabytes(memory, group) == 512
    assert free_megabytes(tmp_path / "absent", group) is None


def test_a_chroma_server_that_is_away_is_told_at_once(settings: Settings) -> None:
    assert "pas de serveur" in chroma(settings)
    with pytest.raises(VectorServerError, match="PTCE_CHROMA_URL"):
        chroma(settings.model_copy(update={"chroma_url": f"http://127.0.0.1:{free_port()}"}))


def test_the_last_backup_is_read_again_and_its_age_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Advice, match="ptce backup"):
        backups(settings)
    archive = tmp_path / "guide.tar.gz"
    backup(settings, archive)
    assert "il y a 0 jour(s), relue : 1 fichier(s)" in backups(settings)
    note = {"at": (datetime.now(UTC) - timedelta(days=30)).isoformat(), "archive": str(archive)}
    (settings.data_dir / "backup.json").write_text(json.dumps(note), encoding="utf-8")
    with pytest.raises(GuideError, match="il y a 30 jours") as old:
        backups(settings)
    assert not isinstance(old.value, Advice)


def test_a_backup_that_could_not_be_put_back_is_a_fault_and_one_that_was_moved_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    archive = tmp_path / "guide.tar.gz"
    backup(settings, archive)
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(ArchiveError):
        backups(settings)
    archive.unlink()
    with pytest.raises(Advice, match="à l'abri"):
        backups(settings)


def test_what_was_put_back_is_known_as_a_backup(settings: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "guide.tar.gz"
    backup(settings, archive)
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    restore(elsewhere, archive)
    saved = last_saved(elsewhere.data_dir)
    assert saved and saved.archive == archive and saved.days == 0


def test_a_port_where_the_guide_already_answers_is_no_fault(tmp_path: Path) -> None:
    with served(ScriptedGuide(), Settings(data_dir=tmp_path)) as address:
        assert serves_here(Settings(port=urlsplit(address).port or 0))
    assert not serves_here(Settings(port=free_port()))


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"at": "hier", "archive": "x"}', '{"at": 3, "archive": "x"}'])
def test_a_note_that_cannot_be_read_is_no_backup(settings: Settings, note: str) -> None:
    (settings.data_dir / "backup.json").write_text(note, encoding="utf-8")
    assert last_saved(settings.data_dir) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"host": "0.0.0.0"}, "en clair"),
        ({"rate_limit": 0}, "PTCE_RATE_LIMIT=0"),
        ({"embed_origins": "https://reseau.example"}, "à tous"),
    ],
)
def test_what_opens_the_guide_wider_is_said(settings: Settings, changes: dict[str, object], said: str) -> None:
    guarded = settings.model_copy(update={"api_tokens": SecretStr(GRANT.setting)})
    assert "1 jeton(s)" in access(guarded)
    with pytest.raises(Advice, match=said):
        access(guarded.model_copy(update=changes))


def test_a_token_that_soon_ends_is_named(settings: Settings) -> None:
    lasting, ending = (create([Role.READER], name, days)[1].setting for name, days in (("siege", 90), ("stage", 9)))
    with pytest.raises(Advice, match=r"« stage » finit le \d{4}-\d\d-\d\d\.$"):
        access(settings.model_copy(update={"api_tokens": SecretStr(f"{lasting} {ending}")}))


def test_a_token_that_has_ended_is_said_to_open_nothing(settings: Settings) -> None:
    ended = create([Role.READER], "stage", -1)[1].setting
    with pytest.raises(Advice, match="« stage » fini depuis le"):
        access(settings.model_copy(update={"api_tokens": SecretStr(ended)}))


def test_a_model_is_asked_for_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PTCE_LLM", "openai:coupe")
    with cut_model() as address:
        monkeypatch.setenv("PTCE_LLM_URL", address)
        [line] = [check for check in examine() if "openai:coupe" in check.text]
    assert line.mark is Mark.WRONG and "Le modèle de langue" in line.text
