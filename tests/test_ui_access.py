"""Who may do what: tokens, sessions, roles, rates, and what is refused to strangers' pages."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from rag.errors import DataDirectoryError, SettingsError
from rag.index.audit import acting_as, trail
from rag.index.build import build
from rag.index.store import Store
from rag.settings import Settings, read_settings
from tests.conftest import write_corpus
from tests.fakes import ScriptedGuide
from ui.access.limits import MOST_CLIENTS, Buckets, network_of
from ui.access.login import local
from ui.access.policy import Access, AccessError, is_loopback, is_private_name
from ui.access.roles import OWNER, Identity, Role, requires
from ui.access.sessions import COOKIE, SECONDS, SECURE_COOKIE, Sessions, key_in
from ui.access.tokens import create, parse, recognised
from ui.api.server import create_app
from ui.app import server_of

READER, READER_GRANT = create([Role.READER], "lecture")
EDITOR, EDITOR_GRANT = create([Role.EDITOR], "siege")
PAGE = {"accept": "text/html"}


def settings(folder: Path, **changes: object) -> Settings:
    """Two tokens are recognised."""
    given = SecretStr(f"{READER_GRANT.setting} {EDITOR_GRANT.setting}")
    return Settings(data_dir=folder, api_tokens=given).model_copy(update=changes)


@pytest.fixture(scope="module")
def guarded_server(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole server, for those who have a token."""
    return server_of(ScriptedGuide(), settings(tmp_path_factory.mktemp("data")))


@pytest.fixture
def guarded(guarded_server: FastAPI) -> TestClient:
    """A browser or a program that nobody knows yet."""
    return TestClient(guarded_server, follow_redirects=False)


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "guide.exemple.fr"])
def test_listening_to_others_without_a_token_is_refused_and_the_message_says_what_to_do(host: str) -> None:
    with pytest.raises(AccessError, match="ptce token create --role reader.*PTCE_API_TOKENS"):
        create_app(ScriptedGuide(), Settings(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_needs_no_token(host: str) -> None:
    assert is_loopback(host) and Access.of(Settings(host=host)).is_local


def test_a_token_is_long_random_and_known_by_its_hash_only() -> None:
    assert len(READER) > 40 and READER != EDITOR
    assert READER not in READER_GRANT.setting and parse(READER_GRANT.setting) == (READER_GRANT,)
    assert recognised([READER_GRANT, EDITOR_GRANT], EDITOR) == EDITOR_GRANT
    assert recognised([READER_GRANT], READER + "x") is None


@pytest.mark.parametrize(
    "entry",
    [READER, f"roi:{'0' * 64}:x", f"reader:{'0' * 63}", f"reader:{'0' * 64}:a b:c", f"reader:{'0' * 64}:a:2027-02-30"],
    ids=["token", "role", "digest", "name", "day"],
)
def test_a_badly_written_grant_is_refused_without_repeating_it(entry: str) -> None:
    with pytest.raises(SettingsError, match="PTCE_API_TOKENS, entrée") as refused:
        parse(entry)
    assert entry not in str(refused.value)


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "jetons"
    file.write_text(f"{READER_GRANT.setting}\n{EDITOR_GRANT.setting}\n")
    read = read_settings({"PTCE_API_TOKENS_FILE": str(file)})
    assert parse(read.api_tokens.get_secret_value()) == (READER_GRANT, EDITOR_GRANT)
    assert READER_GRANT.digest not in repr(read)
    with pytest.raises(SettingsError, match="PTCE_API_TOKENS_FILE"):
        read_settings({"PTCE_API_TOKENS_FILE": str(tmp_path / "absent")})
    with pytest.raises(SettingsError, match="deux fois"):
        read_settings({"PTCE_API_TOKENS_FILE": str(file), "PTCE_API_TOKENS": "x"})


@pytest.mark.parametrize(
    "path", ["/api/v1/sources", "/api/sources", "/v1/models", "/mcp", "/docs", "/openapi.json", "/metrics"]
)
def test_nothing_is_told_without_a_token(guarded: TestClient, path: str) -> None:
    for headers in ({}, bearing("ptce_faux"), bearing(""), {"authorization": f"Basic {READER}"}):
        refused = guarded.get(path, headers=headers)
        assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["code"] == "unauthenticated" and refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/sources/etude", "/gradio_api/info", "/config", "/loginx", "/embedx", "/embed"])
def test_a_browser_without_a_session_is_led_to_the_sign_in_page(guarded: TestClient, path: str) -> None:
    led = guarded.get(path, headers=PAGE)
    assert led.status_code == 303 and led.headers["location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login", "/static-ptce/style.css", "/embed.js"])
def test_what_holds_nothing_of_the_corpus_is_open(guarded: TestClient, path: str) -> None:
    assert guarded.get(path).status_code == 200


def test_a_bearer_asks_and_the_openai_face_says_who_is_refused(guarded: TestClient) -> None:
    asked = guarded.post("/api/v1/ask", json={"question": "La SCIC ?"}, headers=bearing(READER))
    assert asked.status_code == 200 and asked.headers["cache-control"] == "no-store"
    refused = guarded.post("/v1/chat/completions", json={}, headers=bearing("faux"))
    assert refused.status_code == 401 and refused.json()["error"]["message"] == refused.json()["detail"]


def test_a_session_is_opened_with_a_token_and_closed(guarded: TestClient) -> None:
    assert "Votre jeton" in guarded.get("/login").text
    wrong = guarded.post("/login", data={"token": "faux"})
    assert wrong.status_code == 401 and "pas reconnu" in wrong.text and COOKIE not in guarded.cookies
    opened = guarded.post("/login", data={"token": f" {READER} ", "next": "/sources/etude"})
    assert opened.status_code == 303 and opened.headers["location"] == "/sources/etude"
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and READER not in cookie
    assert guarded.get("/sources/etude").status_code == 200 and "lecture" in guarded.get("/login").text
    assert "/login" in guarded.get("/").text
    stolen = guarded.cookies[COOKIE]
    guarded.post("/logout")
    assert guarded.get("/sources/etude", headers=PAGE).status_code == 303
    guarded.cookies.set(COOKIE, stolen)
    assert guarded.get("/sources/etude", headers=PAGE).status_code == 303


def test_over_https_the_cookie_is_secure_and_the_browser_is_told_to_stay_there(tmp_path: Path) -> None:
    client = TestClient(create_app(ScriptedGuide(), settings(tmp_path)), "https://guide.exemple.fr")
    opened = client.post("/login", data={"token": READER}, follow_redirects=False)
    cookie = opened.headers["set-cookie"]
    assert cookie.startswith(f"{SECURE_COOKIE}=") and "Secure" in cookie and "Path=/" in cookie
    assert "max-age" in opened.headers["strict-transport-security"] and client.get("/sources/etude").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://ailleurs.fr", "//ailleurs.fr", "/\\ailleurs.fr", "javascript:x", "", "/\tx"]
)
def test_signing_in_leads_nowhere_else(target: str) -> None:
    assert local(target) == "/"


