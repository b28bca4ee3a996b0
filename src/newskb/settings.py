"""What a user can set, from the environment (``NEWSKB_…``) or a ``.env`` file, as one checked value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """All settings. Read at the edges (command line, jobs, API) and passed down as plain parameters."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSKB_", env_file=".env", extra="ignore", use_attribute_docstrings=True, frozen=True
    )

    database_url: str = "sqlite:///newskb.db"
    """The database: ``sqlite:///FILE`` (default ``newskb.db`` in the current folder) or ``postgresql://…``."""

    model: Path | None = None
    """Folder of another spaCy pipeline with Universal Dependencies labels; default: the encoder inside the package."""

    actors_file: Path | None = None
    """Look-up file of imported actors; default: beside a SQLite database (``newskb.db-actors``), or in this folder."""

    threads: int = Field(default=1, ge=1, le=256)
    """Threads the encoder uses in each worker process; default 1."""

    workers: int = Field(default=1, ge=1, le=256)
    """Worker processes of an import; default 1 (everything in one process)."""

    batch_size: int = Field(default=64, ge=1, le=10_000)
    """Articles stored in one transaction; default 64."""

    day_first: bool | None = None
    """How ``03/04/2019`` is read: true = 3 April, false = March 4; unset (default) = the article stays undated."""

    max_unpacked_bytes: int = Field(default=32 << 30, ge=1)
    """Bytes a compressed file or archive may unpack to, all members together; default 32 GiB."""

    max_ratio: float = Field(default=200.0, gt=1)
    """Unpacked bytes per packed byte from which a compressed file counts as a decompression bomb; default 200."""

    max_record_bytes: int = Field(default=16 << 20, ge=1)
    """Longest single article (line, row, text file) that is read, in bytes; default 16 MiB."""

    max_members: int = Field(default=2_000_000, ge=1)
    """Files in one archive; default 2,000,000."""

    max_text_chars: int = Field(default=1_000_000, ge=1)
    """Longest article text that is kept, in characters; default 1,000,000."""

    sql_timeout_s: float = Field(default=10.0, gt=0)
    """Seconds an analyst's SQL query may run before its process is killed; default 10."""

    sql_max_rows: int = Field(default=10_000, ge=1)
    """Rows an analyst's SQL query may return before the answer is cut off (and says so); default 10,000."""

    host: str = "127.0.0.1"
    """Address the server binds to; default 127.0.0.1."""

    port: int = Field(default=8000, ge=0, le=65_535)
    """Port the server binds to; default 8000."""

    open_to: Literal["loopback", "everyone", "nobody"] = "loopback"
    """Who needs no key for the open scopes: ``loopback`` (default; this machine only), ``everyone``, ``nobody``."""

    open_scopes: Annotated[tuple[Literal["read", "sql", "import", "curate"], ...], NoDecode] = ("read", "sql", "import")
    """Scopes that need no key, default ``read,sql,import``; ``import`` and ``curate`` open to this machine alone."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Web sites whose pages may read answers, such as ``https://dash.example``, or ``*``; default none."""

    max_requests: int = Field(default=256, ge=1)
    """Requests that a server process answers at the same time; more are told to come back later; default 256."""

    max_requests_per_client: int = Field(default=64, ge=1)
    """Requests of one address that a server process answers at the same time; more are asked to wait; default 64."""

    max_page_rows: int = Field(default=1_000, ge=1, le=1_000)
    """Rows on a page of a list at most; default, and most, 1,000."""

    read_timeout_s: float = Field(default=30.0, gt=0)
    """Seconds that the queries of an answer may run before they are stopped; default 30."""

    max_body_bytes: int = Field(default=1 << 20, ge=1)
    """Longest body of a request that is no upload, in bytes; default 1 MiB."""

    max_upload_bytes: int = Field(default=2 << 30, ge=1)
    """Longest upload to import, in bytes; default 2 GiB."""

    max_waiting_imports: int = Field(default=20, ge=1)
    """Uploads that may wait for their import; default 20."""

    uploads: Path | None = None
    """Folder where uploads wait; default: beside the SQLite file (``newskb.db-uploads``), else ``newskb-uploads``."""

    exports: Path | None = None
    """Folder of exports asked for over REST; default: beside the SQLite file, else ``newskb-exports``."""

    exports_days: int = Field(default=7, ge=1)
    """Days that such an export is kept; default 7."""

    max_exports_bytes: int = Field(default=20 << 30, ge=1)
    """Bytes of all ended exports together, above which the oldest go before their time; default 20 GiB."""

    max_waiting_exports: int = Field(default=20, ge=1)
    """Exports that may wait for their turn; default 20."""

    annotate_max_chars: int = Field(default=100_000, ge=1)
    """Longest text that ``/v1/annotate`` reads, in characters; default 100,000."""

    annotate_timeout_s: float = Field(default=60.0, gt=0)
    """Seconds that a caller of ``/v1/annotate`` waits at most; default 60."""

    annotate_at_once: int = Field(default=4, ge=1)
    """Texts that ``/v1/annotate`` reads or lets wait at the same time, one being read; default 4."""

    queries: Path | None = None
    """Folder of further saved queries (``NAME.sql``); default: only those that come with newskb."""

    log_format: Literal["text", "json"] = "text"
    """``json`` = the server logs an object a line, one for every request; ``text`` (default) = only what went wrong."""

    slow_query_s: float | None = Field(default=None, gt=0)
    """Seconds from which the server logs a query as slow; unset (default) = never."""

    @field_validator("open_scopes", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
