"""The store of an address such as ``opensearch://host:9200/articles``, for the command.

Credentials never stand in an address, which other users of the machine may see: they come from the
environment, or from a file that it names.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from opensearchpy import OpenSearch

from danvan_search.errors import OptionError
from danvan_search.opensearch.store import OpenSearchStore

SCHEMES: Final = {"opensearch": False, "opensearchs": True}
"""The schemes of addresses, and whether they mean TLS."""

USER: Final = "DVSEARCH_STORE_USER"
PASSWORD: Final = "DVSEARCH_STORE_PASSWORD"  # noqa: S105 - the name of a variable
PASSWORD_FILE: Final = "DVSEARCH_STORE_PASSWORD_FILE"  # noqa: S105
CERTIFICATES: Final = "DVSEARCH_STORE_CA"

_PORT: Final = 9200
_EXAMPLE: Final = "opensearch://localhost:9200/articles"
_COUNTS: Final = ("shards", "replicas")
_SECONDS: Final = 60
_TRIES: Final = 3


def store_at(address: str, environment: Mapping[str, str]) -> OpenSearchStore:
    """Return the store of an address.

    :param address: ``opensearch://HOST:PORT/ALIAS``, or ``opensearchs://`` for TLS; several hosts
        have commas between. ``?shards=3&replicas=1`` says how a new index is made.
    :param environment: has the user, the password or its file, and the file of certificates.
    :raises OptionError: it is no such address, or a file cannot be read.
    """
    parts = urlsplit(address)
    alias = parts.path.strip("/")
    if parts.scheme not in SCHEMES or not parts.netloc or not alias or "/" in alias:
        raise OptionError(f"the store {address!r} is no address: give one such as {_EXAMPLE}")
    if "@" in parts.netloc:
        raise OptionError(
            f"the address of the store has a user: give {USER} and {PASSWORD} in the environment, "
            f"or {PASSWORD_FILE}"
        )
    counts = _counts(parts)
    secure = SCHEMES[parts.scheme]
    client = OpenSearch(
        hosts=[_host(one) for one in parts.netloc.split(",")],
        use_ssl=secure,
        verify_certs=secure,
        timeout=_SECONDS,
        max_retries=_TRIES,
        retry_on_timeout=True,
        **_credentials(environment),
    )
    shards, replicas = counts.get("shards", 1), counts.get("replicas", 1)
    return OpenSearchStore(client, alias, shards=shards, replicas=replicas)


def _host(text: str) -> dict[str, Any]:
    parts = urlsplit(f"//{text}")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if not parts.hostname or port == 0:
        raise OptionError(f"the store has no host {text!r}: give an address such as {_EXAMPLE}")
    return {"host": parts.hostname, "port": port or _PORT}


def _counts(parts: SplitResult) -> dict[str, int]:
    counts = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in _COUNTS or not value.isdecimal():
            known = " and ".join(_COUNTS)
            raise OptionError(f"the store has {name}={value!r}: an address may have {known}")
        counts[name] = int(value)
    return counts


def _credentials(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if user := environment.get(USER):
        password = environment.get(PASSWORD)
        if password is None:
            file = environment.get(PASSWORD_FILE)
            if file is None:
                raise OptionError(f"{USER} is set: set {PASSWORD} or {PASSWORD_FILE} too")
            try:
                password = Path(file).read_text("utf-8").strip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise OptionError(f"{PASSWORD_FILE}: {file} cannot be read ({error})") from error
        values["http_auth"] = (user, password)
    if certificates := environment.get(CERTIFICATES):
        if not Path(certificates).is_file():
            raise OptionError(f"{CERTIFICATES}: there is no file {certificates}")
        values["ca_certs"] = certificates
    return values
