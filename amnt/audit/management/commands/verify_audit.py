from django.core.management.base import BaseCommand, CommandError

from amnt.audit.chain import ChainHead, seal_new, verify


def noted_head(text: str) -> ChainHead:
    position, _colon, digest = text.partition(":")
    return ChainHead(int(position), digest)


class Command(BaseCommand):
    help = "Walks the chain of the audit and says where it is broken. Exits with 1 if it is."

    def add_arguments(self, parser):
        parser.add_argument("--holds", metavar="POSITION:DIGEST", type=noted_head, help="An end of the chain that was noted earlier.")

    def handle(self, *, holds: ChainHead | None, **options):
        seal_new()
        verdict = verify(expected=holds)
        if not verdict.is_whole:
            raise CommandError("\n".join(verdict.faults))
        self.stdout.write(f"The audit is whole: {verdict.sealed} entries in the chain, {verdict.waiting} waiting for their place.")
        self.stdout.write(f"It ends at {verdict.head}")
        self.stdout.write("Note this line elsewhere: `manage.py verify_audit --holds` says later whether the end was cut off.")
