# One image for web, worker, beat and the commands; the command decides which.

FROM python:3.12-slim AS build
WORKDIR /source
RUN python -m venv /opt/rollcall
COPY pyproject.toml requirements.lock README.md ./
COPY core core
COPY web web
COPY worker worker
# The lock file as constraints: its versions, without the tools of developers.
RUN /opt/rollcall/bin/pip install --no-cache-dir --constraint requirements.lock .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home rollcall \
    && install --directory --owner rollcall --mode 0750 /var/lib/rollcall/uploads
COPY --from=build /opt/rollcall /opt/rollcall
ENV PATH=/opt/rollcall/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/rollcall
USER 10001
EXPOSE 8080
CMD ["rollcall", "--help"]
