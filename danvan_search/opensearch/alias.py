"""The index behind an alias of a cluster: created, checked, and replaced by another."""

from collections.abc import Mapping
from typing import Any

from opensearchpy.exceptions import NotFoundError, OpenSearchException, RequestError

from danvan_search.errors import (
    ConflictError,
    IndexExistsError,
    IndexFormatError,
    IndexNotFoundError,
    StoreError,
)
from danvan_search.opensearch.cluster import call, raise_ours
from danvan_search.opensearch.mapping import FORMAT, index_body, versions
from danvan_search.text.segmenter import default_segmenter


class Alias:
    """An alias, and the one index that it stands for.

    :ivar name: its name.

    :param client: the client.
    :param shards: the primary shards of a new index.
    :param replicas: the copies of each.
    """

    def __init__(self, client: Any, name: str, shards: int, replicas: int) -> None:  # noqa: ANN401
        self.name = name
        self._client = client
        self._shards = shards
        self._replicas = replicas

    def create(self) -> None:
        """Create an empty index behind the alias.

        :raises IndexExistsError: there is one.
        """
        if self.index() is not None:
            raise IndexExistsError(f"the cluster has an index {self.name!r} already")
        self.create_index(f"{self.name}-1", {self.name: {"is_write_index": True}})

    def create_index(self, name: str, aliases: Mapping[str, Any]) -> None:
        """Create an index with some aliases.

        :raises ConflictError: there is one of that name.
        """
        body = index_body(self._shards, self._replicas, default_segmenter().fingerprint())
        try:
            self._client.indices.create(index=name, body={**body, "aliases": aliases})
        except RequestError as error:
            if error.error == "resource_already_exists_exception":
                raise ConflictError(
                    f"the cluster has an index {name!r} already: another process creates or "
                    f"rebuilds {self.name!r} now; or one was killed, then delete it"
                ) from error
            raise_ours(error)
        except OpenSearchException as error:
            raise_ours(error)

    def index(self) -> str | None:
        """Return the name of the index behind the alias; None if there is none."""
        try:
            found = list(self._client.indices.get_alias(name=self.name))
        except NotFoundError:
            self._check_no_index()
            return None
        except OpenSearchException as error:
            raise_ours(error)
        if len(found) != 1:
            raise StoreError(
                f"the alias {self.name!r} stands for {len(found)} indices: it must be one"
            )
        return str(found[0])

    def _check_no_index(self) -> None:
        if call(self._client.indices.exists, index=self.name):
            raise StoreError(
                f"{self.name!r} is an index of the cluster, not an alias: choose another name"
            )

    def check(self, *, for_reading: bool = True) -> str:
        """Return the name of the index behind the alias.

        :param for_reading: whether texts must have been cut as this version cuts queries.
        """
        index = self.index()
        if index is None:
            raise IndexNotFoundError(
                f"the cluster has no index {self.name!r}: create it with `dvsearch index "
                "--store`, or Index.on(store, create=True)"
            )
        found = self.meta(index)
        if found is None:
            raise IndexFormatError(
                f"{self.name!r} is an index of another program: choose another name"
            )
        own = versions("")
        checked = ["format", "analysis"] if for_reading else ["format"]
        if any(found.get(name) != own[name] for name in checked):
            raise IndexFormatError(
                f"the index {self.name!r} was written by another version of danvan-search "
                f"(format {found.get('format')}, text analysis {found.get('analysis')}; this one "
                f"has {FORMAT} and {own['analysis']}): rebuild it with `dvsearch index --store … "
                "--rebuild FOLDER`, or Index.on(store).rebuild()"
            )
        return index

    def meta(self, index: str) -> Mapping[str, Any] | None:
        """Return the versions that an index was made by; None if it is none of ours."""
        mapping = call(self._client.indices.get_mapping, index=index)[index]["mappings"]
        found = mapping.get("_meta", {}).get("danvan")
        return found if isinstance(found, dict) else None

    def check_segmenter(self, index: str) -> None:
        """Check that new words would be cut as the old ones.

        :raises IndexFormatError: they would not.
        """
        made_by = (self.meta(index) or {}).get("segmenter")
        if made_by != default_segmenter().fingerprint():
            raise IndexFormatError(
                f"the words of {self.name!r} were made by another version of the segmenter "
                f"({made_by}): rebuild it with Index.on(store).rebuild(), or write without words"
            )

    def changes(self, index: str) -> tuple[int, int]:
        """Return how many documents of an index were written and removed so far."""
        counted = call(self._client.indices.stats, index=index, metric="indexing")
        indexing = counted["_all"]["primaries"]["indexing"]
        return indexing["index_total"], indexing["delete_total"]

    def swap(self, old: str | None, new: str) -> None:
        """Let the alias stand for another index; in one step, so searches never miss it."""
        actions: list[dict[str, Any]] = [
            {"add": {"index": new, "alias": self.name, "is_write_index": True}}
        ]
        if old is not None:
            actions.insert(0, {"remove": {"index": old, "alias": self.name}})
        call(self._client.indices.update_aliases, body={"actions": actions})
