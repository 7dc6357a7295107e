"""The workbench inside a notebook, without the network: styles and scripts travel in the outputs themselves."""

import asyncio
from base64 import b64encode
from typing import TYPE_CHECKING

from bokeh.model import Model
from bokeh.models import ImportedStyleSheet
from panel.config import config
from panel.io.resources import CDN_DIST, DIST_DIR
from panel.viewable import Viewable

if TYPE_CHECKING:
    from workbench.design import Design
    from workbench.run.weights import Weights


def notebook() -> None:
    """Get this notebook ready for plots and for the page: call it once, in a cell of its own or with the imports.

    Panel would let the browser fetch some style sheets from its makers' server. Here each is sent as part of the
    output that needs it, read from the files that came with Panel.
    """
    import holoviews as hv

    config.inline = True  # pyright: ignore[reportAttributeAccessIssue]  (a property that Panel makes while it starts)
    if _with_styles_inside not in Viewable._preprocessing_hooks:
        Viewable._preprocessing_hooks.append(_with_styles_inside)
    hv.extension("bokeh", inline=True, logo=False)


def _with_styles_inside(shown: Viewable, root: Model) -> None:
    """Panel calls this with everything it is about to show."""
    for sheet in root.select({"type": ImportedStyleSheet}):
        if isinstance(sheet, ImportedStyleSheet) and sheet.url.startswith(CDN_DIST):
            file = DIST_DIR / sheet.url.removeprefix(CDN_DIST).split("?")[0]
            sheet.url = f"data:text/css;base64,{b64encode(file.read_bytes()).decode()}"


def show(design: "Design", weights: "Weights | None" = None) -> Viewable:
    """The page for a design, live in this notebook: the last expression of a cell shows it.

    It works on its own copy: what is changed there changes nothing in the notebook's variables. The page lives as long
    as the kernel; showing another one does not end it.
    """
    from workbench.session import Session
    from workbench.views.page import PageView

    notebook()
    loop = asyncio.get_running_loop()
    session = Session(loop.call_soon_threadsafe, design, weights)
    view = PageView(session, embedded=True)
    session.playback.run()
    return view.frame
