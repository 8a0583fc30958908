"""What can go wrong, as one family; every message is one French line that says what to do.

GuideError
├── SettingsError        a setting is unknown or has an impossible value
├── DataDirectoryError   the data directory cannot be read or written
├── IndexMissing         nothing was indexed yet
├── IndexCorrupt         the index cannot be read
├── IndexFailed          the index could not be written
├── VectorServerError    the Chroma server does not answer
├── NoDocument           nothing readable was found to index
├── DocumentError        a document cannot be read
├── Refused              a document cannot be added, changed or removed
├── UnknownSource        a document is asked for that the index does not hold
├── UnknownCollection    a collection is asked for that there is none of
├── BadQuestion          a question that cannot be asked
├── WorkerLost           the processes that tried to answer were ended
├── ArchiveError         a backup cannot be written, or is not what it should be
├── ModelProblem         the language model did not do its work
└── ExtraMissing         an optional part is not installed
"""

from __future__ import annotations

from collections.abc import Sequence


class GuideError(Exception):
    """Something a user can understand and mend; `str(error)` is shown as it is."""

    code = "guide"


class SettingsError(GuideError):
    """A setting is unknown or has an impossible value."""

    code = "settings"

    @classmethod
    def unknown(cls, names: set[str]) -> SettingsError:
        """For variables that begin with PTCE_ and mean nothing."""
        return cls(f"Réglage inconnu : {', '.join(sorted(names))}. Voir le tableau des réglages du README.")

    @classmethod
    def twice(cls, name: str) -> SettingsError:
        """For a setting that is given by value and by file."""
        return cls(f"Réglage donné deux fois : gardez {name} ou {name}_FILE, pas les deux.")

    @classmethod
    def invalid(cls, name: str, value: object, reason: str) -> SettingsError:
        """For a value that the setting `name` cannot have."""
        return cls(f"Le réglage {name} ne peut pas valoir {value!r} : {reason}. Voir le README.")


class DataDirectoryError(GuideError):
    """The data directory cannot be read or written."""

    code = "data_directory"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"Le dossier de données {str(path)!r} est inutilisable ({reason}) : "
            "faites-y de la place, corrigez ses droits, ou choisissez-en un autre avec PTCE_DATA_DIR."
        )


class IndexMissing(GuideError):
    """Nothing was indexed yet."""

    code = "index_missing"

    def __init__(self, path: object) -> None:
        super().__init__(f"Aucun index dans {str(path)!r} : lancez « ptce index ».")


class IndexCorrupt(GuideError):
    """The index cannot be read."""

    code = "index_corrupt"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"L'index de {str(path)!r} est abîmé ({reason}) : lancez « ptce index --rebuild » pour le refaire."
        )


class IndexFailed(GuideError):
    """The index could not be written; the former one still serves."""

    code = "index_failed"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"L'index n'a pas pu être écrit dans {str(path)!r} ({reason}) : l'index précédent sert toujours ; "
            "libérez de la place ou corrigez les droits, puis recommencez."
        )


class VectorServerError(GuideError):
    """The Chroma server does not answer."""

    code = "vector_server"

    def __init__(self, url: object, reason: str) -> None:
        super().__init__(
            f"Le serveur Chroma {str(url)!r} ne répond pas comme il faut ({reason}) : démarrez-le, ou vérifiez "
            "PTCE_CHROMA_URL, PTCE_CHROMA_TOKEN et PTCE_CHROMA_CA."
        )


class NoDocument(GuideError):
    """Nothing readable was found to index."""

    code = "no_document"

    def __init__(self, path: object) -> None:
        super().__init__(
            f"Aucun document lisible sous {str(path)!r} : "
            "les formats lus sont .pdf, .docx, .odt, .html, .epub, .rtf, .md et .txt."
        )


class DocumentError(GuideError):
    """A document cannot be read; the others are indexed all the same."""

    code = "document"

    def __init__(self, name: object, reason: str) -> None:
        super().__init__(f"{str(name)!r} n'a pas pu être lu : {reason}.")


class Refused(GuideError):
    """A document cannot be added, changed or removed; the message is the reason."""

    code = "refused"


class UnknownCollection(GuideError):
    """A collection is asked for that there is none of."""

    code = "unknown_collection"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"La collection {name!r} n'existe pas : {', '.join(known)}.")


class UnknownSource(GuideError):
    """A document is asked for that the index does not hold."""

    code = "unknown_source"

    def __init__(self, id: str) -> None:
        super().__init__(f"Le document {id!r} n'est pas dans le corpus : voir la liste des sources.")


class BadQuestion(GuideError):
    """A question that cannot be asked: empty, or far too long."""

    code = "bad_question"


class WorkerLost(GuideError):
    """The processes that tried to answer were ended before they could."""

    code = "worker_lost"

    def __init__(self) -> None:
        super().__init__(
            "La question n'a pas pu être traitée (processus arrêtés) : posez-la de nouveau dans un instant."
        )


class ArchiveError(GuideError):
    """A backup cannot be written, or is not what it should be."""

    code = "archive"

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"Sauvegarde {str(path)!r} : {reason}.")


class ModelProblem(GuideError):
    """The language model did not do its work; `failure` says in which way (a name, such as `slow`).

    Nothing of what the model's server said is kept: it may repeat the key.
    """

    code = "model"

    def __init__(self, failure: str, reason: str) -> None:
        super().__init__(f"Le modèle de langue {reason}.")
        self.failure = failure
        self.reason = reason


class ExtraMissing(GuideError):
    """An optional part is not installed; the message is the command that installs it."""

    code = "extra_missing"

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} demande une option : lancez « pip install 'guide-ptce[{extra}]' ».")
