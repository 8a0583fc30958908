"""What own documents cost and whether they survive: `python -m eval.bench_documents --bench DIR`.

Sheets of service-public.fr are written as real files of every format (by pandoc and by the PDF writer of `eval.pdfs`),
with damaged ones among them, and indexed as a folder; then what was read is compared with what was written. Vectors
are those of a stand-in, except where the cost of indexing is compared with that of the embedding.
"""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated
from unicodedata import normalize

import numpy as np
import typer

from corpus.formats.pandoc import FORMATS, pandoc_path
from corpus.types import Source
from eval import spp
from eval.pdfs import pdf, typeset
from rag.embed import Embedder, Matrix, Vector, open_embedder
from rag.index.build import build
from rag.index.searchable import Index
from rag.settings import Settings

EACH = {".docx": 60, ".odt": 50, ".html": 50, ".epub": 30, ".rtf": 30, ".pdf": 80, ".md": 30, ".txt": 30}
LARGE_DOCUMENTS, LARGE_PASSAGES = 1_000, 100
TIMED = 12
DIMENSION = 384


class StandIn:
    """Vectors that cost nothing: unit vectors drawn from the text's own digest."""

    name = "stand-in"

    def question(self, text: str) -> Vector:
        """The vector of a question."""
        vector: Vector = self.questions([text])[0]
        return vector

    def questions(self, texts: Sequence[str]) -> Matrix:
        """The vectors of questions."""
        rows = [np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION) for text in texts]
        matrix = np.array(rows, dtype=np.float32).reshape(len(rows), DIMENSION)
        return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Matrix:
        """The vectors of passages."""
        return self.questions(texts)


