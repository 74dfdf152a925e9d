"""The command line ``yinxin``; ``python -m api.cli`` is the same.

Exit codes: 0 good or passed, 1 failed verdict, 2 indeterminate, 64 usage, 70 internal.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

from api import problem_table
from api.console import FAILED, INTERNAL, OK, USAGE, Output, complain
from api.errors import ApiError
from certs.errors import InvalidApplicationError, LicenseError
from signing.errors import SigningError
from storage.errors import StorageError
from verify.decision_errors import DecisionRefusedError
from verify.errors import VerifyError

# A command loads only what it needs: some of the libraries take seconds.
_MODULES: Final = {
    "demo": "demo",
    "init": "instance",
    "access": "access",
    "client": "clients",
    "verifier": "verifiers",
    "webhook": "webhooks",
    "database": "database",
    "serve": "serve",
    "trust": "trust",
    "archive": "archive",
    "certificate": "certificates",
    "seal": "seals",
    "stamp": "stamping",
    "license": "licenses",
    "batch": "batches",
    "worker": "worker",
    "type": "license_types",
    "matter": "matters",
    "correction": "corrections",
    "report": "quality",
    "status": "status",
    "ledger": "ledger",
    "verify": "verification",
    "render": "rendering",
    "case": "cases",
    "one-thing": "one_things",
    "question": "questions",
    "grant": "grants",
    "usage": "usages",
    "backup": "backup",
    "restore": "backup",
    "recovery": "backup",
    "bench": "bench",
}


class _Parser(argparse.ArgumentParser):
    """Ends with the usage code that this program promises."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        complain(message)
        sys.exit(USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(_needed(given)).parse_args(given)
    output = Output(as_json=options.json)
    try:
        code: int = options.run(options, output)
    except (ApiError, LicenseError, VerifyError, SigningError, StorageError, OSError) as error:
        return _told(error)
    except KeyboardInterrupt:
        complain("已中断 · interrupted")
        return OK
    return code


def _told(error: Exception) -> int:
    """Tell people what went wrong, and return the exit code for it."""
    match error:
        case DecisionRefusedError():
            kind = problem_table.KINDS[type(error)]
            complain(f"{kind.code}: {kind.title_zh} · {kind.title_en} ({error})")
            complain(f"{kind.zh} · {kind.en}")
            return FAILED
        case InvalidApplicationError():
            for problem in error.problems:
                complain(f"{problem.label_zh} {problem.value}：{problem.zh} · {problem.en}")
            return USAGE
        case ApiError():
            complain(str(error))
            return USAGE
        case LicenseError() | VerifyError():
            listed = problem_table.KINDS.get(type(error))
            title = "" if listed is None else f"{listed.title_zh} · {listed.title_en}: "
            complain(f"{title}{error}")
            return USAGE
        case FileNotFoundError() | NotADirectoryError() | IsADirectoryError():
            complain(f"没有这个文件或目录 no such file or folder: {error.filename}")
            return USAGE
        case _:
            complain(f"{type(error).__name__}: {error}")
            return INTERNAL


def _needed(arguments: Sequence[str]) -> list[str]:
    """Return the modules of the command asked for; of all, where none can be told."""
    words = [
        word
        for before, word in zip(("", *arguments), arguments, strict=False)
        if before != "--home"  # a folder may well be called demo
    ]
    named = [_MODULES[word] for word in words if word in _MODULES]
    return named[:1] or sorted(set(_MODULES.values()))


def _parser(modules: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="yinxin", description="印信 · 电子证照与电子印章", parents=[_shared_options()]
    )
    parser.set_defaults(home=Path(os.environ.get("YINXIN_HOME", "yinxin-home")), json=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    # Made anew, because parsers share the actions of a parent and so its defaults as well.
    shared = _shared_options()
    for name in modules:
        import_module(f"api.commands.{name}").register(commands, shared)
    return parser


def _shared_options() -> argparse.ArgumentParser:
    """Return options that may stand before or after a command."""
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--home", type=Path, metavar="DIR", help="实例目录 instance folder")
    shared.add_argument("--json", action="store_true", help="输出 JSON · print JSON")
    return shared


if __name__ == "__main__":
    sys.exit(main())
