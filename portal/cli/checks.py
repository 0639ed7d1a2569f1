"""Commands that only look: is the catalogue sound, do the words keep the rules of words.md."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from portal import letters
from portal.catalogue.easy_figures import measure_easy
from portal.catalogue.loader import load_catalogue
from portal.catalogue.schemas import SHAPES, schemas
from portal.catalogue.words import check_words as faults_of_words
from portal.cli.workplace import CommandError, say
from portal.usecases.alerts import signature_of

ROOT = Path(letters.__file__).resolve().parents[2]


def check_catalogue(_arguments: Namespace) -> None:
    """Read the whole catalogue. Raises CatalogueErrors with every mistake of every file."""
    catalogue = load_catalogue()
    signatures = {code: signature_of(region) for code, region in catalogue.regions.items()}
    too_long = letters.too_long_messages(catalogue.definitions.values(), signatures)
    if too_long:
        raise CommandError("\n".join(too_long))
    say(
        f"The catalogue is sound: {len(catalogue.services)} service(s), {len(catalogue.regions)} region(s), "
        f"{len(catalogue.reasons)} reasons, {len(catalogue.notices)} notices."
    )


def write_schemas(arguments: Namespace) -> None:
    """Write the JSON Schema of every kind of catalogue file, as NAME.schema.json, for editors."""
    folder = Path(arguments.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas().items():
            words = json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True)
            (folder / f"{name}.schema.json").write_text(words + "\n", encoding="utf-8")
    except OSError as wrong:
        raise CommandError(f"{folder} cannot be written: {wrong.strerror}.") from None
    say(f"{len(SHAPES)} schemas are in {folder}.")


def check_words(_arguments: Namespace) -> None:
    """Check every text of the catalogue and of the translations. Raises CommandError with every fault."""
    catalogue = load_catalogue()
    faults = faults_of_words(catalogue, sorted((ROOT / "translations").rglob("*.po")))
    easy = measure_easy(catalogue)
    faults += easy.faults()
    if faults:
        raise CommandError("\n".join(faults))
    say("Every word keeps the rules.")
    say(
        f"Easy-read: {easy.texts} texts; of {easy.long_texts} long ones {easy.rewritten_percent:.1f} % are "
        f"written anew; {easy.sentences} sentences, the median has {easy.median_sentence:g} characters, "
        f"the longest {easy.longest_sentence}."
    )
