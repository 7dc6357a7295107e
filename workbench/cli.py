"""The command line: `workbench …`.

Every command answers on standard output: a few lines for people, or with `--json` one object and nothing else. What
goes wrong is one plain sentence on standard error. Exit code 0: good; 2: bad input, or a design with errors.
Nothing heavy is imported before it is needed, so `workbench --help` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.design.check import Problem
    from workbench.run.weights import Weights

GOOD, BAD, STOPPED = 0, 2, 130
MAX_STEPS = 1_000_000
LONGEST_SENTENCE = 200


class BadInput(ValueError):
    """Something asked for on the command line that cannot be done, said in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, whatever happens."""
    try:
        asked, unknown = _parser().parse_known_args(arguments)
        if unknown:
            where = f"workbench {asked.name}" if asked.name else "workbench"
            raise BadInput(f"unrecognized arguments: {' '.join(unknown)}; see `{where} --help`")
        return asked.command(asked)
    except KeyboardInterrupt:
        return _complain("stopped before the end; nothing was written", STOPPED)
    except BrokenPipeError:
        # Whoever read our output has left: `workbench run … | head`. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _complain(f"{place}{(error.strerror or 'it could not be read or written').lower()}")
    except Exception as error:  # the last line of defence: a person gets a sentence, never a traceback
        if os.environ.get("WORKBENCH_TRACEBACK"):
            raise
        from workbench.design.memory import LACKING, lacked

        if lacked(error):
            return _complain(LACKING)
        expected = isinstance(error, (ValueError, ImportError))
        hint = "" if expected else " (not expected: set WORKBENCH_TRACEBACK=1 to see where)"
        return _complain(f"{error}{hint}")


def _complain(sentence: str, code: int = BAD) -> int:
    plain = " ".join(sentence.split())
    print(plain if len(plain) <= LONGEST_SENTENCE else f"{plain[: LONGEST_SENTENCE - 1]}…", file=sys.stderr)
    return code


# What can be asked.


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """argparse would print its usage; we say what is wrong and where to look."""
        raise BadInput(f"{message}; see `{self.prog} --help`")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Only when asked: reading the version of an installed package takes longer than all the rest."""
        from importlib.metadata import version

        print(f"snn-workbench {version('snn-workbench')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="workbench",
        description="Draw a spiking neural network, watch it, train it, and see what it costs. "
        "Without a command: serve the page and open it in the browser.",
    )
    parser.set_defaults(command=_serve, port=5006, address="127.0.0.1", no_browser=False, dev=False, json=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="name", parser_class=_Parser)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], what: str, design: bool
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=what, description=what)
        added.set_defaults(command=run)
        added.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        if design:
            added.add_argument("design", metavar="FILE", help="a design file, or the name of a starter design")
        return added

    serve = command("serve", _serve, "Serve the page.", design=False)
    serve.add_argument("--port", type=_whole(0, 65535), default=5006, help="default 5006; 0 takes any free one")
    serve.add_argument("--address", default="127.0.0.1", help="default 127.0.0.1: only this machine")
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")
    serve.add_argument("--dev", action="store_true", help="reload when a source file changes")

    run = command("run", _run, "Run a design and count its spikes.", design=True)
    run.add_argument("--steps", type=_whole(1, MAX_STEPS), default=100, help="default 100")
    run.add_argument("--weights", metavar="FILE", help="trained weights (.npz); else the design's untrained ones")

    train = command("train", _train, "Train a design and measure its accuracy on held-out data.", design=True)
    train.add_argument("--data", help="name of a data set; default: the design's")
    train.add_argument("--epochs", type=_epochs, help="default: the design's")
    train.add_argument("--seed", type=_whole(0, 2**31 - 1), help="default: the design's")
    train.add_argument("--out", metavar="FILE", help="where to put the trained weights (.npz)")

    estimate = command("estimate", _estimate, "Say what a design costs.", design=True)
    estimate.add_argument("--target", help="default: the design's; `none` counts without a chip")
    estimate.add_argument("--weights", metavar="FILE", help="trained weights (.npz); else the design's untrained ones")

    command("check", _check, "Say what is wrong with a design.", design=True)
    command("doctor", _doctor, "Say what this machine has for the workbench.", design=False)
    return parser


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.lstrip("+-").isdecimal() or not low <= int(text) <= high:
            allowed = f"a whole number from {low:,} to {high:,}"
            raise argparse.ArgumentTypeError(f"it must be {allowed}, got {_asked(text)}")
        return int(text)

    return read


def _asked(text: str) -> str:
    """What was typed, its digits grouped as everywhere in sentences."""
    return f"{int(text):,}" if text.lstrip("+-").isdecimal() and len(text) < 16 else repr(text[:40])


def _epochs(text: str) -> int:
    """As many as a design may ask for."""
    from workbench.design.settings import training_params

    known = next(param for param in training_params() if param.name == "epochs")
    return _whole(int(known.lo or 0), int(known.hi or 0))(text)


# What is done.


def _serve(asked: argparse.Namespace) -> int:
    from workbench.server import serve

    serve(asked.port, asked.address, not asked.no_browser, asked.dev, asked.json)
    return GOOD


def _run(asked: argparse.Namespace) -> int:
    design, weights = _sound(asked)
    from workbench.run import simulate

    counts: dict[str, int] = {}
    for frame in simulate(design, weights, steps=asked.steps):
        for node, (times, _) in frame.spikes.items():
            counts[node] = counts.get(node, 0) + len(times)
    lines = [f"{design.name}: {asked.steps} steps of {design.dt_ms:g} ms"]
    lines += [f"  {node}: {count} spikes" for node, count in counts.items()]
    return _answer(asked, {"steps": asked.steps, "spikes": counts}, lines)


