from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from calendar_app.services.reference import load_reference
from resolutions.importers.reference import BadReference


class Command(BaseCommand):
    help = (
        "Loads the public facts that ship: assemblies, groups, resolutions, outcomes, meetings, deadlines. Run again, it changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="Overwrite what people changed here and bring back what they deleted.")
        parser.add_argument("--from", dest="folder", type=Path, help="Take the files found in this folder instead of those that ship.")

    def handle(self, *args, force, folder, verbosity, **options):
        try:
            tallies = load_reference(folder=folder, force=force)
        except BadReference as error:
            raise CommandError(f"{error}. Nothing was loaded.") from error
        if not verbosity:
            return
        for name, tally in tallies.items():
            line = f"{name}: {tally.added} added, {tally.changed} changed, {tally.unchanged} unchanged"
            if tally.unsure:
                line += f", {tally.unsure} left out as not established"
            self.stdout.write(line)
        taken_back = [f"{name} {key}" for name, tally in tallies.items() for key in tally.taken_back]
        if taken_back:
            self.stdout.write(f"Taken back as no longer sure: {', '.join(taken_back)}")
        deleted = [f"{name} {key}" for name, tally in tallies.items() for key in tally.deleted]
        self.list_some("Left out as people deleted them here", deleted, "brings them back", verbosity)
        kept = [f"{name} {field}" for name, tally in tallies.items() for field in tally.kept]
        self.list_some("Kept as people wrote them here", kept, "overwrites", verbosity)

    def list_some(self, words: str, found: list[str], forced: str, verbosity: int) -> None:
        if found:
            self.stdout.write(f"{words}: {len(found)} (--force {forced})")
            for line in found if verbosity > 1 else found[:10]:
                self.stdout.write(f"  {line}")
