FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock pyproject.toml README.md ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY core core
COPY escalation escalation
COPY nlu nlu
COPY flows flows
COPY booking booking
COPY storage storage
COPY bot bot
COPY console console
COPY lantern lantern
COPY deployments deployments
RUN /venv/bin/pip install --no-cache-dir --no-deps --config-settings editable_mode=compat -e .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 lantern && install -d -o lantern /app/var
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 LANTERN_HOST=0.0.0.0
USER lantern
EXPOSE 8000
CMD ["lantern", "serve"]
