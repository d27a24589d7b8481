#!/usr/bin/env python3
"""Makes docs/validation.md and its plots from what the verification and validation tests measured.

  ctest --preset verification --verbose > results.log
  scripts/validation-table.py results.log   # takes the results into docs/validation-results.jsonl, writes the page
  scripts/validation-table.py --commit 1234567 results.log   # the program measured was not that of HEAD
  scripts/validation-table.py               # writes the page again
  scripts/validation-table.py --check       # fails when the page is older than the results

A test prints each result as a line `SOLEUS_RESULT {json}` (tests/verification/result.hpp). A result replaces an
older one of the same case, quantity, resolution and backend; commit and date are those of the measurement.
"""
import datetime
import html
import json
import math
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
STORE = ROOT / "docs/validation-results.jsonl"
PAGE = ROOT / "docs/validation.md"
PLOTS = ROOT / "docs/images/validation"
KEY = ("case", "quantity", "resolution", "backend")
COLORS = ("#1b6ca8", "#c1440e", "#2e8b57", "#7a4fa3", "#b8860b", "#444444", "#d1618f", "#0f8b8d")

HEADER = """# Validation

What the solver was measured to do on cases with an exact solution, a published figure or a twin that must agree. This page is
written by `scripts/validation-table.py` from the results of the tests ([validation-results.jsonl](validation-results.jsonl));
[validation-notes.md](validation-notes.md) says what they mean, what is not reached and why, and what was tried. To measure again:

    ctest --preset verification --verbose > results.log    # minutes; ctest -L verification
    scripts/validate.sh --verbose >> results.log           # the finer grids and long cases: ctest -L validation
    scripts/validation-table.py results.log

The difference is ours / reference - 1, or ours - reference where the reference is zero or an angle. "Reached" compares with the
tolerance: the benchmark's where it has one for that grid. A row that says **no** is explained in the notes; its test holds the solver
at the limit in brackets.
"""


