# One image, many commands: `visavis web`, `visavis worker`, `visavis migrate`…

# The pages: hashed scripts and styles.
FROM node:24-bookworm-slim AS front
WORKDIR /src/app/web
COPY app/web/package.json app/web/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY app/web ./
RUN npm run build

# The program: everything locked with hashes, then the project itself.
FROM python:3.12-slim-bookworm AS program
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/visavis
COPY requirements/runtime.txt /src/requirements/runtime.txt
RUN /opt/visavis/bin/pip install --require-hashes -r /src/requirements/runtime.txt
WORKDIR /src
COPY pyproject.toml README.md alembic.ini ./
COPY docs/problems.md docs/problems.en.md docs/
COPY app app
COPY workers workers
COPY migrations migrations
COPY --from=front /src/app/web/static/build app/web/static/build
RUN /opt/visavis/bin/pip install --no-deps --no-build-isolation .

# What runs: no compiler, no npm, no root.
FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap espeak-ng ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/visavis visavis
COPY --from=program /opt/visavis /opt/visavis
ENV PATH=/opt/visavis/bin:$PATH PYTHONUNBUFFERED=1 VISAVIS_DATA_DIR=/var/lib/visavis
# The container's own loopback is reached by nobody: who may come in is said where its port is published.
ENV VISAVIS_LISTEN_HOST=0.0.0.0
USER visavis
VOLUME /var/lib/visavis
EXPOSE 8000
CMD ["visavis", "web"]
