"""The workbench inside a notebook, without the network: styles and scripts travel in the outputs themselves."""

from base64 import b64encode

from bokeh.model import Model
from bokeh.models import ImportedStyleSheet
from panel.config import config
from panel.io.resources import CDN_DIST, DIST_DIR
from panel.viewable import Viewable


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
