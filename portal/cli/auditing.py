"""Commands about the audit: ``audit-verify`` and ``audit-export``."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from portal.cli.workplace import CommandError, opened, read_settings, say
from portal.usecases.audit_export import NotAnExport, export_audit, verify_export
from portal.usecases.audit_verify import Verdict, verify_audit


def audit_verify(arguments: Namespace) -> int:
    """Judge the database, or an exported file by itself. Status 1 when anything is broken."""
    return _tell(_judge_file(arguments) if arguments.file else _judge_database())


def audit_export(arguments: Namespace) -> None:
    """Write the whole audit to a file that proves itself; the file appears whole or not at all."""
    path = Path(arguments.file)
    draft = path.with_name(f".{path.name}.part")
    try:
        with opened(read_settings()) as store, store.reading() as db:
            with draft.open("w", encoding="ascii", newline="\n") as file:
                file.writelines(f"{line}\n" for line in export_audit(db))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
    except OSError as wrong:
        raise CommandError(f"{path} cannot be written: {wrong.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)
    say(f"The audit is in {path}; docs/audit.md says how to check it.")


def _judge_database() -> Verdict:
    with opened(read_settings()) as store, store.reading() as db:
        return verify_audit(db)


def _judge_file(arguments: Namespace) -> Verdict:
    path = Path(arguments.file)
    try:
        with path.open(encoding="utf-8") as lines:
            return verify_export(lines, arguments.key)
    except (OSError, UnicodeDecodeError, NotAnExport) as wrong:
        raise CommandError(f"{path}: {getattr(wrong, 'strerror', None) or wrong}.") from None
    except ValueError:
        raise CommandError("--key must be the public key: 64 hexadecimal digits.") from None


def _tell(verdict: Verdict) -> int:
    for broken in verdict.breaks:
        say(str(broken))
    found = f"{len(verdict.breaks)} break(s)" if verdict.breaks else "Whole"
    say(f"{found}: {verdict.events} events, {verdict.seals} seals, {verdict.unsealed} not sealed yet.")
    return 1 if verdict.breaks else 0
