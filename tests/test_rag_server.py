"""Vectors on a real Chroma server: shared, restarted while indexing, behind TLS and a token."""

from __future__ import annotations

import http.server
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from eval.dependencies import ChromaServer
from eval.serving import free_port
from rag.embed import Matrix
from rag.errors import SettingsError, VectorServerError
from rag.index import vectors
from rag.index.added import Incoming, add, remove
from rag.index.build import build, renew
from rag.index.searchable import Index
from rag.settings import Settings, read_settings
from tests.test_rag_index import WordEmbedder, nearest


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield running
    running.stop()


@pytest.fixture
def settings(tmp_path: Path, server: ChromaServer) -> Settings:
    return Settings(data_dir=tmp_path / "data", chroma_url=server.url)


def test_an_index_on_a_server_is_built_searched_and_changed(
    settings: Settings, small_corpus: Path, tmp_path: Path
) -> None:
    build(settings, small_corpus, embedder=WordEmbedder())
    assert nearest(Index.open(settings), "La mairie prête un local au pôle") == "mairie"
    (small_corpus / "mairie.md").write_text("La mairie vend le local.", encoding="utf-8")
    assert build(settings, small_corpus, embedder=WordEmbedder()).added == ("mairie",)
    assert nearest(Index.open(settings), "La mairie vend le local") == "mairie"
    assert not list((settings.data_dir / "index").glob("chroma*"))
    (tmp_path / "neuf.md").write_text("Un document neuf.", encoding="utf-8")
    assert add(settings, [Incoming(tmp_path / "neuf.md", "neuf.md")], embedder=WordEmbedder()).added == ("neuf",)
    remove(settings, ["neuf"], WordEmbedder())


def test_two_guides_share_a_server_without_meeting(settings: Settings, small_corpus: Path, tmp_path: Path) -> None:
    other = settings.model_copy(update={"data_dir": tmp_path / "autre"})
    build(settings, small_corpus, embedder=WordEmbedder())
    (small_corpus / "mairie.md").unlink()
    build(other, small_corpus, embedder=WordEmbedder())
    assert nearest(Index.open(settings), "La mairie prête un local au pôle") == "mairie"


def test_moving_to_a_server_and_back_builds_the_index_from_the_documents_that_are_kept(
    settings: Settings, small_corpus: Path
) -> None:
    local = settings.model_copy(update={"chroma_url": ""})
    build(local, small_corpus, embedder=WordEmbedder())
    for moved in (settings, local):
        renew(moved, lambda done, total: None, WordEmbedder())
        assert nearest(Index.open(moved), "La mairie prête un local au pôle") == "mairie"


def test_a_server_that_restarts_in_the_middle_of_indexing_is_waited_for(
    settings: Settings, small_corpus: Path, server: ChromaServer
) -> None:
    class Restarting(WordEmbedder):
        """Ends the server when it is first asked, and starts it again a moment later."""

        again: threading.Timer | None = None

        def passages(self, texts: Sequence[str]) -> Matrix:
            if self.again is None:
                server.stop()
                self.again = threading.Timer(1.0, server.start)
                self.again.start()
            return super().passages(texts)

    embedder = Restarting()
    assert len(build(settings, small_corpus, embedder=embedder).added) == 3
    assert embedder.again
    embedder.again.join()
    assert nearest(Index.open(settings), "La mairie prête un local au pôle") == "mairie"


def test_a_server_that_stays_away_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small_corpus: Path) -> None:
    monkeypatch.setattr(vectors, "_PATIENCE", 0.2)
    away = Settings(data_dir=tmp_path / "data", chroma_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(VectorServerError, match="PTCE_CHROMA_URL"):
        build(away, small_corpus, embedder=WordEmbedder())


@pytest.mark.parametrize("url", ["chroma.example", "ftp://x", "http://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="PTCE_CHROMA_URL"):
        read_settings({"PTCE_CHROMA_URL": url})


# --- behind TLS and a token ---


def gate(port: int, token: str) -> type[http.server.BaseHTTPRequestHandler]:
    """A proxy to `port` for those who bring `token`."""

    class Gate(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != f"Bearer {token}":
                return self._answer(401, b"{}", "application/json")
            request = urllib.request.Request(f"http://127.0.0.1:{port}{self.path}", body or None, method=self.command)
            for name in ("Content-Type", "Content-Encoding"):
                if name in self.headers:
                    request.add_header(name, self.headers[name])
            try:
                with urllib.request.urlopen(request) as answer:
                    self._answer(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
            except urllib.error.HTTPError as error:
                self._answer(error.code, error.read(), error.headers.get("Content-Type", ""))

        do_GET = do_POST = do_DELETE = do_PUT = _pass  # noqa: N815

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Gate


@contextmanager
def gated(server: ChromaServer, certificate: Path, key: Path) -> Iterator[str]:
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), gate(server.port, "sésame-ouvre".encode().hex()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    thread = threading.Thread(target=proxy.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{proxy.server_port}"
    proxy.shutdown()
    thread.join()
    proxy.server_close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=essai", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    done = subprocess.run([*command, "-out", files[0], "-keyout", files[1]], capture_output=True)
    if done.returncode:
        pytest.skip("openssl is not there to make a certificate")
    return files


def test_a_server_behind_tls_and_a_token_is_used_and_refuses_others(
    server: ChromaServer, certificate: tuple[Path, Path], tmp_path: Path, small_corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(vectors, "_PATIENCE", 5.0)
    token = SecretStr("sésame-ouvre".encode().hex())
    with gated(server, *certificate) as url:
        settings = Settings(
            data_dir=tmp_path / "data", chroma_url=url, chroma_token=token, chroma_ca=str(certificate[0])
        )
        build(settings, small_corpus, embedder=WordEmbedder())
        assert nearest(Index.open(settings), "La mairie prête un local au pôle") == "mairie"
        monkeypatch.setattr(vectors, "_PATIENCE", 0.2)
        wrongs: list[dict[str, object]] = [{"chroma_token": SecretStr("autre")}, {"chroma_ca": ""}]
        for wrong in wrongs:
            with pytest.raises(VectorServerError, match="PTCE_CHROMA_TOKEN"):
                Index.open(settings.model_copy(update=wrong))
