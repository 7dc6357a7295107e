"""A small form of numbers and choices."""

from components.settings_form.settings_form import SettingsForm

__all__ = ["SettingsForm"]
