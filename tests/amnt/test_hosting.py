"""What we tell a host to do is what the program does."""

import re
import shlex
import subprocess
from functools import cache
from inspect import isfunction, signature

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from amnt.config import environment

ROOT = settings.BASE_DIR


@cache
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@cache
def documented():
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def read_by_the_program():
    ours = [path.read_text() for app in ("amnt", "resolutions", "coalitions", "calendar_app") for path in (ROOT / app).rglob("*.py")]
    readers = [name for name, function in vars(environment).items() if isfunction(function) and "name" in signature(function).parameters]
    found = set(re.findall(r"""(?:environ(?:\.get)?[\[(]|getenv\()\s*["']([A-Z_]+)["']""", "\n".join(ours)))
    for text in ours:
        if "amnt.config.environment import" in text:
            found |= set(re.findall(rf"""\b(?:{"|".join(readers)})\(\s*["']([A-Z_]+)["']""", text))
    return found


def read_by_the_files_around():
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "bin" / "run").read_text()
    return set(re.findall(r"\$\{?([A-Z][A-Z_]+)", text)) - {"HOSTNAME", "PWD"}


def test_every_variable_that_is_read_is_explained_and_every_one_explained_is_read():
    assert documented() == read_by_the_program() | read_by_the_files_around()


def test_no_secret_is_written_down():
    for line in (ROOT / ".env.example").read_text().splitlines():
        name, _, value = line.lstrip("#").partition("=")
        if re.fullmatch(r"[A-Z_]*(KEY|PASSWORD|TOKEN)", name):
            assert value == "", name
    text = (ROOT / "docker-compose.yml").read_text()
    for secret in re.findall(r"(?:PASSWORD|KEY): (.*)", text):
        assert secret.startswith("${"), secret


def services():
    return sorted(compose()["services"])


def test_everything_the_house_is_made_of_is_there():
    assert services() == ["backup", "beat", "migrate", "postgres", "proxy", "redis", "web", "worker"]


def command_of(name):
    """The command of a service; ours fall back on the one of the image."""
    command = compose()["services"][name].get("command")
    if command is None and "build" in compose()["services"][name]:
        [command] = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
        command = yaml.safe_load(command)
    return command


@pytest.mark.parametrize("name", ["web", "worker", "beat", "backup", "migrate"])
def test_every_command_of_ours_exists(name):
    command = command_of(name)
    steps = (
        [shlex.split(step) for step in re.findall(r"python manage.py [\w -]+", command[2])] if command[:2] == ["sh", "-c"] else [command]
    )
    locked = (ROOT / "requirements" / "run.txt").read_text()
    for step in steps:
        if step[:2] == ["python", "manage.py"]:
            assert step[2] in get_commands()
        else:
            assert f"\n{step[0]}==" in locked, step[0]
            assert "amnt" in " ".join(step)


@pytest.mark.parametrize(("program", "name"), [("gunicorn", "web"), ("celery worker", "worker"), ("celery beat", "beat")])
def test_every_option_of_our_commands_is_known(program, name):
    help_text = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-m", *program.split(), "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for option in command_of(name):
        if option.startswith("--") and option != "--app":
            assert re.search(rf"{option}\b", help_text), option


def test_every_service_is_looked_after():
    for name, service in compose()["services"].items():
        if "build" in service:
            assert "healthcheck" in service or name == "web"
        elif name != "proxy":
            assert "healthcheck" in service, name
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_web_and_worker_may_be_many():
    for name in ("web", "worker"):
        assert "container_name" not in compose()["services"][name]
        assert "ports" not in compose()["services"][name]


def test_database_and_broker_are_reached_from_inside_only():
    for name in ("postgres", "redis"):
        service = compose()["services"][name]
        assert service["networks"] == ["inside"]
        assert "ports" not in service
    assert compose()["networks"]["inside"]["internal"] is True
    assert "--requirepass" in " ".join(command_of("redis"))
    assert "volumes" not in compose()["services"]["redis"]


def test_nothing_of_the_host_is_mounted_but_how_the_proxy_is_configured():
    named = set(compose()["volumes"])
    for service in compose()["services"].values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in named or volume == "./proxy:/etc/caddy:ro"


def test_only_what_makes_backups_may_write_them():
    mounts = {
        name: volume for name, service in compose()["services"].items() for volume in service.get("volumes", []) if "backups:" in volume
    }
    assert mounts.pop("backup") == "backups:/backups"
    assert mounts == dict.fromkeys(("beat", "migrate", "web", "worker"), "backups:/backups:ro")


def test_no_service_runs_with_more_than_it_needs():
    """Only PostgreSQL keeps what its image asks for: it makes its folder its own before it steps down."""
    for name, service in compose()["services"].items():
        if name != "postgres":
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
    assert compose()["services"]["redis"]["user"] == "redis"
    # A file system in memory over a folder of the image is root's unless it says whose it is.
    [user] = re.findall(r"--uid (\d+)", (ROOT / "Dockerfile").read_text())
    assert compose()["services"]["beat"]["tmpfs"] == ["/tmp", f"/app/var:uid={user},mode=0700"]  # noqa: S108


def test_client_programs_are_of_the_version_of_the_server():
    dockerfile = (ROOT / "Dockerfile").read_text()
    [client] = re.findall(r"postgresql-client-(\d+)", dockerfile)
    assert compose()["services"]["postgres"]["image"] == f"postgres:{client}"
    # The release of Debian that has them.
    assert re.search(r"^FROM python:[\d.]+-slim-trixie$", dockerfile, re.MULTILINE)


def test_only_what_is_named_enters_the_image():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    for rule in rules:
        if rule.startswith("!"):
            assert (ROOT / rule[1:]).exists(), rule
    copied = {rule[1:] for rule in rules if rule.startswith("!")}
    assert {"manage.py", "gunicorn.conf.py", *settings_apps()} <= copied


def settings_apps():
    """The folders of our own apps."""
    return {name.split(".")[0] for name in settings.INSTALLED_APPS if (ROOT / name.split(".")[0]).is_dir()}


def test_the_image_runs_as_nobody_in_particular():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in dockerfile
    assert dockerfile.index("\nUSER agenda") < dockerfile.index("\nCMD")
