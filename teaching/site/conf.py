"""How Sphinx builds the course's web site; teaching/site/build.py prepares what it reads."""

project = "Handwritten digits"
copyright = "the course's authors; MIT"
language = "en"
extensions = ["myst_nb"]
html_theme = "sphinx_book_theme"
html_title = "Handwritten digits"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "navbar_persistent": [],  # the search stands in the sidebar
    "navigation_with_keys": True,
}
nb_execution_mode = "off"  # the lessons' own outputs are shown
nb_ipywidgets_js = {}  # a widget needs a kernel, and would be fetched from outside
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]
