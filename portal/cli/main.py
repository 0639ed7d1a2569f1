"""Which commands there are, and what happens to their mistakes."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence

from sqlalchemy.exc import OperationalError, ProgrammingError

from portal.catalogue.loader import CatalogueErrors
from portal.cli import auditing, catalogue_files, checks, links, serving, setting_up
from portal.cli.workplace import CommandError
from portal.config import ConfigError
from portal.rules.errors import PortalError

Command = Callable[[argparse.Namespace], int | None]
"""Does what its name says; returns the exit status, None for success."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit status: 0 done, 1 could not be done, 2 not understood."""
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level=logging.WARNING)
    chosen = parser().parse_args(arguments)
    command: Command = chosen.command
    try:
        return command(chosen) or 0
    except (CommandError, ConfigError, CatalogueErrors) as wrong:
        sys.stderr.write(f"{wrong}\n")
    except (OperationalError, ProgrammingError):
        sys.stderr.write("The database cannot be reached, or `portal init` has not been run for it yet.\n")
    except PortalError as wrong:
        sys.stderr.write(f"That is not possible: {wrong.key}.\n")
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has gone; there is nobody to tell
    return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="portal", description="一窗通办: the one-window portal")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Command, told: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=told, description=told)
        added.set_defaults(command=command)
        return added

    init = add("init", setting_up.init, "Bring database, region and services up to date")
    init.add_argument("--admin", metavar="NAME", help="print an enrolment link for this administrator")
    served = add("run", serving.run, "Serve the portal, with its worker, until stopped")
    served.add_argument("--https", action="store_true", help="a demonstration for telephones in this network")
    add("worker", serving.worker, "Send messages and do what is due, until stopped")
    made = add("demo", setting_up.demo, "Make demonstration people")
    made.add_argument("--people", type=_count, default=8, help="how many residents (8)")
    made.add_argument("--seed", type=int, default=1, help="the same seed makes the same people (1)")
    listed = add("demo-accounts", setting_up.demo_accounts, "List the demonstration people")
    listed.add_argument("--json", action="store_true", help="for programs")
    link = add("sign-in-link", links.sign_in_link, "Print a one-time address that signs somebody in")
    link.add_argument("name", metavar="NAME", help="login name, phone or e-mail address")
    link.add_argument("--break-glass", metavar="REASON", help="why; needed in production, kept in the audit")
    places = add("import-places", setting_up.bring_places, "Bring the country's places up to date")
    places.add_argument("--places", metavar="FILE", help="provinces, cities, counties (those of 2023-06-30)")
    places.add_argument("--townships", metavar="FILE", help="townships and streets, with nine digits")
    add("check-catalogue", checks.check_catalogue, "Read every service, region, reason and notice")
    written = add("catalogue-schemas", checks.write_schemas, "Write schemas of catalogue files for editors")
    written.add_argument("folder", metavar="DIR")
    add("check-words", checks.check_words, "Check every text against the rules of plain words")
    _add_catalogue_files(add)
    judged = add("audit-verify", auditing.audit_verify, "Check the chains and seals of the audit")
    judged.add_argument("file", nargs="?", metavar="FILE", help="an exported file instead of the database")
    judged.add_argument("--key", metavar="HEX", help="the public key, where it is known from elsewhere")
    exported = add("audit-export", auditing.audit_export, "Write the audit to a file that proves itself")
    exported.add_argument("file", metavar="FILE")
    keys = add("new-keys", setting_up.new_keys, "Write a new file of secret keys")
    keys.add_argument("file", metavar="FILE")
    return top


def _add_catalogue_files(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    """What whoever writes services works with, in the order of docs/writing-a-service.md."""
    begun = add("new-service", catalogue_files.new_service, "Write the skeleton of a new service")
    begun.add_argument("code", metavar="CODE", help="two letters and two digits, such as zj-08")
    begun.add_argument("--folder", metavar="DIR", help="where to (the services of the catalogue)")
    seen = add("preview", catalogue_files.preview, "Print a service as people meet it: guide, pages, steps")
    seen.add_argument("code", metavar="CODE")
    seen.add_argument("--language", choices=["zh", "easy", "en"], default="zh", help="zh, easy or en (zh)")
    differing = add("diff-service", catalogue_files.diff_service, "Say what changes for people")
    differing.add_argument("code", metavar="CODE")
    for name, usual in (("old", "stored"), ("new", "file")):
        told = f"stored (the newest), file, or the first digits of a hash ({usual})"
        differing.add_argument(name, metavar=name.upper(), nargs="?", default=usual, help=told)
    add("unverified", catalogue_files.unverified, "List what rests on citations that nobody has compared")
    files = add(
        "export-catalogue", catalogue_files.export_catalogue, "Write every service to CSV and HTML files"
    )
    files.add_argument("folder", metavar="DIR")


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 1_000_000:
        raise ValueError("out of range")
    return number
