"""How the text of `--help` is laid out: examples and tables keep their lines, prose is wrapped."""

from __future__ import annotations

import inspect

import typer

# The library leaves a paragraph alone that begins with this character on a line of its own.
_AS_IT_IS = "\b"
_EXAMPLE = "Example: "


def lay_out(app: typer.Typer) -> None:
    """Gives every command of an app its docstring as help, laid out."""
    for info in app.registered_commands:
        text = inspect.getdoc(info.callback) or ""
        info.help = laid_out(text)
        # Else the library ends it after some words with dots.
        info.short_help = " ".join(text.partition("\n\n")[0].split())


def laid_out(text: str) -> str:
    """A docstring as help: paragraphs with a line set in, and examples, stay as they are written.

    An example that goes on in a second line is one line again, ready to be copied.
    """
    return "\n\n".join(_paragraph(part) for part in text.split("\n\n"))


def _paragraph(text: str) -> str:
    lines = text.split("\n")
    if lines[0].startswith(_EXAMPLE):
        examples = " ".join(line.strip() for line in lines).split(_EXAMPLE)
        kept = [f"{_EXAMPLE}{example.strip()}" for example in examples if example.strip()]
        return "\n".join([_AS_IT_IS, *kept])
    if any(line.startswith(" ") for line in lines):
        return "\n".join([_AS_IT_IS, *lines])
    return text