def test_a_session_ends_with_its_time_its_key_or_its_token(tmp_path: Path) -> None:
    now = 1000.0
    sessions = Sessions(b"k" * 32, lambda: now)
    cookie = sessions.issue(READER_GRANT)
    assert sessions.read(cookie, [READER_GRANT]) == READER_GRANT
    assert sessions.read(cookie, [EDITOR_GRANT]) is None
    assert Sessions(b"j" * 32, lambda: now).read(cookie, [READER_GRANT]) is None
    now += SECONDS + 1
    assert sessions.read(cookie, [READER_GRANT]) is None


def test_a_token_and_its_sessions_end_on_its_day() -> None:
    token, lasting = create([Role.READER], "stage", days=2)
    assert parse(lasting.setting) == (lasting,) and lasting.until == datetime.now(UTC).date() + timedelta(2)
    ended = replace(lasting, until=datetime.now(UTC).date() - timedelta(1))
    today = replace(lasting, until=datetime.now(UTC).date())
    sessions = Sessions(b"k" * 32)
    cookie = sessions.issue(lasting)
    for grant, is_open in ((lasting, True), (today, True), (ended, False)):
        assert (recognised([grant], token) is not None) is is_open
        assert (sessions.read(cookie, [grant]) is not None) is is_open


def test_a_day_is_not_taken_for_a_name() -> None:
    [grant] = parse(f"reader:{'0' * 64}:2027-06-30")
    assert grant.until and grant.until.isoformat() == "2027-06-30" and grant.identity.name == "00000000"


@pytest.mark.parametrize("path", ["/", "/sources/etude", "/api/v1/sources", "/v1/models", "/login", "/metrics"])
def test_what_is_read_with_a_token_is_not_kept_by_the_browser(guarded: TestClient, path: str) -> None:
    shown = guarded.get(path, headers=bearing(READER))
    assert shown.status_code == 200 and shown.headers["cache-control"] == "no-store"


