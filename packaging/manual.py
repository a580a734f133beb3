"""Writes the manual page from the command's own help.

Usage: tacit --experimental-dump-help | python3 packaging/manual.py > tacit.1
"""

import json
import sys


def text(words: str) -> str:
    """Plain text as roff: nothing in it is a request or an escape."""
    words = words.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in words.split("\n"))


def paragraphs(words: str) -> list[str]:
    """Prose in paragraphs; indented lines are examples and keep their shape."""
    lines: list[str] = []
    for part in (words or "").split("\n\n"):
        if part.startswith("  "):
            lines += [".PP", ".nf", text(part), ".fi"]
        elif part.strip():
            lines += [".PP", text(part.strip())]
    return lines


def names(argument: dict) -> str:
    """An option as it is typed, with its value."""
    value = argument.get("valueName", "").upper()
    if argument["kind"] == "positional":
        return f"\\fI{text(value)}\\fR"
    spelled = ["-" + n["name"] if n["kind"] == "short" else "--" + n["name"] for n in argument["names"]]
    joined = ", ".join(f"\\fB{text(name)}\\fR" for name in sorted(spelled, key=len))
    return joined + (f" \\fI{text(value)}\\fR" if argument["kind"] == "option" else "")


def options(command: dict) -> list[str]:
    """Arguments and options, each with its help and default."""
    lines: list[str] = []
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True) or names(argument).endswith("\\-\\-version\\fR"):
            continue
        if any(name["name"] == "help" for name in argument.get("names") or []):
            continue
        about = argument.get("abstract", "")
        if "defaultValue" in argument and argument["kind"] != "flag":
            about += f" (default: {argument['defaultValue']})"
        lines += [".TP", names(argument), text(about)]
    return lines


def commands(command: dict, path: str) -> list[str]:
    """A subcommand and those below it."""
    name = f"{path} {command['commandName']}"
    lines = [f".SS {text(name)}", text(command.get("abstract", ""))]
    lines += paragraphs(command.get("discussion", "")) + options(command)
    for inner in command.get("subcommands", []):
        lines += commands(inner, name)
    return lines


def main() -> None:
    """From the help on standard input to the page on standard output."""
    tacit = json.load(sys.stdin)["command"]
    lines = ['.TH TACIT 1 "" "Tacit" "User Commands"', ".SH NAME", f"tacit \\- {text(tacit['abstract'])}"]
    lines += [".SH SYNOPSIS", "\\fBtacit\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]", ".SH DESCRIPTION"]
    lines += paragraphs(tacit.get("discussion", "")) + [".SH COMMANDS"]
    for command in tacit["subcommands"]:
        if command["commandName"] != "help":
            lines += commands(command, "tacit")
    lines += [".SH EXIT STATUS", "0 success, 1 verification failed, 64 usage, 65 refused input, 66 unreadable file,"]
    lines += ["74 unwritable file, 77 wrong passphrase, token or open permissions."]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
