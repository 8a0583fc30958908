"""Documents of one's own: added, replaced, corrected and removed, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.types import MINE, Kind
from rag.errors import DocumentError, GuideError, IndexCorrupt, IndexFailed, Refused, UnknownCollection, UnknownSource
from rag.guide import Guide
from rag.index.added import Incoming, add, edit, listing, original, preview, rebuild_added, remove, renew_added
from rag.index.build import build
from rag.index.changing import folder_of
from rag.index.checkup import Checkup, checkup
from rag.index.searchable import Index
from rag.index.store import SCHEMA, Store, writing
from rag.settings import Settings
from tests.conftest import ROOT
from tests.test_rag_index import WordEmbedder

FIELDS = "# Le foncier\n\nLe foncier agricole est prêté par la commune. Il compte douze hectares."
MONEY = "# La monnaie\n\nLa monnaie locale circule depuis 2019. Elle vaut un euro."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def guide(settings: Settings, small_corpus: Path) -> Guide:
    """A guide over the small corpus, with a document of one's own about fields."""
    build(settings, small_corpus, embedder=WordEmbedder())
    put(settings, small_corpus, "foncier.md", FIELDS)
    return Guide(settings, Index.open(settings), WordEmbedder())


def put(settings: Settings, folder: Path, name: str, text: str, collection: str = MINE) -> tuple[str, ...]:
    """Adds a file of this name and text; returns the ids that were added."""
    path = folder / "à ajouter"
    path.write_text(text, encoding="utf-8")
    return add(settings, [Incoming(path, name)], collection, embedder=WordEmbedder()).added


def found(guide: Guide, question: str) -> list[str]:
    return [hit.passage.source.id for hit in guide.search(question)]


# hnswlib writes its arrays whole: behind the vectors stands whatever the memory of the process held before
ARRAYS = {"data_level0.bin", "length.bin"}


def everything(folder: Path) -> bytes:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in ARRAYS)
    return b"".join(path.read_bytes() for path in files)


# --- adding, replacing, correcting, removing ---


def test_what_was_added_is_found_beside_the_rest_and_its_file_is_kept(guide: Guide, settings: Settings) -> None:
    assert guide.collections == ("documents", MINE)
    assert {"foncier", "mairie"} <= set(found(guide, "foncier agricole de la commune"))
    path, filed = original(settings, "foncier")
    assert (path.read_text(encoding="utf-8"), filed.name) == (FIELDS, "foncier.md")


def test_the_same_file_twice_is_one_document(guide: Guide, settings: Settings, tmp_path: Path) -> None:
    assert put(settings, tmp_path, "autre nom.md", FIELDS) == ()
    assert put(settings, tmp_path, "foncier.md", FIELDS, "une autre collection") == ()
    assert sorted(guide._live.by_name()) == ["documents", MINE]


def test_a_changed_file_of_the_same_name_replaces_its_document(
    guide: Guide, settings: Settings, tmp_path: Path
) -> None:
    assert put(settings, tmp_path, "foncier.md", FIELDS.replace("douze", "vingt")) == ("foncier",)
    assert "vingt hectares" in guide.source("foncier").text
    assert len(list((folder_of(settings, MINE) / "index" / "originals").iterdir())) == 1


def test_two_documents_never_share_an_id(guide: Guide, settings: Settings, tmp_path: Path) -> None:
    assert put(settings, tmp_path, "mairie.txt", "La mairie d'une autre ville.") == ("mairie-2",)
    assert put(settings, tmp_path, "foncier.txt", "Un autre foncier.", "voisins") == ("foncier-2",)
    assert len({source.id for source in guide.sources}) == len(guide.sources)


def test_a_document_that_is_removed_leaves_nothing_behind(guide: Guide, settings: Settings, tmp_path: Path) -> None:
    put(settings, tmp_path, "monnaie.md", MONEY)
    assert remove(settings, ["foncier"], WordEmbedder()).removed == ("foncier",)
    assert "foncier" not in found(guide, "foncier agricole")
    index = Index.open(settings.model_copy(update={"data_dir": folder_of(settings, MINE)}))
    texts = index._vectors.ids(index._texts)
    assert {id.split("/")[0] for id in texts} == {source.content for source in index.sources.values()}
    assert b"hectares" not in everything(settings.data_dir / "collections")


