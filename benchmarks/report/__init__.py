"""Show what was measured: on the console, as JSON, and as a page."""
