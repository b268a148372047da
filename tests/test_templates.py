"""Templates are read beside each other: their lines fit a screen."""

from pathlib import Path

from django.conf import settings

LONGEST = 160


def test_no_line_of_a_template_is_longer_than_a_screen_is_wide():
    root = Path(settings.BASE_DIR) / "templates"
    files = [file for file in sorted(root.rglob("*")) if file.is_file()]
    assert len(files) > 200
    too_long = [
        f"{file.relative_to(settings.BASE_DIR)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not too_long, f"longer than {LONGEST} characters:\n" + "\n".join(too_long)
