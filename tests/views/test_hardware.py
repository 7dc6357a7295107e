"""The table of costs: of the design that is drawn, greyed or empty while nothing is known of it."""

from workbench.design.starters import templates
from workbench.views.hardware import HardwareView


def test_the_table_is_greyed_by_the_edit_itself_and_empty_for_another_design(visit, loop):
    session = visit("digits")
    view = HardwareView(session)
    loop.until(lambda: view.table.rows)
    assert not view.table.stale
    session.edit({"op": "set", "node": "fc1", "params": {"out_features": 16}})
    assert view.table.stale
    loop.until(lambda: not view.table.stale)
    session.open(templates()["digits_latency"].fresh())
    session.learning.run()
    loop.until(lambda: not view.table.rows)
