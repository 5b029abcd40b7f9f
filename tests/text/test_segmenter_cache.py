"""Tests of the model cache, the self-test, and the fallback for an unsupported underthesea."""

import logging
import multiprocessing
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan_search.text import Segmenter
from danvan_search.text.segmenter import cache, load, model, segmenter, selftest, source
from danvan_search.text.segmenter.engine import FastEngine
from danvan_search.text.segmenter.source import Source, UnsupportedModelError, locate
from danvan_search.text.segmenter.underthesea_oracle import UndertheseaEngine

TEXT = "Thành phố Hồ Chí Minh có hơn chín triệu dân."
WORDS = UndertheseaEngine().segment_words([TEXT])


@pytest.fixture(scope="module")
def compiled() -> model.Model:
    """The model of the installed underthesea."""
    return load.load_model()


def assert_same(first: model.Model, second: model.Model) -> None:
    """Assert that two models are equal, array by array."""
    arrays, others = model.to_arrays(first), model.to_arrays(second)
    assert list(arrays) == list(others)
    for name, array in arrays.items():
        assert array.dtype == others[name].dtype
        np.testing.assert_array_equal(array, others[name], err_msg=name)


def test_a_kept_model_is_the_compiled_one(compiled, tmp_path):
    """The cache returns the model that was written, and leaves only its file."""
    cache.write(tmp_path / "new" / "folder", compiled)
    kept = cache.read(tmp_path / "new" / "folder", compiled.fingerprint)
    assert kept is not None
    assert_same(compiled, kept)
    kept_files = list((tmp_path / "new" / "folder").iterdir())
    assert [cache.path_of(tmp_path / "new" / "folder", compiled.fingerprint)] == kept_files


def test_compiling_twice_gives_the_same(compiled):
    """Compiling twice gives the same model: it depends only on the files of underthesea."""
    assert_same(compiled, replace(model.compile_model(locate()), trusted=True))


def test_kept_models_hold_no_objects(compiled, tmp_path):
    """A cached model has only arrays of plain numbers, so reading it never unpickles."""
    cache.write(tmp_path, compiled)
    with np.load(cache.path_of(tmp_path, compiled.fingerprint), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "biuf" for name in arrays.files)


def test_no_model_for_another_fingerprint(compiled, tmp_path):
    """The cache does not return a model of another version, even from a renamed file."""
    cache.write(tmp_path, compiled)
    assert cache.read(tmp_path, "0" * 16) is None
    cache.path_of(tmp_path, compiled.fingerprint).rename(cache.path_of(tmp_path, "0" * 16))
    assert cache.read(tmp_path, "0" * 16) is None


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_count_as_missing(compiled, tmp_path, data):
    """A file with a changed byte anywhere, or a truncated file, counts as missing."""
    path = cache.path_of(tmp_path, compiled.fingerprint)
    if not path.exists():
        cache.write(tmp_path, compiled)
        shutil.copy(path, tmp_path / "good")
    content = bytearray((tmp_path / "good").read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] ^= data.draw(st.integers(1, 255))
    else:
        del content[at:]
    path.write_bytes(content)
    assert cache.read(tmp_path, compiled.fingerprint) is None


@pytest.mark.parametrize("content", [b"", b"x", b"x" * 100])
def test_a_damaged_file_is_replaced(compiled, tmp_path, content):
    """A model that cannot be read is compiled and cached again."""
    path = cache.path_of(tmp_path, compiled.fingerprint)
    path.write_bytes(content)
    assert Segmenter(tmp_path).segment_words([TEXT]) == WORDS
    assert cache.read(tmp_path, compiled.fingerprint) is not None


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path):
    """If the cache folder cannot be created, the model is compiled and not cached."""
    (tmp_path / "file").write_text("not a folder")
    made = Segmenter(tmp_path / "file" / "folder")
    assert made.is_fast
    assert made.segment_words([TEXT]) == WORDS


def test_a_read_only_folder_is_done_without(compiled, tmp_path):
    """A read-only folder causes no error and gets no files."""
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("this user may write to read-only folders")
    cache.write(tmp_path, compiled)
    tmp_path.chmod(stat.S_IRWXU)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_nothing(compiled, tmp_path, monkeypatch):
    """If the temporary file cannot be renamed, it is deleted."""

    def fail(self: Path, target: Path) -> Path:
        raise PermissionError(13, "refused", str(target))

    monkeypatch.setattr(Path, "replace", fail)
    cache.write(tmp_path, compiled)
    assert list(tmp_path.iterdir()) == []


