"""The simulation a visitor watches: run, pause, step, speed, their own sample; rebuilt when the network changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import param

from workbench.design.answering import classifies
from workbench.design.memory import LACKING, lacked, to_run
from workbench.runner import Runner
from workbench.session.channel import Channel
from workbench.session.shares import SHARES, Share

if TYPE_CHECKING:
    import numpy as np

    from workbench.design import Design, Probe
    from workbench.run import Frame, Simulation
    from workbench.run.weights import Weights

FRAMES_HZ = 32
TURN_S = 0.02  # a turn's share for steps: what is longer keeps the page waiting
MOMENTS_HZ = 10  # as fast as a figure can be read; each costs the page's loop as much as a frame
RUNNING = "running"  # what memory is taken for
SLOWEST, FASTEST = 1, 2000


class Playback(param.Parameterized):
    """Owns the Simulation, which only the `simulate` lane touches.

    `frames` sends every Frame from the lane's thread (the scope must miss none); `moments` shows the newest one on the
    visitor's loop, ten times a second and when time stops; `rebuilt` sends the new Simulation's layers and probes
    before its first frame.
    """

    running = param.Boolean(default=False, doc="Whether model time goes on.")
    speed = param.Number(default=20, bounds=(SLOWEST, FASTEST), doc="Model time in ms for each second of yours.")
    t_ms = param.Number(default=0.0, doc="Model time shown, at the last pause or step.")
    broken = param.String(default="", doc="Why the design as it is cannot run; empty when it can.")

    def __init__(self, runner: Runner, share: Share | None = None, **params: Any) -> None:
        super().__init__(**params)
        self._runner = runner
        self._share = share or SHARES.join()
        self._lane = runner.simulate
        self._sim: Simulation | None = None
        self._newest: Frame | None = None
        self._told = 0.0
        self._step_s = 0.0  # what a step takes, lately
        self._resumes = False  # it ran when the design broke
        self._own: np.ndarray | None = None
        self.dt_ms = 1.0
        self.frames = Channel(runner, "frames")
        self.moments = Channel(runner, "moment")
        self.rebuilt = Channel(runner, "rebuilt")
        self.hold: Callable[[], bool] = lambda: False  # true while no page listens: the clock waits

    # What is shown -------------------------------------------------------------------------------------------------

    def load(self, design: Design, weights: Weights | None, version: int) -> None:
        """Run this network from now on, states at rest. The time of an edited design goes on, another's begins at 0."""
        self.broken = ""
        self._lane.tell(lambda: self._load(design, weights, version))
        if self._resumes:
            self.run()

    def refuse(self, reason: str) -> None:
        """The design cannot run: nothing does, rather than the old network in its place."""
        resumes = self.running or self._resumes
        self.pause()
        self._resumes = resumes
        self.broken = reason
        self._lane.tell(self._unload)

    def adjust(self, node: str, name: str, value: Any) -> None:
        """A slider: takes effect with the next step, nothing is rebuilt."""
        self.ask(lambda sim: sim.set(node, name, value))

    def announce(self) -> None:
        """Tell anew what the coming frames are about: something of it that is drawn has changed."""
        self.ask(self.rebuilt.send)

    def use(self, weights: Weights, version: int, trained: Design | None = None) -> None:
        """Adopt weights between two steps; those `trained` for what is another network by now are let go."""

        def order(sim: Simulation) -> None:
            if trained is None or sim.design.live_changes(trained) is not None:
                sim.use(weights, version)

        self.ask(order)

    def stimulate(self, stimulus: dict[str, Any]) -> None:
        """Another stimulus, from the next step on."""
        self.ask(lambda sim: sim.stimulus(stimulus))

    def present(self, sample: np.ndarray | None) -> None:
        """The visitor's own sample instead of the data, until None."""
        self._own = sample
        self.ask(lambda sim: sim.show(sample))
        self.ask(self._tell_moment)

    def rewatch(self, probes: tuple[Probe, ...]) -> None:
        """Other probes on the same network: the run goes on where it stands, with the weights it has."""

        def order(sim: Simulation) -> None:
            sim.watch(probes)
            self._begin(sim)

        self.ask(order)

    # Time ----------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Let model time go on at `speed`."""
        if not self.broken:
            self.running, self._resumes = True, False
            self._lane.play(self._turns())

    def pause(self) -> None:
        """Stop after the step under way."""
        self.running = self._resumes = False
        self._lane.play(None)
        self.ask(self._tell_moment)
        self.ask(lambda sim: self._runner.show("t", self._set_t, sim.t))

    def step(self, steps: int = 1) -> None:
        """Pause, then exactly `steps` steps."""
        if self.running:
            self.pause()
        self.ask(lambda sim: self._publish(sim, sim.step(steps)))
        self.ask(self._tell_moment)
        self.ask(lambda sim: self._runner.show("t", self._set_t, sim.t))

    def reset(self, remember: Callable[[Any], None] | None = None) -> None:
        """Every state back to rest and time to 0; `remember(state)` gets what was, on the loop, for undo."""

        def order(sim: Simulation) -> None:
            before = sim.state()
            sim.reset()
            if remember is not None:
                self._runner.show(
                    f"reset {id(before)}", remember, before
                )  # each one is a gesture: none replaces another
            self._begin(sim)

        self.ask(order)

    def restore(self, state: Any) -> None:
        """Go back to a state that `reset` handed out."""

        def order(sim: Simulation) -> None:
            sim.restore(state)
            self._begin(sim)

        self.ask(order)

    def ask(self, order: Callable[[Simulation], Any]) -> None:
        """Call `order(simulation)` in the lane, between two of its steps; nobody is called where nothing runs."""
        self._lane.tell(lambda: order(self._sim) if self._sim is not None else None)

    # On the lane ---------------------------------------------------------------------------------------------------

    def _load(self, design: Design, weights: Weights | None, version: int) -> None:
        old, self._sim = self._sim, None  # whatever happens, the old network does not run in the new one's place
        same = old is not None and old.design.id == design.id
        self._own = self._own if same else None
        start = old.t if old is not None and same else 0
        del old  # before the new one is built: there is memory for one
        try:
            self._share.take(RUNNING, to_run(design))
            self._sim = self._make(design, weights, start)
            self._sim.weights_version = version
            if self._own is not None and self._own.size != self._sim.sample_size:
                self._own = None  # drawn for another data set
            if self._own is not None:
                self._sim.show(self._own)
        except Exception as error:
            self._runner.show("broken", self.refuse, LACKING if lacked(error) else str(error))
            raise
        self._begin(self._sim)

    def _make(self, design: Design, weights: Weights | None, start: int) -> Simulation:
        from workbench.run import Simulation

        self.dt_ms = design.dt_ms
        return Simulation(design, weights, start=start)

    def _unload(self) -> None:
        self._sim = None
        self._share.give_back(RUNNING)

    def _begin(self, sim: Simulation) -> None:
        """Tell the page which layers and probes the coming frames are about, and from which time on."""
        self._newest = None
        self.rebuilt.send(sim)
        self._runner.show("t", self._set_t, sim.t)
        self._tell_moment(sim)

    def _tell_moment(self, sim: Simulation) -> None:
        self._told = time.monotonic()
        self.moments.show(Moment(sim, self._newest, self.running))

    def _turns(self) -> Iterator[float]:
        """Steps due since the last turn, as many as a turn has time for: a slow machine falls behind, it never jumps
        and never keeps an order waiting."""
        owed, last = 0.0, time.monotonic()
        turn = last  # on a grid, so that a late turn does not delay all that follow
        while self._sim is not None:
            now = time.monotonic()
            pace = self.speed / self.dt_ms
            owed, last = min(owed + (now - last) * pace, max(1.0, 3 * pace / FRAMES_HZ)), now
            due = int(owed) if self._step_s == 0.0 else min(int(owed), max(1, int(TURN_S / self._step_s)))
            if self.hold():
                owed = 0.0
            elif due:
                owed -= due
                frame = self._sim.step(due)
                self._step_s = 0.5 * self._step_s + 0.5 * (time.monotonic() - now) / due
                self._publish(self._sim, frame)
            turn = max(turn + 1 / FRAMES_HZ, now + (1 - owed) / pace)
            yield turn - time.monotonic()

    def _publish(self, sim: Simulation, frame: Frame) -> None:
        """Every frame to the scope; a moment to the rest when one is due, or when a sample's votes are complete."""
        self._newest = frame
        self.frames.send(frame)
        shown = sim.presentation
        complete = shown is not None and sim.t == shown.start + shown.steps
        if complete or time.monotonic() - self._told >= 1 / MOMENTS_HZ:
            self._tell_moment(sim)

    def _set_t(self, steps: int) -> None:
        self.t_ms = steps * self.dt_ms


class Moment:
    """What the page shows of an instant beside the scope: time, rates, the sample and its votes. Read in the lane.

    `presentation` is under way; `finished` is the newest one that is whole, for moments may come at the same point of
    every presentation and never at an end. `running` says that more will follow of themselves, `classifies` that the
    votes are about classes, `class_names` what these are called.
    """

    def __init__(self, sim: Simulation, frame: Frame | None, running: bool) -> None:
        self.running = running
        self.classifies = classifies(sim.design)
        self.class_names = sim.class_names
        self.t_ms = sim.t * sim.design.dt_ms
        self.rates = dict(frame.rates) if frame is not None else {}
        self.presentation = sim.presentation
        self.finished = sim.finished
        self.weights_version = frame.weights_version if frame is not None else None
