"""A design as a link, and one that came in the page's address."""

from __future__ import annotations

from components.page_frame import PageFrame
from workbench.design import Design
from workbench.run import links
from workbench.run.weights import Weights
from workbench.session import Session


def share(session: Session, frame: PageFrame) -> None:
    """Show links to this design, without and with what it has learned until now; none where it is too large for one."""
    if frame.embedded:
        session.refuse("Links lead to the workbench's own page; save the design as a file instead.")
        return
    design = session.document.design
    try:
        plain = links.write(design)
    except ValueError as refusal:
        session.refuse(str(refusal))
        return
    frame.share(plain, *trained(design, session.learned))


def trained(design: Design, weights: Weights | None) -> tuple[str, str]:
    """The link with these weights, empty where there is none, and what is said of that."""
    if weights is None or weights.untrained:
        return "", "nothing has been learned yet"
    try:
        return links.write(design, weights), ""
    except ValueError as refusal:
        return "", str(refusal)


def open_link(session: Session, text: str) -> None:
    """Open what the link holds as a copy of the visitor's own, or refuse it with its sentence."""
    session.say()  # what it said was of the design before
    try:
        link = links.read(text)
    except ValueError as refusal:
        session.refuse(str(refusal))
        return
    session.open(link.design.fresh(), link.weights)
