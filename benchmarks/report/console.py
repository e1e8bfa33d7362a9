"""Write to the terminal: through rich where it is installed, else as plain lines."""

import sys
from contextlib import contextmanager
from importlib.util import find_spec
from textwrap import fill

from benchmarks.report.tables import BROKEN

PLAIN_WIDTH = 80


class PlainScreen:
    """Lines of text, for logs and for machines without rich."""

    def print(self, text=""):
        """Write one text as it is."""
        print(text, flush=True)

    def print_table(self, table):
        """Write a table in columns, its notes wrapped below."""
        self.print(f"\n{table.title}")
        for line in align([table.header, *table.rows], table.n_labels):
            self.print(line)
        self.print_notes(table.notes)

    def print_notes(self, notes):
        """Write sentences, folded to the width of the screen."""
        for note in notes:
            self.print(wrap(note, PLAIN_WIDTH))

    @contextmanager
    def watch(self, title, total):
        """Announce a long piece of work; nothing moves while it lasts."""
        self.print(f"... {title}")
        yield lambda text, advance=1: None


class RichScreen:
    """A terminal with colours and progress bars."""

    def __init__(self):
        from rich.console import Console

        self.console = Console(highlight=False)

    def print(self, text=""):
        """Write one text as it is."""
        self.console.print(text, markup=False, soft_wrap=True)

    def print_table(self, table):
        """Write a table in columns, its notes dimmed below."""
        from rich.table import Table

        title, _, subtitle = table.title.partition("\n")
        self.console.print(f"\n{title}", style="bold", markup=False)
        if subtitle:
            self.console.print(subtitle, style="dim", markup=False)
        grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
        for place, name in enumerate(table.header):
            side = "left" if place < table.n_labels else "right"
            grid.add_column(name, justify=side, no_wrap=True)
        for row in table.rows:
            grid.add_row(*row, style=choose_style(row))
        self.console.print(grid)
        self.print_notes(table.notes)

    def print_notes(self, notes):
        """Write sentences, folded to the width of the screen and dimmed."""
        for note in notes:
            text = wrap(note, self.console.width)
            self.console.print(text, style="dim", markup=False)

    @contextmanager
    def watch(self, title, total):
        """Show a bar that moves on whenever the yielded function is called."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.fields[title]}", markup=False),
            BarColumn(bar_width=20),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task("", total=total, title=title)

            def tell(text, advance=1):
                progress.update(task, description=text, advance=advance)

            yield tell


def open_screen():
    """Choose the screen for where the output goes."""
    if sys.stdout.isatty() and find_spec("rich") is not None:
        return RichScreen()
    return PlainScreen()


def choose_style(row):
    """Colour our own lines and broken promises."""
    if any(BROKEN in cell for cell in row):
        return "red"
    return "bold" if row[0] == "skclassic" else ""


def align(rows, n_labels):
    """Pad cells to columns: labels to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            text.ljust(width) if place < n_labels else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield " ".join(cells).rstrip()


def wrap(text, width):
    """Fold a note into indented lines."""
    return fill(text, width, initial_indent="  ", subsequent_indent="    ")
