"""The plots of the report."""

from pathlib import Path
from typing import Any, Final

COLOURS: Final = {
    "danvan": "#b3261e",
    "sqlite": "#5b6770",
    "tantivy": "#c98a1b",
    "whoosh": "#7a8f3c",
}


def plot_speed(
    classes: dict[str, Any], names: list[str], titles: dict[str, str], way: str, path: Path
) -> None:
    """Plot the medians of some classes as bars, on a logarithmic scale.

    :param classes: the classes of ``results.json``.
    :param names: the classes to plot.
    :param titles: the engines to plot, with their titles.
    :param way: the way of searching: ``top 10`` or ``with 10 snippets``.
    :param path: the SVG file.
    """
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(figsize=(9, 4.5))
    engines = [one for one in titles if any(way in classes[name].get(one, {}) for name in names)]
    width = 0.8 / len(engines)
    for column, engine in enumerate(engines):
        bars = [
            (number + column * width, classes[name][engine][way]["p50"] / 1000)
            for number, name in enumerate(names)
            if way in classes[name].get(engine, {})
        ]
        axes.bar(
            [x for x, _ in bars],
            [y for _, y in bars],
            width,
            label=titles[engine],
            color=COLOURS.get(engine),
        )
    axes.set_xticks([number + 0.4 - width / 2 for number in range(len(names))])
    axes.set_xticklabels([_short(name) for name in names])
    axes.set_yscale("log")
    axes.set_ylabel("median, ms of CPU")
    axes.set_title(way)
    axes.legend(frameon=False)
    _save(figure, path)


def plot_growth(steps: list[dict[str, Any]], titles: dict[str, str], path: Path) -> None:
    """Plot the medians of each class over the size of the corpus.

    :param steps: the steps of ``results.json``.
    :param titles: the engines to plot, with their titles.
    :param path: the SVG file.
    """
    pyplot = _pyplot()
    names = list(steps[0]["classes"])
    figure, every_axes = pyplot.subplots(1, len(names), figsize=(11, 4), sharey=True)
    for axes, name in zip(every_axes, names, strict=True):
        for engine, title in titles.items():
            points = [
                (step["text_bytes"] / 1e6, step["classes"][name][engine]["top 10"]["p50"] / 1000)
                for step in steps
                if engine in step["classes"][name]
            ]
            if points:
                axes.plot(
                    *zip(*sorted(points), strict=True),
                    marker="o",
                    label=title,
                    color=COLOURS.get(engine),
                )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_title(name, fontsize=10)
        axes.set_xlabel("MB of text")
    every_axes[0].set_ylabel("median, ms of CPU")
    every_axes[0].legend(frameon=False)
    _save(figure, path)


def _short(name: str) -> str:
    short = name.replace("phrase of ", "").replace("bare query of ", "bare ")
    return short.replace(", ", "\n").replace(" syllables", "\nsyllables").replace(" from", "\nfrom")


def _pyplot() -> Any:  # noqa: ANN401 - type checks run without matplotlib
    import matplotlib

    matplotlib.use("Agg")
    # No dates and no random names in the files: the same results give the same plots.
    matplotlib.rcParams["svg.hashsalt"] = "danvan-search"
    from matplotlib import pyplot

    return pyplot


def _save(figure: Any, path: Path) -> None:  # noqa: ANN401
    for side in ("top", "right"):
        for axes in figure.axes:
            axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    _pyplot().close(figure)
