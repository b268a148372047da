# One image for web, worker, beat, backup and migrations: docker-compose.yml says which.
FROM python:3.13-slim-trixie

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH="/app/bin:$PATH"
# pg_dump and pg_restore, of the version of the server in docker-compose.yml: an older pg_dump refuses a newer server.
RUN apt-get update -qq \
 && apt-get install -qq --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home agenda \
 && install -d -o agenda -m 700 /backups
WORKDIR /app

COPY requirements/run.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.txt

COPY . .
# Nothing that lasts is kept in var/: the database is elsewhere, and this is made anew with each image.
RUN python -m babel.messages.frontend --quiet compile -D django -d locale \
 && SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))') python manage.py collectstatic --noinput --verbosity 0 \
 && chown -R agenda var \
 && sbom > sbom.cdx.json

USER agenda
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["healthy"]
CMD ["gunicorn", "amnt.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-tmp-dir", "/dev/shm"]