def git(*arguments):
    return subprocess.run(("git", *arguments), cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def stored():
    lines = STORE.read_text().splitlines() if STORE.exists() else []
    return {tuple(r[k] for k in KEY): r for r in map(json.loads, lines)}


def take(results, logs, commit):
    date = datetime.date.today().isoformat()
    for log in logs:
        for line in pathlib.Path(log).read_text(errors="replace").splitlines():
            found = re.search(r"SOLEUS_RESULT (\{.*\})", line)
            if found:
                result = json.loads(found[1]) | {"commit": commit, "date": date}
                results[tuple(result[k] for k in KEY)] = result
    STORE.write_text("".join(json.dumps(results[k]) + "\n" for k in sorted(results)))


def number(value, unit=""):
    if value is None:
        return "not finite"
    text = f"{value:.4g}"
    return f"{text} {unit}".rstrip()


def percent(value):
    """Relative differences of a tenth of a per cent and more as per cent."""
    if value is None:
        return "not finite"
    if value == 0:
        return "0"
    return f"{100 * value:+.3g} %" if abs(value) >= 1e-3 else f"{value:+.1e}"


def reached(r):
    if r["ours"] is None:
        return False
    if r["compared"] == "at least":
        return r["ours"] >= r["tolerance"]
    return abs(r["difference"]) <= r["tolerance"]


def row(r):
    at_least = r["compared"] == "at least"
    allowed = f"{r['tolerance']:.4g}"
    if r["compared"] == "relative":
        allowed = percent(r["tolerance"]).lstrip("+")
    verdict = "yes" if reached(r) else f"**no** ({r['limit']:.3g})"
    difference = "" if at_least else percent(r["difference"]) if r["compared"] == "relative" else number(
        r["difference"], r["unit"])
    cells = (r["case"], r["quantity"], number(r["reference"], r["unit"]), number(r["ours"], r["unit"]), difference,
             ("at least " if at_least else "") + allowed, verdict, r["resolution"], r["backend"], r["source"],
             r["commit"])
    return "| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |"


def table(title, rows):
    head = "| case | quantity | reference | ours | difference | tolerance | reached | resolution | backend | reference from | commit |"
    return [f"\n## {title}\n", head, "|" + " --- |" * 11, *map(row, rows)]


FAMILIES = (("Negative control", "Negative controls: worse methods that the tests notice"), ("Taylor-Green", "Collision"),
            ("Vortex", "Collision"), ("Pipe jet", "Collision"), ("Pipe of blood", "Blood"), ("Plane channel", "Walls at rest"),
            ("Pipe along", "Walls at rest"), ("Womersley", "Pulsating flow"), ("Driven pipe", "Openings"), ("Short pipe", "Openings"),
            ("Dispersion", "Passive scalar"), ("Scalar", "Passive scalar"))
TWINS = ("equivalence", "the pipe at rest", "exact: energy budget")


def family(result):
    """The section of the page that a result belongs to."""
    if result["source"] in TWINS:
        return "Twins that must agree, energy"
    return next((title for start, title in FAMILIES if result["case"].startswith(start)), "Walls that move and others")


def svg(title, studies):
    """Errors over cells, both logarithmic, with a line of second order."""
    width, left, top, side = 640, 60, 30, 300
    points = [(c, abs(e)) for s in studies for c, e in s["levels"] if e]
    x0, x1 = math.log10(min(p[0] for p in points)) - 0.05, math.log10(max(p[0] for p in points)) + 0.05
    y0, y1 = math.floor(math.log10(min(p[1] for p in points))), math.ceil(math.log10(max(p[1] for p in points)))

    def place(cells, error):
        return (left + (math.log10(cells) - x0) / (x1 - x0) * side,
                top + (y1 - math.log10(error)) / (y1 - y0) * side)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 340}" height="{top + side + 45}" font-family="sans-serif" '
           f'font-size="12"><rect width="100%" height="100%" fill="white"/>',
           f'<text x="{left}" y="18" font-size="14">{html.escape(title)}: error over cells</text>',
           f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#888"/>']
    for decade in range(y0, y1 + 1):
        y = top + (y1 - decade) / (y1 - y0) * side
        out.append(f'<path d="M{left} {y:.1f}h{side}" stroke="#ddd"/><text x="{left - 6}" y="{y + 4:.1f}" '
                   f'text-anchor="end">1e{decade}</text>')
    labelled = -math.inf
    for cells in sorted({p[0] for p in points}):
        x = place(cells, 10**y0)[0]
        out.append(f'<path d="M{x:.1f} {top + side}v-5" stroke="#888"/>')
        if x - labelled < 18:  # the next number would overlap
            continue
        labelled = x
        out.append(f'<text x="{x:.1f}" y="{top + side + 16}" text-anchor="middle">{cells:g}</text>')
    a, b = 10**x0, 10**x1
    second = 10**(y1 - 0.2)
    (xa, ya), (xb, yb) = place(a, second), place(b, second * (a / b)**2)
    out.append(f'<clipPath id="c"><rect x="{left}" y="{top}" width="{side}" height="{side}"/></clipPath>'
               f'<path d="M{xa:.1f} {ya:.1f}L{xb:.1f} {yb:.1f}" stroke="#888" stroke-dasharray="4" clip-path="url(#c)"/>')
    for k, s in enumerate(studies):
        color = COLORS[k % len(COLORS)]
        places = [place(c, abs(e)) for c, e in s["levels"] if e]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        label = f"{s['case']}, {s['quantity'].removesuffix(', observed order')}: order {s['ours']:.2f}"
        out.append(f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places]
        out.append(f'<text x="{left + side + 14}" y="{top + 14 + 18 * k}" fill="{color}">{html.escape(label[:100])}</text>')
    out.append(f'<text x="{left + side + 14}" y="{top + side}" fill="#888">dashed: second order</text></svg>')
    return "\n".join(out) + "\n"


def documents(results):
    """Texts by path."""
    ordered = [results[k] for k in sorted(results)]
    groups = {}
    for r in ordered:
        groups.setdefault(family(r), []).append(r)
    names = sorted(groups, key=lambda n: (n.startswith("Negative"), n))
    page, files = [HEADER], {}
    dates = sorted(r["date"] for r in ordered)
    missed = sum(not reached(r) for r in ordered)
    if ordered:
        page.append(f"{len(ordered)} results, measured between {dates[0]} and {dates[-1]}; {missed} do not reach their tolerance.")
    for name in names:
        page += table(name, groups[name])
        studies = [r for r in groups[name] if r.get("levels")]
        if studies:
            file = PLOTS / (re.sub("[^a-z]+", "-", name.split(":")[0].lower()) + ".svg")
            files[file] = svg(name, studies)
            page.append(f"\n![Errors over cells]({file.relative_to(PAGE.parent)})")
    files[PAGE] = "\n".join(page) + "\n"
    return files


def main(arguments):
    results = stored()
    check = arguments == ["--check"]
    if arguments and not check:
        given = arguments[0] == "--commit"
        take(results, arguments[2:] if given else arguments,
             arguments[1] if given else git("rev-parse", "--short=7", "HEAD"))
    old = [p for p, text in documents(results).items() if not p.exists() or p.read_text() != text]
    if check:
        for path in old:
            print(f"{path.relative_to(ROOT)} is older than its results; run scripts/validation-table.py")
        return 1 if old else 0
    PLOTS.mkdir(parents=True, exist_ok=True)
    for plot in PLOTS.glob("*.svg"):  # of groups that have no study any more, too
        plot.unlink()
    for path, text in documents(results).items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