class Timed:
    """An embedder that counts the seconds it takes."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name = f"{embedder.name} timed"
        self.seconds = 0.0

    def question(self, text: str) -> Vector:
        """The vector of a question."""
        return self._embedder.question(text)

    def questions(self, texts: Sequence[str]) -> Matrix:
        """The vectors of questions."""
        return self._timed(self._embedder.questions, texts)

    def passages(self, texts: Sequence[str]) -> Matrix:
        """The vectors of passages."""
        return self._timed(self._embedder.passages, texts)

    def _timed(self, embed: Callable[[Sequence[str]], Matrix], texts: Sequence[str]) -> Matrix:
        began = perf_counter()
        matrix = embed(texts)
        self.seconds += perf_counter() - began
        return matrix


@dataclass
class Written:
    """Files that were written: by name, what must be found in each, as (words, page or section)."""

    marks: dict[str, list[tuple[str, int | str]]] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)


def write_files(sheets: Sequence[dict[str, str]], folder: Path, each: dict[str, int]) -> Written:
    """Writes `each` so many sheets of every format below `folder`, and a damaged file of each beside them."""
    folder.mkdir(parents=True)
    written = Written()
    position = 0
    for suffix, number in each.items():
        for sheet in sheets[position : position + number]:
            name = f"{sheet['id']}{suffix}"
            data, marks = _file(sheet, suffix)
            (folder / name).write_bytes(data)
            written.marks[name] = marks
        position += number
        for kind, broken in _damaged(suffix, data):
            (folder / f"abîmé-{kind}{suffix}").write_bytes(broken)
            written.damaged.append(f"abîmé-{kind}{suffix}")
    return written


def _file(sheet: dict[str, str], suffix: str) -> tuple[bytes, list[tuple[str, int | str]]]:
    # composed, as Windows-1252 has no letters in two parts
    title, text = (normalize("NFC", sheet[key]) for key in ("title", "text"))
    body = [line for line in text.split("\n") if line.strip()]
    if suffix == ".pdf":
        return _pdf(title, body)
    half = len(body) // 2
    parts = [("Première moitié", body[:half]), ("Seconde moitié", body[half:])]
    marks: list[tuple[str, int | str]] = [(_words(lines), name) for name, lines in parts if _words(lines)]
    if suffix == ".txt":
        return "\n".join(body).encode("cp1252", "replace"), []
    whole = "\n\n".join([f"# {title}", *(f"## {name}\n\n" + "\n\n".join(_plain(lines)) for name, lines in parts)])
    if suffix == ".md":
        return whole.encode(), marks
    command = [pandoc_path(), "--sandbox", "-s", "-f", "commonmark", "-t", FORMATS[suffix], "-o", "-"]
    command += ["--metadata", f"title={title}"]
    made = subprocess.run(command, input=whole.encode(), capture_output=True, check=True).stdout
    return made, [] if suffix == ".rtf" else marks


def _plain(lines: Sequence[str]) -> list[str]:
    return [
        "".join(character for character in line.lstrip("-#>*+ ") if character not in "<>[]*_`\\|") for line in lines
    ]


def _words(lines: Sequence[str]) -> str:
    """Some words that stand together in the longest line, and have no mark of Markdown among them."""
    longest = max(_plain(lines), key=len, default="")
    return " ".join(longest.split()[:6]) if longest.split()[5:] else ""


def _pdf(title: str, body: Sequence[str]) -> tuple[bytes, list[tuple[str, int | str]]]:
    blocks = [
        ("title", title),
        *(("item" if line.startswith("-") else "paragraph", line.lstrip("- ")) for line in body),
    ]
    pages = typeset(blocks, "Fiches pratiques, édition d'essai", "service-public.fr")
    marks: list[tuple[str, int | str]] = []
    for number, lines in enumerate(pages, 1):
        inner = [line.text.lstrip("- ") for line in lines[1:-1] if line.size < 12 and len(line.text.split()) > 5]
        marks += [(" ".join(inner[-1].split()[:5]), number)] if inner else []
    return pdf(pages, title), marks


def _damaged(suffix: str, sound: bytes) -> Iterator[tuple[str, bytes]]:
    yield "vide", b""
    if suffix not in (".html", ".md", ".txt"):
        yield "faux", b"ceci n'en est pas un"
    if suffix in (".docx", ".odt", ".epub", ".pdf"):
        yield "tronqué", sound[: len(sound) // 3]
    if suffix == ".docx":
        yield "ancien", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    if suffix in (".md", ".txt"):
        yield "binaire", bytes(range(256)) * 9
    if suffix == ".pdf":
        yield "scanné", pdf([[], []])
    if suffix == ".md":
        yield "en-tête", b"---\nkind: roman\n---\nTexte."


def misplaced(source: Source, marks: Sequence[tuple[str, int | str]]) -> list[str]:
    """The marks that are not found in `source`, or not on their page or in their section."""
    wrong = []
    text = " ".join(source.text.split())
    for words, place in marks:
        plain = " ".join(words.split())
        blocks = [block for block in source.blocks if plain in " ".join(source.text[block.start : block.end].split())]
        where = {block.page for block in blocks} | {part for block in blocks for part in block.section}
        if plain not in text or place not in where:
            wrong.append(f"{source.id}: {plain!r} n'est pas à {place!r}")
    return wrong


def many_files(bench: Path, folder: Path) -> Iterator[str]:
    """Indexes files of every format and compares them with what was written."""
    sheets = spp.lines(bench / "corpus.jsonl")
    began = perf_counter()
    written = write_files(sheets, folder / "files", EACH)
    seconds = perf_counter() - began
    yield f"{len(written.marks)} fichiers sains et {len(written.damaged)} abîmés, écrits en {seconds:.0f} s."
    settings = Settings(data_dir=folder / "data")
    began = perf_counter()
    report = build(settings, folder / "files", embedder=StandIn())
    yield f"Indexés : {len(report.added)} en {perf_counter() - began:.0f} s ; refusés : {len(report.problems)}."
    index = Index.open(settings)
    names = {filed.name: id for id, filed in index.manifest.files.items()}
    lost = sorted(written.marks.keys() - names.keys())
    wrong = [
        each
        for name, marks in written.marks.items()
        if name in names
        for each in misplaced(index.sources[names[name]], marks)
    ]
    checked = sum(map(len, written.marks.values()))
    yield f"Sains perdus : {len(lost)} {lost[:3]} ; pages et parties vérifiées : {checked}, fausses : {len(wrong)}."
    yield from wrong[:5]
    named = Counter(line.split("'")[1] for line in report.problems)
    yield f"Abîmés nommés chacun une fois : {sorted(named) == sorted(written.damaged)}."
    yield from (f"  {line}" for line in report.problems)


def cost(bench: Path, folder: Path) -> Iterator[str]:
    """What indexing costs, beside the embedding of its text by the real embedder."""
    spp.write_sheets(spp.lines(bench / "corpus.jsonl")[:TIMED], folder / "some")
    embedder = Timed(open_embedder(Settings()))
    began = perf_counter()
    build(Settings(data_dir=folder / "timed"), folder / "some", embedder=embedder)
    ratio = (perf_counter() - began) / embedder.seconds
    yield f"Indexer {TIMED} fiches : {ratio:.2f} fois le calcul de leurs vecteurs ({embedder.seconds:.0f} s)."


_LARGE = """
import resource, sys
from pathlib import Path
from time import perf_counter
from eval.bench_documents import StandIn
from rag.index.build import build
from rag.settings import Settings
began = perf_counter()
report = build(Settings(data_dir=Path(sys.argv[1])), Path(sys.argv[2]), embedder=StandIn())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
print(len(report.added), len(report.unchanged), round(perf_counter() - began, 1), round(peak))
"""


def large(folder: Path) -> Iterator[str]:
    """A library of 100,000 passages, made up: what it takes to index, and to see that it has not changed."""
    (folder / "large").mkdir()
    words = "pôle coopération territoire commune association salarié budget local élu réseau projet emploi".split()
    for document in range(LARGE_DOCUMENTS):
        chance = np.random.default_rng(document)
        sections = [
            f"## Partie {number}\n\n{' '.join(chance.choice(words, 60))} {document} {number}."
            for number in range(LARGE_PASSAGES)
        ]
        (folder / "large" / f"{document}.md").write_text("\n\n".join(sections), encoding="utf-8")
    for what in ("indexer", "reconnaître inchangée"):
        command = [sys.executable, "-c", _LARGE, str(folder / "large-data"), str(folder / "large")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        added, unchanged, seconds, peak = done.stdout.split()
        counts = f"{added} documents ajoutés, {unchanged} inchangés"
        yield f"{LARGE_DOCUMENTS * LARGE_PASSAGES} passages, {what} : {seconds} s, {peak} Mo ({counts})."


def main(
    bench: Annotated[Path, typer.Option(help=spp.HELP)] = spp.BENCH,
    part: Annotated[str, typer.Option(help="files, cost, large ou all.")] = "all",
) -> None:
    """Prints the figures, line by line."""
    if part != "large" and not (bench / "corpus.jsonl").is_file():
        raise typer.BadParameter(f"corpus.jsonl n'est pas dans {bench}", param_hint="--bench")
    with TemporaryDirectory(prefix="ptce-documents-") as name:
        folder = Path(name)
        parts = {
            "files": lambda: many_files(bench, folder),
            "cost": lambda: cost(bench, folder),
            "large": lambda: large(folder),
        }
        if part not in (*parts, "all"):
            raise typer.BadParameter(f"{part} n'est pas l'un de {', '.join(parts)}, all", param_hint="--part")
        for chosen in parts if part == "all" else [part]:
            for line in parts[chosen]():
                typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
