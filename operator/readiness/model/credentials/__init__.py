"""Finds literal credentials in environment values, ConfigMap texts and command lines, and never repeats them.

Three questions decide, in this order: does the value have the shape of a known credential (shapes.py),
does its name promise one (names.py), and is the value no more than a reference, a path or a placeholder
(values.py)? Everything here is pure, linear in the input and bounded: what is longer than the bounds in
search.py is not read.
"""

from readiness.model.credentials.names import Meaning, Searchable, meaning
from readiness.model.credentials.search import Hit, find_in_arguments, find_in_text, find_in_value
from readiness.model.credentials.words import DEFAULTS

__all__ = ["DEFAULTS", "Hit", "Meaning", "Searchable", "find_in_arguments", "find_in_text", "find_in_value", "meaning"]
