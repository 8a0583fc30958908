"""Saving and putting back the data directory: whole, checked, and never outside it."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from rag.errors import ArchiveError, IndexMissing
from rag.guide import Guide
from rag.index.build import build
from rag.index.searchable import Index
from rag.service.backup import backup, restore
from rag.settings import Settings
from tests.conftest import write_corpus
from tests.test_rag_index import WordEmbedder, nearest


@pytest.fixture
def settings(small_corpus: Path, tmp_path: Path) -> Settings:
    """Settings over an index of the small corpus."""
    settings = Settings(data_dir=tmp_path / "data")
    build(settings, small_corpus, embedder=WordEmbedder())
    return settings


@pytest.fixture
def archive(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "saved.tar.gz"
    backup(settings, path)
    return path


def test_what_was_saved_is_put_back_elsewhere_and_answers(archive: Path, tmp_path: Path) -> None:
    elsewhere = Settings(data_dir=tmp_path / "new" / "data")
    digests, former = restore(elsewhere, archive)
    assert former is None and "index/manifest.json" in digests
    assert nearest(Index.open(elsewhere), "La mairie prête un local au pôle") == "mairie"


def test_putting_back_keeps_the_former_directory_and_an_open_guide_takes_it_up(
    settings: Settings, archive: Path, small_corpus: Path
) -> None:
    (small_corpus / "mairie.md").unlink()
    build(settings, small_corpus, embedder=WordEmbedder())
    guide = Guide(settings, Index.open(settings), WordEmbedder())
    assert "mairie" not in guide.index.sources
    _, former = restore(settings, archive)
    assert former and (former / "index" / "manifest.json").is_file()
    assert guide.search("La mairie prête un local au pôle")[0].passage.source.id == "mairie"


def test_a_database_is_saved_as_it_stands_while_others_write_to_it(settings: Settings, tmp_path: Path) -> None:
    """Every transaction adds two rows: a copy of half a transaction would hold an odd number."""
    path = settings.data_dir / "conversations.sqlite3"
    begun, stop = Event(), Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30)) as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("CREATE TABLE said (text TEXT)")
            while not stop.is_set():
                with base:
                    base.execute("INSERT INTO said VALUES (?)", ("x" * 2000,))
                    base.execute("INSERT INTO said VALUES (?)", ("y" * 2000,))
                begun.set()

    writer = Thread(target=write)
    writer.start()
    assert begun.wait(30)
    try:
        for number in range(3):
            backup(settings, tmp_path / f"{number}.tar.gz")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        elsewhere = Settings(data_dir=tmp_path / f"restored-{number}")
        restore(elsewhere, tmp_path / f"{number}.tar.gz")
        with closing(sqlite3.connect(elsewhere.data_dir / path.name)) as base:
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert base.execute("SELECT count(*) FROM said").fetchone()[0] % 2 == 0


INDEXING = """
import sys
import time
from pathlib import Path
from rag.index.build import build
from rag.settings import Settings
from tests.test_rag_index import WordEmbedder
data, sources = map(Path, sys.argv[1:])
for number in range(1000):
    (sources / "change.md").write_text(f"Le texte numéro {number}.", encoding="utf-8")
    build(Settings(data_dir=data), sources, embedder=WordEmbedder())
    print(number, flush=True)
    time.sleep(0.2)  # lets who waits for the lock have it
"""


def test_a_backup_while_another_process_indexes_is_one_index(settings: Settings, tmp_path: Path) -> None:
    sources = write_corpus(tmp_path / "changing")
    command = [sys.executable, "-c", INDEXING, str(settings.data_dir), str(sources)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as indexing:
        assert indexing.stdout and indexing.stdout.readline()
        for number in range(2):
            path = tmp_path / f"{number}.tar.gz"
            backup(settings, path)
            elsewhere = Settings(data_dir=tmp_path / f"restored-{number}")
            restore(elsewhere, path)
            index = Index.open(elsewhere)
            assert len(index.passage_vectors()) == len(index.passages) == 5
        indexing.kill()


def test_nothing_to_save_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        backup(Settings(data_dir=tmp_path / "absent"), tmp_path / "saved.tar.gz")


def test_an_archive_inside_the_data_directory_is_refused(settings: Settings) -> None:
    with pytest.raises(ArchiveError, match="hors du dossier de données"):
        backup(settings, settings.data_dir / "saved.tar.gz")


def test_an_archive_that_cannot_be_written_leaves_the_former_one(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="rien n'a été changé"):
        backup(settings, tmp_path / "absent" / "saved.tar.gz")


# --- archives that are not what they should be ---


def forged(path: Path, *entries: tarfile.TarInfo, content: bytes = b"x", digests: object = None) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for entry in entries:
            entry.size = len(content) if entry.isreg() else 0
            tar.addfile(entry, io.BytesIO(content))
        if digests is not None:
            listed = json.dumps(digests).encode()
            list_entry = tarfile.TarInfo("digests.json")
            list_entry.size = len(listed)
            tar.addfile(list_entry, io.BytesIO(listed))
    return path


def _link(name: str, kind: bytes, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


TRAPS = {
    "a name that climbs": tarfile.TarInfo("data/../../outside"),
    "an absolute name": tarfile.TarInfo("/outside"),
    "a name beside the data": tarfile.TarInfo("outside"),
    "a name of another system": tarfile.TarInfo("data\\..\\outside"),
    "a symbolic link": _link("data/outside", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": _link("data/outside", tarfile.LNKTYPE, "../../outside"),
    "a device": _link("data/outside", tarfile.CHRTYPE, ""),
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_an_archive_that_leads_elsewhere_is_refused_and_changes_nothing(
    settings: Settings, tmp_path: Path, trap: tarfile.TarInfo
) -> None:
    before = sorted(tmp_path.rglob("*"))
    path = forged(tmp_path / "trap.tar.gz", trap, digests={})
    with pytest.raises(ArchiveError):
        restore(settings, path)
    path.unlink()
    assert sorted(tmp_path.rglob("*")) == before


HARM: dict[str, Callable[[Path], object]] = {
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "not an archive": lambda path: path.write_bytes(b"bonjour"),
    "empty": lambda path: path.write_bytes(b""),
    "without digests": lambda path: forged(path, tarfile.TarInfo("data/a")),
    "with a wrong digest": lambda path: forged(path, tarfile.TarInfo("data/a"), digests={"a": "0" * 64}),
    "with a file missing": lambda path: forged(path, digests={"a": "0" * 64}),
    "absent": Path.unlink,
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
def test_a_damaged_archive_is_refused_and_the_directory_serves_on(
    settings: Settings, archive: Path, harm: Callable[[Path], object]
) -> None:
    harm(archive)
    with pytest.raises(ArchiveError):
        restore(settings, archive)
    assert nearest(Index.open(settings), "La mairie prête un local au pôle") == "mairie"
    assert [path.name for path in settings.data_dir.parent.glob(".data-*")] == []
