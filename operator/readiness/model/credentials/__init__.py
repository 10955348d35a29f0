"""Finds literal credentials in environment values, ConfigMap texts and command lines, and never repeats them.

Three questions decide, in this order: does the value have the shape of a known credential (shapes.py),
does its name promise one (names.py), and is the value no more than a reference, a path or a placeholder
(values.py)? Everything here is pure, linear in the input and bounded: what is longer than the bounds in
search.py is not read.
"""

from readiness.model.credentials.names import Searchable
from readiness.model.credentials.search import Hit, find_in_arguments, find_in_text, find_in_value

__all__ = ["Hit", "Searchable", "find_in_arguments", "find_in_text", "find_in_value"]
