"""What is packed and installed, and the files in packaging/."""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from danvan_search.cli import cli
from tests import docs_writer, man_writer
from tests.docs_writer import README, ROOT

PACKAGING = ROOT / "packaging"
DOCS = ROOT / "docs" / "packages.md"
MANIFEST = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def dockerfile():
    """Return the Dockerfile, its continued lines joined."""
    return (PACKAGING / "Dockerfile").read_text("utf-8").replace("\\\n", "")


def compose():
    """Return the one service of the compose file."""
    (service,) = yaml.safe_load((PACKAGING / "compose.yaml").read_text("utf-8"))[
        "services"
    ].values()
    return service


def unit():
    """Return the section of the service of systemd."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(PACKAGING / "dvsearch.service", "utf-8")
    return parser["Service"]


def served():
    """Return the arguments of `dvsearch` by the file of packaging/ that has them."""
    return {
        "Dockerfile": json.loads(re.search(r"^CMD (\[.*\])$", dockerfile(), re.M)[1]),
        "compose.yaml": compose()["command"],
        "dvsearch.service": shlex.split(unit()["ExecStart"])[1:],
    }


def check(args):
    """Fail if a command, or one of its options, does not exist."""
    command = cli.commands[args[0]]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {arg for arg in args if arg.startswith("--")} <= known | {"--help"}, args


@pytest.mark.parametrize("file", served())
def test_the_packaging_names_options_that_exist(file):
    """Each file starts `dvsearch serve` with options that the command has."""
    args = served()[file]
    assert args[0] == "serve"
    check(args)
    assert args[args.index("--port") + 1] == "8765"


def test_the_page_about_packages_names_what_exists():
    """Each `dvsearch` in docs/packages.md is a command with its options, each extra is one."""
    text = DOCS.read_text("utf-8")
    typed = re.findall(r"^dvsearch (.+)$|`dvsearch ([^`]+)`", text, re.M)
    for block, inline in typed:
        check(shlex.split(block or inline))
    assert len(typed) > 1
    extras = set(re.findall(r"^\| `(\w+)` \|", text, re.M))
    assert extras
    assert extras <= MANIFEST["project"]["optional-dependencies"].keys()
    for file in re.findall(r"packaging/([\w.]+)", text):
        assert file == "token" or (PACKAGING / file).exists()


def test_the_container_has_few_rights():
    """It runs without root, keeps the index in a volume, and says whether it is alive."""
    lines = dockerfile().splitlines()
    assert "--uid 10001" in dockerfile()
    assert "USER 10001" in lines  # a number, which a cluster can tell from root
    assert lines.index("USER 10001") < lines.index('ENTRYPOINT ["dvsearch"]')
    assert "VOLUME /index" in lines
    assert "ENV DVSEARCH_INDEX=/index/default" in lines
    assert any(line.startswith("HEALTHCHECK") and ":8765/healthz" in line for line in lines)
    assert compose()["volumes"] == ["index:/index"]
    ignored = (PACKAGING / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    copied = re.search(r"^COPY (pyproject.*) \./$", dockerfile(), re.M)[1].split()
    folders = re.findall(r"^COPY (\S+) \1$", dockerfile(), re.M)
    assert folders == ["danvan_search", "packaging/man"]
    assert {f"!{name}" for name in [*copied, *folders]} == set(ignored) - {
        "*",
        "**/__pycache__",
    }


def test_the_nodes_of_opensearch_are_one_cluster():
    """Each knows all, keeps its data in a volume of its own, and serves this machine alone."""
    file = yaml.safe_load((PACKAGING / "opensearch.yaml").read_text("utf-8"))
    nodes, names = file["services"], ",".join(file["services"])
    assert len(nodes) == 3
    assert {node["environment"]["node.name"] for node in nodes.values()} == nodes.keys()
    for node in nodes.values():
        environment = node["environment"]
        assert environment["discovery.seed_hosts"] == names
        assert environment["cluster.initial_cluster_manager_nodes"] == names
        # Without a password, the image does not start with the demo configuration.
        assert environment["OPENSEARCH_INITIAL_ADMIN_PASSWORD"].startswith(
            "${OPENSEARCH_INITIAL_ADMIN_PASSWORD:?"
        )
        assert all(port.startswith("127.0.0.1:") for port in node["ports"])
    volumes = [node["volumes"][0].partition(":")[0] for node in nodes.values()]
    assert sorted(volumes) == sorted(file["volumes"])
    assert len({node["ports"][0] for node in nodes.values()}) == 3


SUFFIXES = {".css", ".html", ".js", ".json", ".md", ".png", ".py", ".service", ".svg", ".toml"}
SUFFIXES |= {".1", ".txt", ".typed", ".xml", ".yaml"}
PLAIN_NAMES = {"Dockerfile", "Dockerfile.dockerignore", "LICENSE", "Makefile"}


def test_no_stray_file_is_packed():
    """The source distribution has what it lists, and no caches or files of editors."""
    builder = pytest.importorskip("hatchling.builders.sdist", reason="hatchling is not installed")
    files = builder.SdistBuilder(str(ROOT)).recurse_included_files()
    packed = {Path(file.relative_path) for file in files}
    listed = MANIFEST["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {path.parts[0] for path in packed} == {name.strip("/") for name in listed}
    ours = [path for path in packed if path.parts[0] != "tests"]  # tests have files of any kind
    assert {path.name for path in ours if path.suffix not in SUFFIXES} == PLAIN_NAMES
    assert all(not part.startswith((".", "__pycache__")) for path in packed for part in path.parts)
    assert packed >= {path.relative_to(ROOT) for path in (ROOT / "seeds").iterdir()}


def test_the_man_pages_are_those_of_the_commands():
    """`make docs` writes them; each command has one, with each of its options."""
    made = man_writer.pages()
    assert {path.name: path.read_text("utf-8") for path in man_writer.FOLDER.iterdir()} == made
    assert len(made) == len(cli.commands) + 1
    for name, command in cli.commands.items():
        for parameter in command.params:
            for one in parameter.opts if parameter.param_type_name == "option" else ():
                assert man_writer.escaped(one) in made[f"dvsearch-{name}.1"]


@pytest.mark.parametrize("text", [".so x", "'a\\b'", '-~^`"', "đường"])
@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_man_pages_show_texts_as_they_are(text):
    """No text is a request of roff, and no sign of it another one."""
    done = subprocess.run(
        ["groff", "-man", "-Kutf8", "-Tutf8", "-ww"],
        input=f".TH A 1\n.PP\n{man_writer.escaped(text)}\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    shown = done.stdout.replace("\u2212", "-")  # where no site says that a minus is a hyphen
    assert text in shown
    assert done.stderr == ""


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_man_pages_are_set_without_a_warning():
    """All of them at once."""
    files = sorted(map(str, man_writer.FOLDER.iterdir()))
    run = ["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-z", *files]
    assert subprocess.run(run, capture_output=True, check=True).stderr == b""


@pytest.mark.slow
def test_the_wheel_of_the_source_distribution_installs(tmp_path, monkeypatch):
    """In a fresh environment the first commands of the README print what it shows."""
    builder = pytest.importorskip("hatchling.builders.sdist", reason="hatchling is not installed")
    (source,) = builder.SdistBuilder(str(ROOT)).build(
        directory=str(tmp_path), versions=["standard"]
    )
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run = [*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), source]
    subprocess.run(run, check=True, timeout=600)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "fresh"], check=True, timeout=600)
    scripts = tmp_path / "fresh" / ("Scripts" if sys.platform == "win32" else "bin")
    run = [scripts / "python", *pip[1:], "install", wheel]
    subprocess.run(run, check=True, timeout=1800)

    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for name in ("DVSEARCH_INDEX", "FORCE_COLOR", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)

    def dvsearch(args):
        return subprocess.run(
            [scripts / "dvsearch", *args],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},  # both streams in their order
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=600,
        ).stdout

    man_pages = {path.name for path in (tmp_path / "fresh" / "share" / "man" / "man1").iterdir()}
    assert man_pages == set(man_writer.pages())
    if shutil.which("man"):
        found = subprocess.run(
            ["man", "--where", "dvsearch-query"],
            env={"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )
        assert "fresh" in found.stdout

    first = README.read_text("utf-8").partition("## The library")[0]
    assert "$ dvsearch index seeds/" in first
    assert docs_writer.timeless(docs_writer.rerun(first, dvsearch)) == docs_writer.timeless(first)
