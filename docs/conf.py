"""How the documentation is built; `make docs` holds it to no warnings."""

import sys
from pathlib import Path

import skclassic

sys.path.insert(0, str(Path(__file__).parent))
from evidence import insert_evidence  # noqa: E402

project = "skclassic"
author = "the skclassic developers"
copyright = f"2026, {author}"
version = release = skclassic.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "examples", "gallery/*.ipynb", "gallery/*.py"]
templates_path = ["_templates"]

# Lists of members would repeat what the class template prints.
numpydoc_show_class_members = False

# The two Markdown pages link to their own headings.
myst_heading_anchors = 3

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "filename_pattern": r"/plot_",
    "reset_modules_order": "both",
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
}

html_theme = "pydata_sphinx_theme"
html_title = project
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
}
html_sidebars = {"index": [], "contributing": [], "changelog": []}
html_show_sourcelink = False


def leave_inherited_to_sklearn(app, what, name, member, skip, options):
    """Leave out methods that scikit-learn defines: its own pages document them."""
    is_theirs = (getattr(member, "__module__", None) or "").startswith("sklearn.")
    return True if is_theirs else None  # None: no opinion, autodoc decides


def setup(app):
    app.connect("autodoc-skip-member", leave_inherited_to_sklearn)
    app.connect("source-read", insert_evidence)


toc_object_entries_show_parents = "hide"
