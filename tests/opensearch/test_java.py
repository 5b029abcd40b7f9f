"""Which JDK is taken, and which release; these tests need none of them."""

import pytest

from tests.opensearch.cluster import Installation, UnavailableError
from tests.opensearch.java import newest_jdk


def test_the_newest_suitable_jdk_is_taken(tmp_path, monkeypatch):
    """Versions compare as numbers; folders without a compiler or a version do not count."""
    versions = {"a": "9.0.1", "b": "10.0.2", "c": "1.8.0_402", "d": "unknown"}
    for name, version in versions.items():
        home = tmp_path / name
        (home / "bin").mkdir(parents=True)
        (home / "bin" / "javac").touch()
        (home / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
        monkeypatch.setenv(f"JAVA_HOME_{name}", str(home))
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    (runtime / "release").write_text('JAVA_VERSION="10.0.3"\n')
    monkeypatch.setenv("JAVA_HOME_RUNTIME", str(runtime))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    assert newest_jdk(range(9, 11)).home == tmp_path / "b"
    assert newest_jdk(range(9, 10)).home == tmp_path / "a"
    assert newest_jdk(range(1, 2)).home == tmp_path / "c"
    assert newest_jdk(range(2, 7)) is None


@pytest.mark.parametrize("version", ["1", "3.9.00", "3.9.0.1", "."])
def test_a_release_that_is_not_known_is_refused(version):
    """The reason names the known ones."""
    with pytest.raises(UnavailableError, match=r"is none of 3\.\d+\.\d+, 2\.\d+\.\d+"):
        Installation.find(version)
