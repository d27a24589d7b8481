#!/usr/bin/env python3
"""Writes the table and the plot of docs/performance.md from files of `soleus bench --output`.

    scripts/performance-table.py --commit COMMIT BENCH.json [BENCH.json ...]

The table replaces what lies between the two marks in docs/performance.md; the plot is docs/images/performance.svg. Only the
standard library is needed.
"""

import argparse
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "images" / "performance.svg"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"


def table(rows):
    head = ("| lumen | set | collision | precision | threads | M cells | MLUPS | limit | part of the limit | memory per cell [B] |\n"
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
    return head + "".join(
        f"| {r['lumen']} | {r['velocity_set']} | {r['collision']} | {r['precision']} | {r['threads']} | "
        f"{r['fluid_cells'] / 1e6:.2f} | {r['mlups']:.1f} | {r['limit_mlups']:.0f} | {r['fraction_of_limit']:.2f} | "
        f"{r['memory_bytes_per_cell']:.0f} |\n" for r in rows)


def plot(rows):
    """Horizontal bars: part of the limit, the rows with the most threads."""
    most = max(r["threads"] for r in rows)
    rows = [r for r in rows if r["threads"] == most]
    width, left, line = 760, 270, 20
    height = line * len(rows) + 50
    scale = width - left - 60
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for tick in range(0, 11, 2):
        x = left + scale * tick / 10
        out.append(f'<line x1="{x}" y1="10" x2="{x}" y2="{height - 36}" stroke="#ddd"/>')
        out.append(f'<text x="{x}" y="{height - 22}" text-anchor="middle">{tick / 10:.1f}</text>')
    out.append(f'<text x="{left + scale / 2}" y="{height - 6}" text-anchor="middle">'
               f"part of the memory's limit, {most} threads</text>")
    for n, r in enumerate(rows):
        y, part = 14 + n * line, r["fraction_of_limit"]
        name = f"{r['lumen']}, {r['velocity_set']} {r['collision']}, {r['precision']}"
        out.append(f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">{name}</text>')
        out.append(f'<rect x="{left}" y="{y}" width="{scale * part:.1f}" height="{line - 5}" fill="#4477aa"/>')
        out.append(f'<text x="{left + scale * part + 5:.1f}" y="{y + 12}">{part:.2f}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--commit", required=True, help="of the program that was measured")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    rows = [row for file in arguments.files for row in json.loads(file.read_text())["rows"]]
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    note = f"Measured at commit {arguments.commit}, {rows[0]['processor']}, mean over {rows[0]['steps']} steps.\n\n"
    PAGE.write_text(before + BEGIN + note + table(rows) + END + after)
    PLOT.write_text(plot(rows))


if __name__ == "__main__":
    main()