def _segment_in(folder: Path, barrier, queue) -> None:
    barrier.wait()
    queue.put(Segmenter(folder).segment_words([TEXT]))


def test_two_processes_may_start_at_once(compiled, tmp_path):
    """Two processes compile and write the same model: the file is valid, and both segment alike."""
    context = multiprocessing.get_context("spawn")
    barrier, queue = context.Barrier(2), context.Queue()
    workers = [
        context.Process(target=_segment_in, args=(tmp_path, barrier, queue)) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    found = [queue.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    assert found == [WORDS, WORDS]
    kept = cache.read(tmp_path, compiled.fingerprint)
    assert kept is not None
    assert_same(compiled, kept)
    assert len(list(tmp_path.iterdir())) == 1


def test_fingerprints(tmp_path):
    """The fingerprint depends on the content of the model files and on the core version only."""
    here = locate()
    copy = tmp_path / "underthesea"
    shutil.copytree(here.root / "pipeline", copy / "pipeline")
    shutil.copytree(here.root / "models", copy / "models")
    copied = Source(copy, here.core_version)
    assert here.fingerprint() == copied.fingerprint()
    assert here.fingerprint() != Source(copy, "0.0").fingerprint()
    assert Segmenter().fingerprint() == f"underthesea-{here.fingerprint()}"
    for path in (copied.model, copied.templates, copied.dictionary, copied.rules):
        content = path.read_bytes()
        path.write_bytes(content + b"\0")
        assert here.fingerprint() != copied.fingerprint()
        path.write_bytes(content)
    copied.rules.unlink()
    with pytest.raises(UnsupportedModelError):
        copied.fingerprint()


@pytest.fixture
def notices(caplog) -> pytest.LogCaptureFixture:
    """The log of warnings, as if no fallback had been reported yet."""
    segmenter._warn_of_fallback.cache_clear()
    caplog.set_level(logging.WARNING)
    return caplog


def test_other_words_lead_to_underthesea_itself(compiled, tmp_path, monkeypatch, notices):
    """A model that fails the self-test is cached as untrusted, not used, and reported once."""
    monkeypatch.setattr(selftest, "agrees", lambda segment, oracle: False)
    made = [Segmenter(tmp_path), Segmenter(tmp_path)]
    assert [one.is_fast for one in made] == [False, False]
    assert [one.segment_words([TEXT]) for one in made] == [WORDS, WORDS]
    flags, counts = made[0].word_start_flags([TEXT, "", TEXT])
    assert counts.tolist() == [10, 0, 10]
    assert Segmenter().word_starts_batch([TEXT])[0].flags * 2 == tuple(flags.tolist())
    assert len(notices.messages) == 1
    kept = cache.read(tmp_path, compiled.fingerprint)
    assert kept is not None
    assert not kept.trusted


def test_unknown_files_lead_to_underthesea_itself(tmp_path, monkeypatch, notices):
    """A version of underthesea with unknown files is used directly and reported once."""
    elsewhere = Source(tmp_path, "0.0")
    monkeypatch.setattr(load, "locate", lambda: elsewhere)
    monkeypatch.setattr(segmenter, "locate", lambda: elsewhere)
    made = Segmenter(tmp_path)
    assert made.segment_words([TEXT]) == WORDS
    assert not made.is_fast
    assert len(notices.messages) == 1
    assert made.fingerprint().startswith("underthesea-9.")


def test_the_self_test_finds_another_model(compiled):
    """The self-test fails for a model with slightly different weights or rules."""
    engine, oracle = FastEngine(compiled), UndertheseaEngine()
    assert selftest.agrees(engine.segment_words, oracle.segment_words)
    weights = compiled.tables.lower_pair_weights * 0.9
    other = replace(compiled, tables=replace(compiled.tables, lower_pair_weights=weights))
    assert not selftest.agrees(FastEngine(other).segment_words, oracle.segment_words)
    rules = replace(compiled.rules, tokens={})
    assert not selftest.agrees(
        FastEngine(replace(compiled, rules=rules)).segment_words, oracle.segment_words
    )


def test_a_source_is_found_without_underthesea_being_imported():
    """locate() finds the folder of underthesea and the version of its compiled part."""
    found = source.locate()
    assert found.model.is_file()
    assert found.core_version.split(".")[0].isdigit()
