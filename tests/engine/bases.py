"""The base images under the names that Dockerfile and docker-compose.yml use, made of Debian's packages: no registry is asked."""

import os
import re
import shutil
import subprocess
from pathlib import Path

PACKAGES = ["ca-certificates", "python3", "python3-pip", "postgresql-17", "redis-server", "caddy"]
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")

# As the official image does: makes the cluster at the first start, then runs it as postgres.
POSTGRES = r"""#!/bin/sh
set -eu
as() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
install -d -o postgres -g postgres -m 700 "$PGDATA"
install -d -o postgres -g postgres /run/postgresql
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
    chown postgres /tmp/password
    as initdb --username="$POSTGRES_USER" --pwfile=/tmp/password \
        --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
    rm /tmp/password
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    as pg_ctl --wait --options="-c listen_addresses=''" start
    createdb --username "$POSTGRES_USER" "$POSTGRES_DB"
    as pg_ctl --wait stop
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
"""


def make_base(archive: Path) -> None:
    """One small Debian with all of it, as a tar archive."""
    suite = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)
    command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "--quiet"]
    command += ["--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*"]
    command += ['--aptopt=Acquire::Languages "none"', f"--customize-hook=copy-in {AUTHORITIES} {AUTHORITIES.parent}"]
    unfinished = archive.with_suffix(".part")
    subprocess.run([*command, suite[1] if suite else "trixie", "-"], stdout=unfinished.open("wb"), check=True)
    unfinished.rename(archive)


def name_bases(archive: Path, folder: Path, names: set[str], docker: list[str]) -> None:
    """Give the images these names ask for: python, postgres, redis, caddy."""
    subprocess.run([*docker, "import", str(archive), "engine-base"], check=True, stdout=subprocess.DEVNULL)
    (folder / "postgres").write_text(POSTGRES)
    (folder / "postgres").chmod(0o755)
    # How this machine reaches its packages, which pip in a container needs to know too.
    reach = {
        name: value
        for name, value in os.environ.items()
        if re.fullmatch(r"(?i)(https?|no)_proxy|PIP_(CERT|INDEX_URL|DEFAULT_TIMEOUT)", name)
    }
    settings = [f"ENV {name}={value!r}" for name, value in sorted(reach.items())]
    if Path("/etc/pip.conf").exists():
        shutil.copy("/etc/pip.conf", folder / "pip.conf")
        settings.append("COPY pip.conf /etc/pip.conf")
    recipes = {
        # Debian's own packages of Python stay where they are; ours come before them.
        "python": [
            "RUN ln -s python3 /usr/bin/python && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED",
            "ENV PIP_IGNORE_INSTALLED=1",
            *settings,
        ],
        "postgres": [
            "ENV PGDATA=/var/lib/postgresql/data PATH=/usr/lib/postgresql/17/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "COPY postgres /usr/local/bin/",
            'ENTRYPOINT ["/usr/local/bin/postgres"]',
            'CMD ["postgres"]',
        ],
        "redis": [],
        "caddy": ["ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data"],
    }
    for name in names:
        recipe = "\n".join(["FROM engine-base", *recipes[name.split(":")[0]]])
        (folder / "Dockerfile").write_text(f"{recipe}\n")
        subprocess.run([*docker, "build", "--quiet", "--tag", name, str(folder)], check=True, capture_output=True)
