"""Every setting as data: its name, its default and what it does; read in this one place."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

from assets.domain.accounts import Account
from assets.domain.costs import MICROS, Caps
from assets.domain.errors import Refused
from assets.domain.freshness import Policy, When
from assets.domain.keys import Locale
from assets.domain.people import Role

PROJECT = Path(__file__).resolve().parent.parent


HIDDEN = "…"
"""What stands in the place of a secret."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the README shows it."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("STUDIO_HOME", "data/runtime", "folder for everything that is made at run time"),
    Setting("STUDIO_CONTENT", "data/catalogue/contents", "folder of lessons and articles"),
    Setting("STUDIO_VOICES", "data/catalogue/voices.toml", "the voices that may be asked for"),
    Setting("STUDIO_LEXICONS", "", "folder of the project's lexicons; empty: lexicons in STUDIO_CONTENT"),
    Setting("STUDIO_DEFAULT_LOCALE", "en", "locale of files whose name has none, and of requests that name none"),
    Setting("STUDIO_LEDGER_URL", "", "SQLAlchemy URL of the ledger; empty: SQLite in STUDIO_HOME"),
    Setting("STUDIO_FILES_URL", "", "folder for takes and published files; empty: STUDIO_HOME/files"),
    Setting("STUDIO_SCRIPT_WRITER", "auto", "who writes scripts: openai, embedded, or auto: openai where it has a key"),
    Setting("STUDIO_SCRIPT_MODEL", "gpt-4.1-mini", "model of the script writer openai"),
    Setting(
        "STUDIO_SCRIPT_HISTORY", "auto", "whether that server keeps answers, so that lost ones are found: yes, no, auto"
    ),
    Setting("OPENAI_API_KEY", "", "key for scripts and voices of OpenAI, or of a server that speaks its language"),
    Setting("OPENAI_BASE_URL", "", "address of such a server; empty: OpenAI"),
    Setting("ELEVENLABS_API_KEY", "", "key for the voices of ElevenLabs"),
    Setting("ELEVENLABS_BASE_URL", "", "address of ElevenLabs; empty: its own"),
    Setting("STUDIO_MAX_PARALLEL", "20", "narrations written and spoken at once, over all processes"),
    Setting(
        "STUDIO_SPEECH_CONCURRENCY", "2", "segments spoken at once: by each process, and by a paid account over all"
    ),
    Setting("STUDIO_SCRIPT_CONCURRENCY", "8", "sections written at once by a paid account, over all processes"),
    Setting("STUDIO_CALL_TIMEOUT_SECONDS", "120", "how long one call to a provider may last"),
    Setting("STUDIO_BUDGET_USD_PER_DAY", "", "money for a day of UTC, set-aside money included; empty: no cap"),
    Setting("STUDIO_BUDGET_USD_PER_MONTH", "", "the same for a month"),
    Setting("STUDIO_APPROVAL", "off", "scripts a person approves before they are spoken: off, paid speech, or always"),
    Setting("STUDIO_LISTEN", "no", "whether new takes are listened to before they are kept: takes, or no"),
    Setting("STUDIO_UNKNOWN_OUTCOME", "hold", "a lost answer that no history can settle: hold it, or rebuy"),
    Setting("STUDIO_PRICES", "data/catalogue/prices.toml", "what models cost"),
    Setting("STUDIO_LEASE_SECONDS", "30", "how long a claim outlives the last sign of life of its run"),
    Setting("STUDIO_HOST", "127.0.0.1", "address the studio listens on"),
    Setting("STUDIO_PORT", "7860", "port of the studio"),
    Setting("STUDIO_HOST_NAMES", "", "names by which people reach the studio, apart from that address; commas between"),
    Setting("STUDIO_USERS", "", "file of those who may log in; empty: users.json in STUDIO_HOME"),
    Setting("STUDIO_AUTH_HEADER", "", "header in which a proxy that logs people in says who it is"),
    Setting("STUDIO_AUTH_PROXIES", "", "addresses or networks of such proxies; nobody else's header is believed"),
    Setting("STUDIO_AUTH_ROLE", "listener", "role of those whom the proxy names and the file of users does not"),
    Setting("STUDIO_ASKS_PER_MINUTE", "60", "how often a minute one person or program may ask or edit"),
    Setting("STUDIO_DAGSTER_PORT", "3000", "port of the Dagster webserver"),
    Setting("STUDIO_DAGSTER_URL", "", "address of the Dagster webserver; empty: 127.0.0.1 and the port above"),
    Setting("STUDIO_DAGSTER_STORAGE_URL", "", "PostgreSQL database for Dagster's own records; empty: SQLite"),
    Setting("STUDIO_KEEP_FRESH", "off", "narrations that are made by themselves: off, on change, or nightly"),
    Setting("STUDIO_KEEP_FRESH_CONTENTS", "*", "of which contents, as patterns with commas between: articles/*"),
    Setting("STUDIO_KEEP_FRESH_MISSING", "no", "whether those that were never made are made, too: yes, no"),
    Setting(
        "STUDIO_KEEP_FRESH_USD_PER_DAY", "", "money that may go into it on a day, within the caps above; empty: all"
    ),
    Setting("STUDIO_KEEP_DAYS", "90", "how long runs and timelines are kept once newer ones have taken their place"),
    Setting("STUDIO_LOG_FORMAT", "auto", "how log lines look: json, console, or auto: json where nobody looks on"),
    Setting("STUDIO_LOG_LEVEL", "", "the least that is logged: debug, info, warning, error; empty: info in servers"),
    Setting("STUDIO_TRACES", "", "address of an OpenTelemetry collector (OTLP over HTTP); empty: no traces"),
    Setting("STUDIO_WORKERS_PORT", "", "port where the workers tell their health and metrics; empty: nowhere"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, checked."""

    home: Path
    content: Path
    lexicons: Path
    voices: Path
    default_locale: Locale
    ledger_url: str
    files: Path
    script_writer: str
    script_model: str
    script_history: bool
    openai: Account
    elevenlabs: Account
    max_parallel: int
    speech_concurrency: int
    script_concurrency: int
    caps: Caps
    approval: str
    unknown_outcome: str
    listen: str
    prices: Path
    lease_seconds: float
    host: str
    port: int
    host_names: frozenset[str]
    users: Path
    auth_header: str
    auth_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    auth_role: Role
    asks_per_minute: int
    dagster_port: int
    dagster_url: str
    dagster_storage_url: str
    keep_fresh: Policy
    keep_days: int
    log_format: str
    log_level: str
    traces: str
    workers_port: int
    warnings: tuple[str, ...] = ()
    shown: tuple[tuple[Setting, str], ...] = ()
    """Every setting with its value as anybody may see it: of a secret only that it is there."""

    @property
    def shipped_lexicons(self) -> Path:
        """The lexicons that come with the studio, below those of the project."""
        return PROJECT / "data" / "catalogue" / "lexicons"

    @property
    def dagster_home(self) -> Path:
        """The folder of the Dagster instance."""
        return self.home / "dagster"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be in no log, page, record or message: keys, and the passwords in addresses."""
        addresses = (self.ledger_url, self.dagster_storage_url, self.openai.url, self.elevenlabs.url, self.traces)
        passwords = (unquote(urlsplit(address).password or "") for address in addresses)
        written = (urlsplit(address).password or "" for address in addresses)
        return tuple(each for each in (self.openai.key, self.elevenlabs.key, *passwords, *written) if each)

    @property
    def studio_url(self) -> str:
        """Where the studio answers on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def for_children(self) -> dict[str, str]:
        """This process's environment with every place made absolute, so that all children mean the same ones."""
        return {
            **os.environ,
            "STUDIO_HOME": str(self.home),
            "STUDIO_CONTENT": str(self.content),
            "STUDIO_LEXICONS": str(self.lexicons),
            "STUDIO_VOICES": str(self.voices),
            "STUDIO_PRICES": str(self.prices),
            "STUDIO_SCRIPT_WRITER": self.script_writer,
            "STUDIO_SCRIPT_HISTORY": "yes" if self.script_history else "no",
            "OPENAI_API_KEY": self.openai.key,
            "OPENAI_BASE_URL": self.openai.url,
            "ELEVENLABS_API_KEY": self.elevenlabs.key,
            "ELEVENLABS_BASE_URL": self.elevenlabs.url,
            "STUDIO_LEDGER_URL": self.ledger_url,
            "STUDIO_FILES_URL": str(self.files),
            "STUDIO_LISTEN": self.listen,
            "STUDIO_HOST": self.host,
            "STUDIO_PORT": str(self.port),
            "STUDIO_USERS": str(self.users),
            "STUDIO_DAGSTER_PORT": str(self.dagster_port),
            "STUDIO_DAGSTER_URL": self.dagster_url,
            "STUDIO_DAGSTER_STORAGE_URL": self.dagster_storage_url,
            "DAGSTER_HOME": str(self.dagster_home),
        }

    def tell_dagster(self) -> None:
        """Let the instance of this process find its storage: `dagster.yaml` names the variable, and no password.

        Events that belong together, as what a run plans for each of its partitions, are stored together.
        """
        os.environ["STUDIO_DAGSTER_STORAGE_URL"] = self.dagster_storage_url
        os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "500")

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, *, override: Mapping[str, str] | None = None
    ) -> Settings:
        """The settings from the environment and, below it, the project's `.env`. Raises `Refused` for a bad value.

        `override` is what a command line says: it wins over both.

        An unknown `STUDIO_*` name is no error but a warning that names the nearest real one.
        """
        named = {**(os.environ if environ is None else environ), **(override or {})}
        kept = {} if environ is not None else {n: v or "" for n, v in dotenv_values(PROJECT / ".env").items()}
        given = {**kept, **named}
        values = {s.name: given.get(s.name, "").strip() or s.default for s in SETTINGS}

        def folder(name: str) -> Path:
            """A path of the environment starts where the person stands; one of `.env` or a default, at the project."""
            path = Path(values[name].removeprefix("file://")).expanduser()
            return path if path.is_absolute() else (Path.cwd() if named.get(name) else PROJECT) / path

        home = folder("STUDIO_HOME")
        if "://" in values["STUDIO_FILES_URL"].removeprefix("file://"):
            raise Refused(
                "STUDIO_FILES_URL names a remote store.", remedy="Only a folder or a file:// URL is supported so far."
            )
        writer = values["STUDIO_SCRIPT_WRITER"]
        if writer not in {"auto", "embedded", "openai"}:
            raise Refused(f"STUDIO_SCRIPT_WRITER is '{writer}'.", remedy="Use auto, embedded or openai.")
        timeout = float(_whole(values, "STUDIO_CALL_TIMEOUT_SECONDS", 1, 240))
        openai, elevenlabs = (
            Account(values[f"{name}_API_KEY"], _address(values, f"{name}_BASE_URL"), timeout)
            for name in ("OPENAI", "ELEVENLABS")
        )
        history = values["STUDIO_SCRIPT_HISTORY"]
        if history not in {"auto", "yes", "no"}:
            raise Refused(f"STUDIO_SCRIPT_HISTORY is '{history}'.", remedy="Use auto, yes or no.")
        if writer == "auto":
            # A server of one's own may want no key: that it is named is enough.
            writer = "openai" if openai.key or openai.url else "embedded"
        listen = values["STUDIO_LISTEN"]
        if listen not in {"takes", "no"}:
            raise Refused(f"STUDIO_LISTEN is '{listen}'.", remedy="Use takes or no.")
        policy = values["STUDIO_UNKNOWN_OUTCOME"]
        if policy not in {"hold", "rebuy"}:
            raise Refused(f"STUDIO_UNKNOWN_OUTCOME is '{policy}'.", remedy="Use hold or rebuy.")
        approval = values["STUDIO_APPROVAL"]
        if approval not in {"off", "paid", "always"}:
            raise Refused(f"STUDIO_APPROVAL is '{approval}'.", remedy="Use off, paid or always.")
        port = _whole(values, "STUDIO_DAGSTER_PORT", 1, 65535)
        return cls(
            home=home,
            content=folder("STUDIO_CONTENT"),
            lexicons=folder("STUDIO_LEXICONS") if values["STUDIO_LEXICONS"] else folder("STUDIO_CONTENT") / "lexicons",
            voices=folder("STUDIO_VOICES"),
            default_locale=Locale(values["STUDIO_DEFAULT_LOCALE"]),
            ledger_url=values["STUDIO_LEDGER_URL"] or f"sqlite:///{home / 'ledger.db'}",
            files=folder("STUDIO_FILES_URL") if values["STUDIO_FILES_URL"] else home / "files",
            script_writer=writer,
            script_model=values["STUDIO_SCRIPT_MODEL"],
            # Only OpenAI itself is known to keep them; another server may refuse to be asked.
            script_history=not openai.url if history == "auto" else history == "yes",
            openai=openai,
            elevenlabs=elevenlabs,
            max_parallel=_whole(values, "STUDIO_MAX_PARALLEL", 1, 1000),
            speech_concurrency=_whole(values, "STUDIO_SPEECH_CONCURRENCY", 1, 100),
            script_concurrency=_whole(values, "STUDIO_SCRIPT_CONCURRENCY", 1, 100),
            caps=Caps(
                per_day=_dollars(values, "STUDIO_BUDGET_USD_PER_DAY"),
                per_month=_dollars(values, "STUDIO_BUDGET_USD_PER_MONTH"),
            ),
            approval=approval,
            unknown_outcome=policy,
            listen=listen,
            prices=folder("STUDIO_PRICES"),
            lease_seconds=float(_whole(values, "STUDIO_LEASE_SECONDS", 2, 3600)),
            host=values["STUDIO_HOST"],
            port=_whole(values, "STUDIO_PORT", 1, 65535),
            host_names=frozenset(name.lower() for name in _several(values, "STUDIO_HOST_NAMES")),
            users=folder("STUDIO_USERS") if values["STUDIO_USERS"] else home / "users.json",
            auth_header=_header(values),
            auth_proxies=_networks(values),
            auth_role=Role.named(values["STUDIO_AUTH_ROLE"]),
            asks_per_minute=_whole(values, "STUDIO_ASKS_PER_MINUTE", 1, 100_000),
            dagster_port=port,
            dagster_url=values["STUDIO_DAGSTER_URL"].rstrip("/") or f"http://127.0.0.1:{port}",
            dagster_storage_url=_postgres(values, "STUDIO_DAGSTER_STORAGE_URL"),
            keep_fresh=_policy(values),
            keep_days=_whole(values, "STUDIO_KEEP_DAYS", 1, 36_500),
            log_format=_one_of(values, "STUDIO_LOG_FORMAT", ("auto", "json", "console")),
            log_level=_one_of(values, "STUDIO_LOG_LEVEL", ("", "debug", "info", "warning", "error")).upper(),
            traces=_address(values, "STUDIO_TRACES"),
            workers_port=_whole(values, "STUDIO_WORKERS_PORT", 1, 65535) if values["STUDIO_WORKERS_PORT"] else 0,
            warnings=_unknown(given),
            shown=tuple((setting, _without_secrets(setting.name, values[setting.name])) for setting in SETTINGS),
        )


