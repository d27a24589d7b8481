"""Text that a script keeps between two marks of a page."""


def put_between(page, begin, end, text):
    """Replaces what stands in the file `page` between the mark `begin` and the next mark `end`."""
    before, rest = page.read_text().split(begin, 1)
    page.write_text(before + begin + "\n" + text + rest[rest.index(end):])
