"""The page's memory of a run, and its numbers, tried by Node.js on the very bytes that Python sends."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from components.scope.blocks import Block, encode

SCOPE = Path(__file__).resolve().parents[2] / "components" / "scope"
NODE = shutil.which("node") or ""

pytestmark = pytest.mark.skipif(not NODE, reason="Node.js is not installed; the browser tests draw the same rings")


def run(tmp_path, module, script):
    """The JSON that ``script`` prints, with everything ``module`` exports in scope."""
    shutil.copy(SCOPE / f"{module}.js", tmp_path / f"{module}.mjs")
    text = f'import * as all from "./{module}.mjs"; import fs from "node:fs";\n{script}'
    (tmp_path / "test.mjs").write_text(text, encoding="utf-8")
    done = subprocess.run([NODE, "test.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


HELD = """
const { Ring, decode } = all;
const frames = fs.readdirSync(".").filter((name) => name.endsWith(".frame")).sort();
const ring = new Ring(STEPS, 1);
for (const name of frames) {
  const bytes = fs.readFileSync(name);
  ring.push(decode(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), []);
}
const spikes = [];
ring.each(0, 1e9, (step, id) => spikes.push([step, id]));
const rounded = (v) => (Number.isNaN(v) ? null : Math.round(v * 1e3) / 1e3);
const values = Array.from(ring.trace(0, ring.first, ring.next), rounded);
console.log(JSON.stringify({ first: ring.first, next: ring.next, spikes, values, room: ring.ids.length }));
"""


def held(tmp_path, frames, steps):
    """What a ring of ``steps`` holds after ``frames``, pairs of (block, flags)."""
    for number, (block, flags) in enumerate(frames):
        (tmp_path / f"{number:04}.frame").write_bytes(encode(number + 1, block, **{"wide": False, **flags}))
    return run(tmp_path, "ring", HELD.replace("STEPS", str(steps)))


def block(first, spikes, values=None):
    """A block from the neurons that spike in each step."""
    counts = np.array([len(step) for step in spikes], np.uint32)
    ids = np.array([neuron for step in spikes for neuron in step], np.uint32)
    values = range(first, first + len(spikes)) if values is None else values
    return Block(first, counts, ids, np.array([list(values)], np.float32).reshape(1, -1))


def test_steps_follow_one_another(tmp_path):
    got = held(tmp_path, [(block(0, [[1, 2], []]), {}), (block(2, [[7]]), {})], 100)
    assert got["spikes"] == [[0, 1], [0, 2], [2, 7]]
    assert (got["first"], got["next"], got["values"]) == (0, 3, [0, 1, 2])


def test_old_steps_leave_when_the_ring_is_full(tmp_path):
    frames = [(block(10 * k, [[k]] * 10), {}) for k in range(12)]
    got = held(tmp_path, frames, 25)
    assert (got["first"], got["next"]) == (95, 120)
    assert got["spikes"] == [[step, step // 10] for step in range(95, 120)]
    assert got["values"] == list(range(95, 120))


def test_back_in_time_drops_the_future(tmp_path):
    frames = [(block(0, [[1]] * 20), {}), (block(5, [[9]], [0.5]), {"rewind": True})]
    got = held(tmp_path, frames, 100)
    assert (got["next"], got["spikes"][-2:]) == (6, [[4, 1], [5, 9]])
    assert got["values"][-2:] == [4, 0.5]


def test_a_rewind_needs_no_steps(tmp_path):
    got = held(tmp_path, [(block(0, [[1]] * 20), {}), (block(0, []), {"rewind": True})], 100)
    assert (got["first"], got["next"], got["spikes"]) == (0, 0, [])


def test_a_gap_stays_a_gap(tmp_path):
    got = held(tmp_path, [(block(0, [[1]]), {}), (block(3, [[2]]), {})], 100)
    assert got["values"] == [0, None, None, 3]
    assert got["spikes"] == [[0, 1], [3, 2]]


def test_a_reset_and_a_far_jump_begin_anew(tmp_path):
    frames = [(block(0, [[1]] * 9), {}), (block(4, [[2]]), {"reset": True}), (block(5000, [[3]]), {})]
    assert held(tmp_path, frames[:2], 100)["spikes"] == [[4, 2]]
    assert held(tmp_path, frames, 100)["spikes"] == [[5000, 3]]


def test_more_spikes_than_room_make_room(tmp_path):
    rows = [list(range(900)) for _ in range(60)]
    got = held(tmp_path, [(block(0, rows[:30]), {}), (block(30, rows[30:]), {})], 50)
    assert len(got["spikes"]) == 50 * 900
    assert got["room"] >= 50 * 900


def test_many_neurons_travel_with_wide_numbers(tmp_path):
    got = held(tmp_path, [(block(0, [[70_000, 3], [1_000_000]]), {"wide": True})], 50)
    assert got["spikes"] == [[0, 70_000], [0, 3], [1, 1_000_000]]


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("all.ticks(0, 200, 4)", [0, 50, 100, 150, 200]),
        ("all.ticks(0, 2, 8, 1)", [0, 1, 2]),
        ("all.ticks(-0.4, 1.1, 3)", [0, 0.5, 1]),
        ("all.range([0.1, 0.9], [1], null)", [0, 1.2]),
        ("all.range([-70, -50], [-55], null)", [-75, -45]),
        ("all.range([0, 0.95], [1], [0, 1.2])", [0, 1.2]),
        ("all.range([Infinity, -Infinity], [], null)", [0, 1]),
        ("[all.moment(500, 1), all.moment(2500, 1), all.moment(5, 0.1)]", ["500 ms", "2.50 s", "0.5 ms"]),
    ],
)
def test_numbers_are_round(tmp_path, call, value):
    assert run(tmp_path, "trace", f"console.log(JSON.stringify({call}))") == pytest.approx(value)