def _whole(values: Mapping[str, str], name: str, least: int, most: int) -> int:
    try:
        number = int(values[name])
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise Refused(f"{name} is '{values[name][:40]}'.", remedy=f"Use a whole number from {least} to {most}.")
    return number


def _one_of(values: Mapping[str, str], name: str, names: tuple[str, ...]) -> str:
    if (value := values[name].lower()) not in names:
        *most, last = (each for each in names if each)
        raise Refused(f"{name} is '{values[name][:40]}'.", remedy=f"Use {', '.join(most)} or {last}.")
    return value


def _policy(values: Mapping[str, str]) -> Policy:
    return Policy(
        when=When(_one_of(values, "STUDIO_KEEP_FRESH", tuple(When))),
        contents=tuple(_several(values, "STUDIO_KEEP_FRESH_CONTENTS")),
        missing=_one_of(values, "STUDIO_KEEP_FRESH_MISSING", ("yes", "no")) == "yes",
        per_day=_dollars(values, "STUDIO_KEEP_FRESH_USD_PER_DAY"),
    )


def _postgres(values: Mapping[str, str], name: str) -> str:
    """The address of a PostgreSQL database, by the driver that Dagster's storage was written for."""
    address = values[name]
    kind, there, rest = address.partition("://")
    if address and not (there and kind.partition("+")[0] in {"postgresql", "postgres"}):
        raise Refused(f"{name} names no PostgreSQL database.", remedy="Use postgresql://user@host/database.")
    ledger = values["STUDIO_LEDGER_URL"].partition("://")[2]
    if address and ledger.rpartition("@")[2] == rest.rpartition("@")[2]:
        raise Refused(
            f"{name} and STUDIO_LEDGER_URL name the same database; each keeps its own migrations there.",
            remedy="Make a database for each.",
        )
    return f"postgresql+psycopg2://{rest}" if address else ""