def _train(asked: argparse.Namespace) -> int:
    out = _writable(asked.out)
    design = _load(asked.design)
    if asked.seed is not None:
        design = design.with_(seed=asked.seed)
    changed = {name: getattr(asked, name) for name in ("data", "epochs") if getattr(asked, name) is not None}
    if changed:
        design = design.with_(training={**(design.training or {}), **changed})
    _refuse_errors(design)
    from workbench.design.learnable import unlearnable
    from workbench.run import Training

    try:
        training = Training(design)
    except ValueError as refusal:
        raise BadInput(unlearnable(design) or str(refusal)) from None
    start = time.perf_counter()
    for epoch in range(1, training.epochs + 1):
        step = training.batch()
        while step.batch < step.batches:
            step = training.batch()
        if not asked.json:
            print(
                f"epoch {epoch} of {training.epochs}: loss {step.loss:.4f}, batch accuracy {step.accuracy:.1%}",
                flush=True,
            )
    seconds = time.perf_counter() - start
    held_out, weights = training.evaluate(), training.weights()
    if out is not None:
        weights.save(out)
    answer = {
        "held_out_accuracy": held_out.accuracy,
        "held_out_size": held_out.size,
        "seed": design.seed,
        "epochs": training.epochs,
        "seconds": round(seconds, 3),
        "weights": weights.hash,
    }
    lines = [f"held-out accuracy {held_out.accuracy:.2%} of {held_out.size} samples, after {seconds:.1f} s"]
    lines += [f"weights {weights.hash} are in {out}" if out else f"weights {weights.hash} were not kept (no --out)"]
    return _answer(asked, answer, lines)


def _estimate(asked: argparse.Namespace) -> int:
    design, weights = _sound(asked)
    from workbench.hardware.costs import estimate

    cost = estimate(design, weights, target=asked.target or design.hardware["target"])
    lines = [
        f"{row.name:<32} {row.layer:<20} {row.value:>14,.10g} {row.unit:<12} {row.kind}, {row.of}" for row in cost.rows
    ]
    return _answer(asked, cost.to_json(), lines)


def _check(asked: argparse.Namespace) -> int:
    design = _load(asked.design)
    problems = design.check()
    lines = [f"{problem.level}: {problem.message}" for problem in problems] or [f"{design.name}: nothing is wrong"]
    _answer(asked, {"problems": [_plain(problem) for problem in problems]}, lines)
    _refuse_errors(design)
    return GOOD


def _doctor(asked: argparse.Namespace) -> int:
    from workbench.doctor import facts

    found = facts()
    return _answer(asked, found, [f"{name.replace('_', ' '):<22} {value}" for name, value in found.items()])


# Shared by several commands.


def _answer(asked: argparse.Namespace, answer: dict[str, Any], lines: Sequence[str]) -> int:
    print(json.dumps(answer, allow_nan=False) if asked.json else "\n".join(lines), flush=True)
    return GOOD


def _plain(problem: Problem) -> dict[str, Any]:
    return {
        "level": problem.level,
        "node": problem.node,
        "port": problem.port,
        "message": problem.message,
        "fix": [{"label": fix.label, "edits": [dict(edit) for edit in fix.edits]} for fix in problem.fix],
    }


def _load(name: str) -> Design:
    from workbench.design import Design
    from workbench.design.starters import templates

    path = Path(name)
    if path.exists() or path.suffix or os.sep in name:
        return Design.load(path)
    starters = templates()
    found = next((design for slug, design in starters.items() if name in (slug, design.name)), None)
    if found is None:
        raise BadInput(f"no file and no starter is called {name[:40]!r}; {_starters_near(name, starters)}")
    return found


def _starters_near(name: str, starters: Mapping[str, Design]) -> str:
    """The starter that may be meant, by id and title; else all ids, as more has no room in a sentence."""
    from difflib import get_close_matches

    known = {word.lower(): slug for slug, design in starters.items() for word in (design.name, slug)}
    if near := get_close_matches(name.lower(), known, n=1):
        slug = known[near[0]]
        return f"did you mean {slug} ({starters[slug].name})?"
    return f"starters, by id or by title: {', '.join(starters)}"


def _sound(asked: argparse.Namespace) -> tuple[Design, Weights | None]:
    design = _load(asked.design)
    _refuse_errors(design)
    if asked.weights is None:
        return design, None
    from workbench.run.weights import Weights

    weights = Weights.load(asked.weights)
    if not weights.fits(design):
        raise BadInput(f"{Path(asked.weights).name} holds weights of another network; train {asked.design} to get some")
    return design, weights


def _refuse_errors(design: Design) -> None:
    errors = [problem for problem in design.check() if problem.level == "error"]
    if errors:
        more = f" (the first of {len(errors)} errors)" if len(errors) > 1 else ""
        raise BadInput(f"{errors[0].message}{more}")


def _writable(out: str | None) -> Path | None:
    if out is None:
        return None
    path = Path(out)
    if path.suffix != ".npz":
        raise BadInput(f"--out is {out[:80]!r}; weights are kept in a file whose name ends in .npz")
    if not path.parent.is_dir():
        raise BadInput(f"--out is {out[:80]!r}, but there is no folder {str(path.parent)[:80]!r}")
    return path