def test_a_collection_goes_with_its_last_document(guide: Guide, settings: Settings) -> None:
    remove(settings, ["foncier"], WordEmbedder())
    assert guide.collections == ("documents",)
    assert list((settings.data_dir / "collections").iterdir()) == []


def test_what_is_said_of_a_document_can_be_corrected_without_computing_it_again(
    guide: Guide, settings: Settings
) -> None:
    embedder = WordEmbedder()
    said = {"authors": ["Anne Martin"], "published": "2021-05", "kind": "testimony"}
    edit(settings, "foncier", said, embedder)
    metadata = guide.source("foncier").metadata
    assert (metadata.authors, metadata.year, metadata.kind) == (("Anne Martin",), 2021, Kind.TESTIMONY)
    assert embedder.texts == 0
    edit(settings, "foncier", {"title": "Nos terres"}, embedder)
    assert guide.source("foncier").metadata.title == "Nos terres"
    assert embedder.texts > 0


@pytest.mark.parametrize(
    "said", [{"published": "hier"}, {"published": "2021-13"}, {"kind": "roman"}, {"id": "x"}, {"title": "t" * 301}]
)
def test_what_cannot_be_said_of_a_document_is_refused(
    guide: Guide, settings: Settings, said: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        edit(settings, "foncier", said, WordEmbedder())


def test_only_documents_that_were_added_are_changed_or_removed(guide: Guide, settings: Settings) -> None:
    for act in (lambda id: remove(settings, [id]), lambda id: edit(settings, id, {})):
        with pytest.raises(Refused, match="ptce index"):
            act("mairie")
        with pytest.raises(UnknownSource):
            act("nulle-part")


def test_a_preview_keeps_nothing_and_says_what_would_be_replaced(
    guide: Guide, settings: Settings, tmp_path: Path
) -> None:
    before = everything(settings.data_dir)
    (tmp_path / "f").write_text(MONEY, encoding="utf-8")
    seen = preview(settings, Incoming(tmp_path / "f", "foncier.md"))
    assert (seen.source.metadata.title, seen.replaces, seen.known) == ("La monnaie", "Le foncier", "")
    (tmp_path / "f").write_text(FIELDS, encoding="utf-8")
    assert preview(settings, Incoming(tmp_path / "f", "copie.md")).known == "Le foncier"
    (tmp_path / "f").write_bytes(b"")
    with pytest.raises(DocumentError, match="vide"):
        preview(settings, Incoming(tmp_path / "f", "vide.md"))
    assert everything(settings.data_dir) == before


def test_a_file_that_cannot_be_read_does_not_stop_the_others(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "bon").write_text(MONEY, encoding="utf-8")
    (tmp_path / "faux").write_bytes(b"%PDF-1.4")
    files = [
        Incoming(tmp_path / "faux", "a.pdf"),
        Incoming(tmp_path / "bon", "b.md"),
        Incoming(tmp_path / "rien", "c.md"),
    ]
    report = add(settings, files, embedder=WordEmbedder())
    assert report.added == ("b",)
    assert [line.split()[0] for line in report.problems] == ["'a.pdf'", "'c.md'"]


def test_names_are_never_paths(settings: Settings, tmp_path: Path) -> None:
    names = ["../../évasion.md", "C:\\Windows\\x.md", "/etc/passwd.md", "a\x00b.md", "‮gnp.md", "é" * 5000 + ".md"]
    for number, name in enumerate(names):
        assert len(put(settings, tmp_path, name, f"Texte {number}.")) == 1
    with pytest.raises(Refused):
        put(settings, tmp_path, "x.md", "x", "../../ailleurs")
    inside = {path for path in tmp_path.rglob("*") if not path.is_relative_to(settings.data_dir)}
    assert inside == {tmp_path / "à ajouter"}
    assert [listed.file.name for listed in listing(settings) if listed.file and "/" in listed.file.name] == []


@pytest.mark.parametrize("name", ["", "guide", "documents", "a/b", "..", "é" * 61, "<b>"])
def test_a_name_that_no_collection_can_have_is_refused(settings: Settings, tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        put(settings, tmp_path, "x.md", "x", name)


def test_a_collection_has_a_limit(settings: Settings, tmp_path: Path) -> None:
    small = settings.model_copy(update={"max_documents": 1})
    put(small, tmp_path, "un.md", "Un.")
    with pytest.raises(Refused, match="PTCE_MAX_DOCUMENTS"):
        put(small, tmp_path, "deux.md", "Deux.")


def test_indexing_another_folder_keeps_what_was_added(guide: Guide, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "neuf").mkdir()
    (tmp_path / "neuf" / "foncier.md").write_text("Un foncier de dossier.", encoding="utf-8")
    build(settings, tmp_path / "neuf", embedder=WordEmbedder())
    assert {source.id for source in guide.sources} == {"foncier", "foncier-md"}
    assert "douze hectares" in guide.source("foncier").text


# --- collections ---


def test_only_the_collections_that_are_asked_for_are_searched(guide: Guide) -> None:
    hits = guide.search("foncier agricole", collections=[MINE])
    assert {hit.passage.source.metadata.collection for hit in hits} == {MINE}
    answer = guide.ask("Qui prête le foncier agricole ?", collections=[MINE])
    assert (answer.searched_in, answer.used) == ((MINE,), (MINE,))
    with pytest.raises(UnknownCollection, match="mes-documents"):
        guide.search("x", collections=["ailleurs"])


# --- several processes ---


def test_a_guide_that_serves_takes_up_what_another_process_adds_and_removes(guide: Guide, settings: Settings) -> None:
    script = (
        "import sys; from pathlib import Path; from rag.settings import Settings\n"
        "from rag.index.added import add, remove, Incoming; from tests.test_rag_index import WordEmbedder\n"
        "s = Settings(data_dir=Path(sys.argv[1])); f = Path(sys.argv[1]) / 'f'; f.write_text(sys.argv[2])\n"
        "add(s, [Incoming(f, 'monnaie.md')], embedder=WordEmbedder()); remove(s, ['foncier'], WordEmbedder())\n"
    )
    failed: list[GuideError] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                assert guide.ask("Qui prête le foncier ?").hits
            except GuideError as error:
                failed.append(error)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    command = [sys.executable, "-c", script, str(settings.data_dir), MONEY]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    guide.search("monnaie")
    guide._live.catch_up()
    assert found(guide, "La monnaie locale")[0] == "monnaie"
    assert "foncier" not in {source.id for source in guide.sources}
    stop.set()
    for thread in asking:
        thread.join()
    assert failed == []


def test_two_processes_that_add_at_once_both_succeed(settings: Settings, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from rag.settings import Settings\n"
        "from rag.index.added import add, Incoming; from tests.test_rag_index import WordEmbedder\n"
        "s, f = Settings(data_dir=Path(sys.argv[1])), Path(sys.argv[2])\n"
        "add(s, [Incoming(f, f.name)], embedder=WordEmbedder())\n"
    )
    running = []
    for name in ("un", "deux"):
        (tmp_path / f"{name}.md").write_text(f"Le document {name}.", encoding="utf-8")
        command = [sys.executable, "-c", script, str(settings.data_dir), str(tmp_path / f"{name}.md")]
        running.append(subprocess.Popen(command, cwd=ROOT))
    assert [process.wait(60) for process in running] == [0, 0]
    assert {listed.metadata.id for listed in listing(settings)} == {"un", "deux"}


# --- kill -9, a full disk, damage ---

KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from rag.index.added import Incoming, add, remove
from rag.settings import Settings
from tests.test_rag_index import WordEmbedder

data, file, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def run(copy: Path, moment: int) -> int:
    '''Changes a copy in a process that is killed at its `moment`-th write; returns how many writes it made.'''
    shutil.copytree(data, copy)
    reading, writing = os.pipe()
    if child := os.fork():
        os.close(writing)
        os.waitpid(child, 0)
        return len(os.read(reading, 10_000))
    left = [moment]
    def step(event, arguments):
        writes = event == "open" and isinstance(arguments[1], str) and arguments[1][:1] in "wax"
        if writes or event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir"):
            os.write(writing, b".")
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
    sys.addaudithook(step)
    settings = Settings(data_dir=copy)
    if what == "add":
        add(settings, [Incoming(file, "monnaie.md")], embedder=WordEmbedder())
    else:
        remove(settings, ["foncier"], WordEmbedder())
    os._exit(0)

steps = run(data.with_name("whole"), -1)
moments = sorted({round(number * (steps - 1) / 11) for number in range(12)})
for moment in moments:
    run(data.with_name(f"killed-{moment}"), moment)
print(*moments)
"""


@pytest.mark.parametrize("what", ["add", "remove"])
def test_kill_9_at_any_moment_loses_nothing_that_was_accepted(
    guide: Guide, settings: Settings, tmp_path: Path, what: str
) -> None:
    (tmp_path / "monnaie").write_text(MONEY, encoding="utf-8")
    put(settings, tmp_path, "eau.md", "# L'eau\n\nL'eau vient de la source.")
    command = [sys.executable, "-c", KILLED, str(settings.data_dir), str(tmp_path / "monnaie"), what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    moments = list(map(int, done.stdout.split()))
    assert len(moments) > 8
    before, after = {"eau", "foncier"}, {"add": {"eau", "foncier", "monnaie"}, "remove": {"eau"}}[what]
    seen = []
    for moment in moments:
        left = Settings(data_dir=settings.data_dir.with_name(f"killed-{moment}"))
        seen.append(own_of(left))
        fresh = Guide(left, Index.open(left), WordEmbedder())
        assert fresh.collections == ("documents", MINE)
        assert seen[-1] <= {source.id for source in fresh.sources}
        assert "eau" in found(fresh, "L'eau vient de la source")
        put(left, tmp_path, "neuf.md", "# Neuf\n\nUn document neuf.")
        assert own_of(left) == seen[-1] | {"neuf"}
        assert len(list((folder_of(left, MINE) / "index").glob("[cg]*-*"))) == 2  # nothing of the crash is left
    assert seen[0] == before and all(own in (before, after) for own in seen)


def own_of(settings: Settings) -> set[str]:
    return {listed.metadata.id for listed in listing(settings) if listed.removable}


def test_a_full_disk_leaves_the_former_index_serving(guide: Guide, settings: Settings, tmp_path: Path) -> None:
    large = "# Long\n\n" + "\n\n".join(
        f"Le paragraphe {number} du long document parle de foncier." for number in range(900)
    )
    (tmp_path / "long.md").write_text(large, encoding="utf-8")
    script = (
        "import resource, signal, sys; from pathlib import Path; from rag.settings import Settings\n"
        "from rag.index.added import add, Incoming; from tests.test_rag_index import WordEmbedder\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (400_000,) * 2)\n"
        "from rag.errors import GuideError\n"
        "try:\n"
        "    s, f = Settings(data_dir=Path(sys.argv[1])), Path(sys.argv[2])\n"
        "    add(s, [Incoming(f, f.name)], embedder=WordEmbedder())\n"
        "except GuideError as error:\n"
        "    sys.exit(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, settings.data_dir, tmp_path / "long.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stderr.strip() in ("index_failed", "data_directory"), done.stderr
    fresh = Guide(settings, Index.open(settings), WordEmbedder())
    assert found(fresh, "foncier agricole prêté")[0] == "foncier"
    assert add(settings, [Incoming(tmp_path / "long.md", "long.md")], embedder=WordEmbedder()).added == ("long",)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of three megabytes."""
    folder = tmp_path / "petit"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a tiny file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_tiny_file_system_that_fills_up_loses_nothing(tiny_disk: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tiny_disk / "data")
    put(settings, tmp_path, "foncier.md", FIELDS)
    words = [f"mot{number}" for number in range(40_000)]
    failed = 0
    for number in range(6):
        text = "\n\n".join(
            " ".join(words[start : start + 40]) + "." for start in range(number * 500, number * 500 + 20_000, 40)
        )
        try:
            put(settings, tmp_path, f"long{number}.md", text)
        except GuideError:
            failed += 1
        own = {listed.metadata.id for listed in listing(settings)}
        index = Index.open(settings.model_copy(update={"data_dir": folder_of(settings, MINE)}))
        assert "foncier" in own and index.sources.keys() == own
    assert failed


@pytest.mark.parametrize("room", range(0, 1200, 150))
def test_with_too_little_room_indexing_says_that_there_is_no_space(
    tiny_disk: Path, small_corpus: Path, room: int
) -> None:
    settings = Settings(data_dir=tiny_disk / "data")
    build(settings, small_corpus, embedder=WordEmbedder())
    with (tiny_disk / "filling").open("wb") as filling:
        filling.truncate(0)
        os.posix_fallocate(filling.fileno(), 0, shutil.disk_usage(tiny_disk).free - room * 1024)
    try:
        build(settings, small_corpus, rebuild=True, embedder=WordEmbedder())
    except GuideError as error:
        assert isinstance(error, IndexFailed) and "No space left on device" in str(error)
    else:
        assert room
    (tiny_disk / "filling").unlink()
    assert Index.open(settings).texts_near(WordEmbedder().question("mairie"), 1)


def test_a_damaged_manifest_is_named_and_rebuilding_brings_the_documents_back(guide: Guide, settings: Settings) -> None:
    assert found(guide, "foncier agricole prêté")[0] == "foncier"
    manifest = folder_of(settings, MINE) / "index" / "manifest.json"
    manifest.write_text("", encoding="utf-8")
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        listing(settings)
    assert found(guide, "foncier agricole prêté")[0] == "foncier"
    rebuild_added(settings, embedder=WordEmbedder())
    assert "foncier" in {listed.metadata.id for listed in listing(settings) if listed.removable}


def test_another_embedder_computes_the_collections_again(guide: Guide, settings: Settings) -> None:
    renew_added(settings, lambda done, total: None, WordEmbedder("other"))
    manifest = Store(folder_of(settings, MINE)).manifest()
    assert manifest and (manifest.embedder, list(manifest.documents)) == ("other", ["foncier"])


# --- what is kept ---


def test_a_checkup_counts_what_is_kept_and_names_what_is_gone(guide: Guide, settings: Settings, tmp_path: Path) -> None:
    put(settings, tmp_path, "monnaie.md", MONEY, "voisins")
    assert checkup(settings) == Checkup(2, 2, (), (), 0, False)
    original(settings, "foncier")[0].unlink()
    store = Store(folder_of(settings, "voisins"))
    manifest = store.manifest()
    assert manifest
    (store.folder / "documents" / f"{manifest.documents['monnaie']}.json").unlink()
    assert checkup(settings) == Checkup(2, 2, ("monnaie",), ("foncier",), 0, False)
    with writing(settings.data_dir):
        assert checkup(settings).writing


def test_what_interrupted_changes_left_behind_is_told_and_gone_with_the_next_one(
    guide: Guide, settings: Settings, tmp_path: Path
) -> None:
    collections = settings.data_dir / "collections"
    left = [
        folder_of(settings, MINE) / "index" / "originals" / "orphelin",
        collections / "0123456789abcdef" / "index" / "documents" / "premier.json",  # of an addition that never ended
        collections / ".fedcba9876543210" / "reste",
        settings.data_dir / "incoming" / "ancien" / "0",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1000)
    being_sent = settings.data_dir / "incoming" / "neuf" / "0"
    being_sent.parent.mkdir()
    being_sent.write_bytes(b"x")
    os.utime(left[-1].parent, (0, 0))
    assert checkup(settings).left == 4000
    put(settings, tmp_path, "monnaie.md", MONEY)
    assert checkup(settings).left == 0
    assert [path for path in left if path.exists()] == [] and being_sent.exists()


def test_a_new_release_makes_every_index_again_from_what_was_kept(
    guide: Guide, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(settings, "foncier", {"title": "Nos terres", "authors": ["Anne Martin"]}, WordEmbedder())
    shutil.rmtree(tmp_path / "sources")
    folders = [settings.data_dir, folder_of(settings, MINE)]
    for folder in folders:
        store = Store(folder)
        manifest = store.manifest()
        assert manifest
        store.replace_manifest(replace(manifest, schema=SCHEMA - 1))
    monkeypatch.setattr("rag.guide.open_embedder", lambda settings: WordEmbedder())
    renewed = Guide.open(settings)
    assert [manifest.schema for folder in folders if (manifest := Store(folder).manifest())] == [SCHEMA, SCHEMA]
    assert {source.id for source in renewed.sources} == {"foncier", "mairie", "financement", "visite"}
    assert found(renewed, "foncier agricole prêté")[0] == "foncier"
    metadata = renewed.source("foncier").metadata
    assert (metadata.title, metadata.authors) == ("Nos terres", ("Anne Martin",))
    assert original(settings, "foncier")[0].read_text(encoding="utf-8") == FIELDS
