"""SNN Workbench."""