def _address(values: Mapping[str, str], name: str) -> str:
    """The address of a server, without a slash at its end."""
    address = values[name].rstrip("/")
    if address and not address.startswith(("http://", "https://")):
        raise Refused(f"{name} is '{address[:80]}'.", remedy="Use an address such as http://127.0.0.1:11434/v1.")
    return address


def _several(values: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in values[name].split(",") if part.strip()]


def _header(values: Mapping[str, str]) -> str:
    """The header by which a proxy says who asks, in small letters; it is worth nothing without the proxy's address."""
    name = values["STUDIO_AUTH_HEADER"].lower()
    if not name:
        return ""
    if not re.fullmatch(r"[a-z0-9-]+", name) or name in {"authorization", "cookie", "host", "origin"}:
        raise Refused(f"STUDIO_AUTH_HEADER is '{name[:40]}'.", remedy="Use a name such as X-Forwarded-User.")
    if not values["STUDIO_AUTH_PROXIES"]:
        raise Refused(
            "STUDIO_AUTH_HEADER is set and STUDIO_AUTH_PROXIES is not, so that anybody could say who they are.",
            remedy="Name the proxy's address, such as 127.0.0.1 or 10.0.0.5.",
        )
    return name


def _networks(values: Mapping[str, str]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    found = []
    for part in _several(values, "STUDIO_AUTH_PROXIES"):
        try:
            network = ipaddress.ip_network(part, strict=False)
        except ValueError:
            network = None
        if network is None or network.prefixlen == 0:  # everybody is no proxy
            raise Refused(
                f"STUDIO_AUTH_PROXIES names '{part[:60]}'.", remedy="Use addresses, or networks: 10.0.0.0/24."
            )
        found.append(network)
    return tuple(found)


def _dollars(values: Mapping[str, str], name: str) -> int | None:
    """An amount in dollars as micros; None when it is empty."""
    text = values[name]
    if not text:
        return None
    try:
        micros = int(Decimal(text) * MICROS)
    except ArithmeticError:
        micros = -1
    if micros < 0:
        raise Refused(f"{name} is '{text[:40]}'.", remedy="Use an amount in dollars, such as 5 or 0.50.")
    return micros


def _without_secrets(name: str, value: str) -> str:
    """A value that may be seen: a key is hidden, and so is the password of an address."""
    if name.endswith("_KEY"):
        return HIDDEN if value else ""
    return re.sub(r"(?<=://)[^/@\s]+@", f"{HIDDEN}@", value)


def _unknown(given: Mapping[str, str]) -> tuple[str, ...]:
    names = [setting.name for setting in SETTINGS]
    found = []
    for name in sorted(given):
        if name.startswith("STUDIO_") and name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.0)
            found.append(f"{name} is not a setting; the nearest is {near[0]}.")
    return tuple(found)
