"""The workbench inside a notebook, without the network: styles and scripts travel in the outputs themselves.

`notebook` sends what all outputs need (3 MB of scripts, of which a saved notebook keeps two copies), `show` the same
and the page of one design (1.2 MB). A page lives as long as its output and its kernel.
"""

import asyncio
import sys
from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bokeh.model import Model
    from panel.viewable import Viewable

    from workbench.design import Design
    from workbench.run.weights import Weights

BEAT_S = 1.0
_shown: "dict[str, _Page]" = {}  # by the id that Panel gives the output
_prepared = False


def notebook() -> None:
    """Get this notebook ready for plots and for the page: call it once, in a cell of its own or with the imports.

    Panel would let the browser fetch some style sheets from its makers' server. Here each is sent as part of the
    output that needs it, read from the files that came with Panel. Run it again after reloading the browser's page,
    whose scripts are gone. Outside a notebook it only loads what plots need.
    """
    global _prepared
    import holoviews as hv
    from panel.config import config, panel_extension
    from panel.viewable import Viewable

    config.inline = True  # pyright: ignore[reportAttributeAccessIssue]  (a property that Panel makes while it starts)
    if not _prepared:
        Viewable._preprocessing_hooks.append(_with_styles_inside)
        panel_extension.add_delete_action(_gone)
    _prepared = True
    hv.extension("bokeh", inline=True, logo=False)


def show(design: "Design", weights: "Weights | None" = None) -> None:
    """Show the page for a design in this notebook, live: draw, run and train as in the browser.

    A design is a value: nothing done on the page changes a variable here, and its save button hands out the file.
    It is heard between two cells, not while one runs, and its keys work while it has the focus. It ends with its
    output: when the cell is run again or deleted, or the kernel stops.

    `weights` are those to begin with; left out, they are drawn from the design's seed. Raises DesignError, with a
    sentence, for anything but a design. Outside a notebook it prints how to see the page.
    """
    from workbench.design import Design, DesignError

    if not isinstance(design, Design):
        raise DesignError('wb.show: give a design, such as wb.Design.load("net.json").')
    if not in_notebook():
        print('wb.show draws in a notebook. Here: design.save("net.json"), type `workbench`, and open that file there.')
        return
    from IPython.display import display

    notebook()  # every time: the browser may have been reloaded since the last
    page = _Page(design, weights)
    display(page.view.frame)
    _shown.update(dict.fromkeys(page.view.frame._models, page))


class _Page:
    """One output: a session that begins when its page stands, and ends with it."""

    def __init__(self, design: "Design", weights: "Weights | None") -> None:
        from workbench.runner import Gate
        from workbench.session import Session
        from workbench.views.page import PageView

        self._loop = asyncio.get_running_loop()
        self._gate = Gate(self._loop.call_soon_threadsafe)
        self._session = Session(self._gate.post, design, weights)
        self._beating: asyncio.Task[None] | None = None
        self.view = PageView(self._session, embedded=True)
        self.view.frame.on_event(self._hear)

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "ready" and self._beating is None:
            from panel.config import config

            # Set while the page is heard, this counts for its document alone: what goes wrong there is told there.
            config.exception_handler = self._session.fail  # pyright: ignore[reportAttributeAccessIssue]
            self._gate.open()
            self._session.playback.run()
            self._beating = self._loop.create_task(self._beat())

    async def _beat(self) -> None:
        """The page knows by this that its kernel lives and is free to listen."""
        while True:
            self.view.beat()
            await asyncio.sleep(BEAT_S)

    def end(self) -> None:
        """The output is gone; said in any thread."""
        self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
        self._session.playback.pause()
        self._session.close()


def in_notebook() -> bool:
    """Whether this Python is the kernel of a notebook."""
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def _gone(output: str) -> None:
    """Panel calls this when the browser says that an output is gone."""
    if page := _shown.pop(output, None):
        page.end()


def _with_styles_inside(shown: "Viewable", root: "Model") -> None:
    """Panel calls this with everything it is about to show."""
    from bokeh.models import ImportedStyleSheet
    from panel.io.resources import CDN_DIST, DIST_DIR

    for sheet in root.select({"type": ImportedStyleSheet}):
        if isinstance(sheet, ImportedStyleSheet) and sheet.url.startswith(CDN_DIST):
            file = DIST_DIR / sheet.url.removeprefix(CDN_DIST).split("?")[0]
            sheet.url = f"data:text/css;base64,{b64encode(file.read_bytes()).decode()}"