def test_no_two_sessions_are_the_same_and_one_that_was_left_stays_closed_after_a_restart(tmp_path: Path) -> None:
    sessions = Sessions.in_folder(tmp_path)
    first, second = sessions.issue(READER_GRANT), sessions.issue(READER_GRANT)
    sessions.end(first)
    sessions.end("forged.1.2.3")
    again = Sessions.in_folder(tmp_path)
    assert [sessions.read(first, [READER_GRANT]), again.read(first, [READER_GRANT])] == [None, None]
    assert again.read(second, [READER_GRANT]) == READER_GRANT and first != second
    assert len((tmp_path / "sessions-ended.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    "forged",
    ["", "..", "a.b.c", "é.1.é", f"{READER_GRANT.digest}.99999999999."],
    ids=["empty", "dots", "letters", "accents", "unsigned"],
)
def test_a_forged_cookie_is_nobody(forged: str) -> None:
    assert Sessions(b"k" * 32).read(forged, [READER_GRANT]) is None


def test_the_session_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    assert key_in(tmp_path) == key_in(tmp_path) and len(key_in(tmp_path)) == 32
    assert stat.S_IMODE((tmp_path / "session.key").stat().st_mode) == 0o600


def test_only_editors_change_the_corpus_and_only_evaluators_read_opinions(guarded: TestClient) -> None:
    file = {"files": ("note.md", b"# Une note\n\nLe comit\xc3\xa9 se r\xc3\xa9unit le mardi.\n")}
    preview = {"preview": "true"}
    assert guarded.post("/api/v1/documents", files=file, data=preview, headers=bearing(EDITOR)).status_code == 201
    refused = guarded.post("/api/v1/documents", files=file, data=preview, headers=bearing(READER))
    assert refused.status_code == 403 and "ne permet pas" in refused.json()["detail"]
    for method in (guarded.patch, guarded.delete):
        assert method("/api/v1/documents/note", headers=bearing(READER)).status_code == 403
    assert guarded.get("/api/v1/feedback", headers=bearing(EDITOR)).status_code == 403


def test_only_editors_upload_and_nobody_uses_gradios_proxy(guarded: TestClient, tmp_path: Path) -> None:
    files = {"files": ("note.txt", b"x")}
    assert guarded.post("/gradio_api/upload", files=files, headers=bearing(READER)).status_code == 403
    assert guarded.post("/gradio_api/upload", files=files, headers=bearing(EDITOR)).status_code == 200
    owner = TestClient(create_app(ScriptedGuide(), Settings(data_dir=tmp_path)))
    for path in ("/gradio_api/proxy=http://127.0.0.1:9/", "/gradio_api/vibe-code"):
        assert owner.get(path).status_code == 403
        assert guarded.get(path, headers=bearing(EDITOR)).status_code == 403


def test_a_route_that_asks_for_a_role_is_closed_where_no_guard_stands() -> None:
    app = FastAPI()
    app.get("/x", dependencies=[requires(Role.READER)])(lambda: {})
    assert TestClient(app).get("/x").status_code == 401


def test_everybody_who_is_somebody_may_read() -> None:
    assert OWNER.roles == frozenset(Role) and EDITOR_GRANT.identity.roles == {Role.READER, Role.EDITOR}
    with pytest.raises(ValueError, match="may read"):
        Identity("x", frozenset({Role.EDITOR}))


@pytest.mark.parametrize(
    "headers", [{"origin": "https://ailleurs.fr"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_another_sites_page_cannot_send_anything(tmp_path: Path, headers: dict[str, str]) -> None:
    for given in (Settings(data_dir=tmp_path), settings(tmp_path)):
        client = TestClient(create_app(ScriptedGuide(), given))
        client.post("/login", data={"token": READER})
        refused = client.post("/api/v1/ask", json={"question": "La SCIC ?"}, headers=headers)
        assert refused.status_code == 403 and refused.json()["code"] == "foreign_site"
    assert (
        client.post("/api/v1/ask", json={"question": "?"}, headers={"origin": "http://testserver"}).status_code == 200
    )


def test_without_tokens_a_strangers_name_for_this_machine_is_refused(tmp_path: Path) -> None:
    client = TestClient(create_app(ScriptedGuide(), Settings(data_dir=tmp_path)))
    assert client.get("/api/v1/sources", headers={"host": "piege.exemple.fr:7860"}).status_code == 421
    assert client.get("/api/v1/sources", headers={"host": "127.0.0.1:7860"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1:80", True),
        ("[::1]:80", True),
        ("[::1]", True),
        ("localhost", True),
        ("a.fr", False),
        ("a.fr:80", False),
    ],
)
def test_a_name_with_a_dot_may_be_anybodys(host: str, private: bool) -> None:
    assert is_private_name(host) is private


def test_a_bucket_gives_a_minutes_worth_then_one_by_one() -> None:
    now = 0.0
    buckets = Buckets(60, lambda: now)
    assert [buckets.wait("a") for _ in range(61)] == [0.0] * 60 + [1.0]
    assert buckets.wait("b") == 0.0
    now += 1.0
    assert buckets.wait("a") == 0.0 and buckets.wait("a") == 1.0


def test_the_buckets_of_many_clients_are_forgotten_in_time() -> None:
    now = 0.0
    buckets = Buckets(60, lambda: now)
    for number in range(MOST_CLIENTS * 2):
        buckets.wait(str(number))
    assert len(buckets._left) <= MOST_CLIENTS


def test_one_subscriber_of_ipv6_is_one_client() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::2") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")


def test_too_many_requests_are_refused_with_the_time_to_wait(tmp_path: Path) -> None:
    client = TestClient(create_app(ScriptedGuide(), settings(tmp_path, rate_limit=2)))
    answers = [client.get("/api/v1/sources", headers=bearing(READER)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "30" and answers[2].json()["code"] == "too_many"
    assert client.get("/healthz").status_code == 200
    assert [client.post("/login", data={"token": "faux"}).status_code for _ in range(3)] == [401, 401, 429]


def test_on_this_machine_alone_nothing_is_counted(tmp_path: Path) -> None:
    client = TestClient(create_app(ScriptedGuide(), Settings(data_dir=tmp_path, rate_limit=1)))
    assert {client.get("/api/v1/sources").status_code for _ in range(5)} == {200}


def test_a_site_that_embeds_the_guide_opens_the_chat_and_the_documents_and_nothing_else(tmp_path: Path) -> None:
    given = settings(tmp_path, embed_origins="https://www.reseau.fr")
    client = TestClient(create_app(ScriptedGuide(), given), follow_redirects=False)
    frame = client.get("/embed", headers=PAGE)
    assert frame.status_code == 200 and "x-frame-options" not in frame.headers
    assert frame.headers["content-security-policy"].endswith("frame-ancestors 'self' https://www.reseau.fr")
    assert client.post("/embed/ask", json={"question": "La SCIC ?"}).status_code == 200
    assert client.get("/sources/etude").status_code == 200
    assert client.get("/api/v1/sources").status_code == 401 and client.get("/", headers=PAGE).status_code == 303


@pytest.mark.parametrize("path", ["/", "/docs", "/login", "/sources/etude", "/api/v1/sources"])
def test_only_the_chat_may_stand_in_another_sites_frame(tmp_path: Path, path: str) -> None:
    given = Settings(data_dir=tmp_path, embed_origins="https://www.reseau.fr")
    headers = TestClient(server_of(ScriptedGuide(), given)).get(path).headers
    assert "reseau.fr" not in headers["content-security-policy"] and headers["x-frame-options"] in (
        "SAMEORIGIN",
        "DENY",
    )


def test_even_an_internal_error_has_strict_headers(tmp_path: Path) -> None:
    client = TestClient(create_app(ScriptedGuide(), Settings(data_dir=tmp_path)), raise_server_exceptions=False)
    broken = client.post("/api/v1/ask", json={"question": "panne"})
    assert broken.status_code == 500 and broken.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in broken.headers["content-security-policy"]


def test_each_change_of_the_corpus_has_its_line(tmp_path: Path) -> None:
    sources, data = write_corpus(tmp_path / "sources"), tmp_path / "data"
    with acting_as("siege"):
        build(Settings(data_dir=data), sources)
    (sources / "visite.md").unlink()
    build(Settings(data_dir=data), sources)
    build(Settings(data_dir=data), sources)
    first, second = trail(data).entries()
    assert (first["who"], first["added"], first["removed"]) == ("siege", ["financement", "mairie", "visite"], [])
    assert second["removed"] == ["visite"] and second["who"] not in ("", "siege")


def test_a_change_that_cannot_be_noted_is_not_made(tmp_path: Path) -> None:
    sources, given = write_corpus(tmp_path / "sources"), Settings(data_dir=tmp_path / "data")
    (given.data_dir / "audit.jsonl").mkdir(parents=True)
    with pytest.raises(DataDirectoryError):
        build(given, sources)
    assert Store(given.data_dir).manifest() is None


def test_a_line_that_a_crash_cut_short_costs_no_other(tmp_path: Path) -> None:
    journal = trail(tmp_path)
    journal.append({"n": 1})
    with journal.path.open("ab") as file:
        file.write(b'{"n": 2')
    journal.append({"n": 3})
    assert [entry["n"] for entry in journal.entries()] == [1, 3]
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert json.loads(journal.path.read_bytes().splitlines()[0]) == {"n": 1}
