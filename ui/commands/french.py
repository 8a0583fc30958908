"""The command line in French: help, usage errors and the guide's own errors as one line."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from typer.core import TyperCommand, TyperGroup

from rag.errors import GuideError
from ui.texts import cli as texts


class FrenchCommand(TyperCommand):
    """A command whose help is in French."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - Typer keeps its context class to itself
        """The help text."""
        return in_french(super().get_help(ctx))


class FrenchGroup(TyperGroup):
    """The whole program: whatever goes wrong becomes one French line on stderr, never a traceback."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - Typer keeps its context class to itself
        """The help text."""
        return in_french(super().get_help(ctx))

    def main(self, *args: Any, **options: Any) -> NoReturn:  # noqa: ANN401 - passed on
        """Runs the command and leaves with its code: 1 for what a user can mend, 2 for bad usage."""
        try:
            code = super().main(*args, **(options | {"standalone_mode": False}))
        except GuideError as error:
            fail(str(error))
        except (BrokenPipeError, KeyboardInterrupt):
            sys.exit(130)
        except Exception as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                fail_with_help(error)
            if hasattr(error, "exit_code"):
                fail(usage_error(error), 2)
            raise SystemExit(_unexpected(error)) from error
        sys.exit(code if isinstance(code, int) else 0)


def fail(message: str, code: int = 1) -> NoReturn:
    """Leaves with one line on stderr."""
    print(" ".join(message.split()), file=sys.stderr)  # noqa: T201 - this is what the command line says
    sys.exit(code)


def fail_with_help(error: Exception) -> NoReturn:
    """Leaves with the help, when no command was given."""
    print(error, file=sys.stderr)  # noqa: T201 - see `fail`
    sys.exit(2)


def in_french(help: str) -> str:
    """Typer's own words in French."""
    for english, french in texts.USAGE.items():
        help = help.replace(english, french)
    return help


def usage_error(error: Exception) -> str:
    """What is wrong with a command, and where its help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ptce"
    return f"{_what(error)} {texts.HELP_HINT.format(command=command)}"


def _what(error: Exception) -> str:
    kind, name = type(error).__name__, _name(error)
    message = str(getattr(error, "message", ""))
    if kind == "NoSuchOption":
        return texts.NO_SUCH_OPTION.format(name=getattr(error, "option_name", ""))
    if kind == "MissingParameter":
        return texts.MISSING.format(name=name)
    if kind == "BadParameter":
        return texts.BAD_VALUE.format(name=name)
    if message.startswith("No such command"):
        return texts.NO_SUCH_COMMAND.format(name=message.split("'")[1])
    return texts.MISSING_COMMAND if message.startswith("Missing command") else texts.BAD_USAGE


def _name(error: Exception) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    option = str(parameter.opts[-1])
    return option if option.startswith("-") else f"« {parameter.metavar or parameter.name} »"


def _unexpected(error: Exception) -> int:
    print(texts.UNEXPECTED.format(kind=type(error).__name__), file=sys.stderr)  # noqa: T201 - see `fail`
    return 1
