# The API server. Built and run nowhere in the project's own checks: those have no container engine, see docs/quickstart.md.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md CHANGELOG.md LICENSE ./
COPY src ./src
COPY seeds ./seeds
COPY alembic ./alembic
RUN python -m venv /opt/newskb \
    && /opt/newskb/bin/pip install --no-cache-dir --only-binary=:all: -c constraints.txt hatchling \
    && /opt/newskb/bin/pip install --no-cache-dir --no-build-isolation -c constraints.txt . \
    && /opt/newskb/bin/pip uninstall --yes hatchling

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 newskb
COPY --from=build /opt/newskb /opt/newskb
ENV PATH=/opt/newskb/bin:$PATH PYTHONUNBUFFERED=1
USER newskb
WORKDIR /home/newskb
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["newskb"]
# Bound to all addresses of the container, it asks for API keys: `newskb keys create`, or NEWSKB_OPEN_TO=everyone.
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
