"""The lanes: which of them lets the page go first."""

import os
import sys
import threading

import pytest

from workbench.runner import TRAINING_NICE, Runner


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a priority of its own on Linux only")
def test_training_lets_the_page_go_first():
    failed: list[BaseException] = []
    runner = Runner(lambda call: call(), failed.append)
    heard = threading.Barrier(3, timeout=10)
    found = {}

    def look(name: str) -> None:
        found[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        heard.wait()

    try:
        runner.simulate.tell(lambda: look("simulate"))
        runner.train.tell(lambda: look("train"))
        heard.wait()
    finally:
        runner.close()
        runner.join()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert found == {"simulate": own, "train": own + TRAINING_NICE} and not failed
