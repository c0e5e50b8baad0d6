# One image for web, worker, beat and migrations; docker-compose.yml says which command each one runs.

FROM python:3.13-slim AS assets
WORKDIR /app
COPY . .
RUN python scripts/assets.py --production

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 AMDP_MODE=production DATA=/data
WORKDIR /app
RUN useradd --system --create-home amdp && install -d -o amdp -g amdp /data
COPY requirements/production.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/production.txt
COPY . .
COPY --from=assets /app/static/vendor static/vendor
RUN SECRET_KEY=only-while-building PRIVATE_NOTES_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= \
    DATABASE_URL=postgres://nobody@nowhere/none REDIS_URL=redis://nowhere/0 \
    python manage.py collectstatic --no-input --verbosity 0
USER amdp
VOLUME /data
EXPOSE 8000
