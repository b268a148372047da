"""Reads both texts of an OpenDocument text (.odt) with tracked changes: its package in, paragraphs out.

    is_open_document(package)  whether a package says that it is one, by its mimetype
    read_paragraphs(package)   its texts before the marks and after them

What they mean is for `resolutions.importers.itu` to say. Source: OASIS OpenDocument 1.3, parts 2 and 3.
"""

from .guard import is_open_document, parts_of
from .reading import read_paragraphs

__all__ = ["is_open_document", "parts_of", "read_paragraphs"]
