#!/usr/bin/env python3
"""Runs a case with a valve in every condition and repair of docs/valves.md and prints a table of what falls back.

    scripts/valve-conditions.py                         all, several hours on two cores
    scripts/valve-conditions.py dilated                 healthy, and what has this in its name
    scripts/valve-conditions.py --table                 only the table, of the runs that are there
    scripts/valve-conditions.py --table --into docs/valves.md   writes it between the lines that mark its place

Runs go to runs/valve-conditions/NAME; those that are complete are not solved again. Needs no package beside Python.
Fails when a run fails, when repaired valves let more back than diseased ones or less than healthy ones, or when blood
falls back for longer than half a second through a healthy or a repaired one.
"""
import argparse
import json
import pathlib
import subprocess
import sys

from marked_text import put_between

ROOT = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- begin of the table of valve-conditions.py -->", "<!-- end of the table -->"
REFLUX_S = 0.5  # longer is pathological: Labropoulos et al., J Vasc Surg 38, 793 (2003)
CASE = ROOT / "configs/validation/valve-conditions.yaml"
RUNS = ROOT / "runs/valve-conditions"
VALVE = "popliteal"

# disease, its settings, and repairs with theirs
DISEASES = {
    "prolapsed": ({"free_edge": "1.45"}, {"internal_valvuloplasty": {"reefing": "0.3"}}),
    "dilated": ({"annulus": "1.4", "widening": "3 mm"},
                {"external_valvuloplasty": {}, "banding": {"diameter": "0.8"}}),
    "torn": ({"angle": "60 deg"}, {}),
    "shortened": ({"shortening": "0.75"}, {}),
    "thickened": ({"thickening": "3"}, {}),
    "absent": ({}, {"neovalve": {"cusps": "2", "thickness": "0.1 mm"}}),
}
# puts another valve in the place of any of these
TRANSPLANT = ("transplant", "repaired", ("torn", "shortened", "thickened", "absent"),
              {"condition.kind": "torn", "repair.kind": "transplant"})
FIGURES = [("forward_volume", "forward [mL]", 1e6, 2), ("regurgitant_volume", "back [mL]", 1e6, 3),
           ("regurgitant_fraction", "fraction back [%]", 100, 1), ("reflux_time", "reflux time [s]", 1, 2),
           ("leakage", "leak closed [mL/s]", 1e6, 3), ("largest_opening", "opening", 1, 2),
           ("coaptation_height", "coaptation [mm]", 1e3, 1), ("jet_velocity", "jet [m/s]", 1, 2)]


def variants():
    """(name, kind, diseases, settings)"""
    yield "healthy", "healthy", (), {}
    for disease, (sizes, repairs) in DISEASES.items():
        sick = {"condition.kind": disease, **{f"condition.{k}": v for k, v in sizes.items()}}
        yield disease, "diseased", (), sick
        for repair, sizes_of_repair in repairs.items():
            mended = {"repair.kind": repair, **{f"repair.{k}": v for k, v in sizes_of_repair.items()}}
            yield f"{disease}-{repair}", "repaired", (disease,), {**sick, **mended}
    yield TRANSPLANT


def run(program, name, settings, more):
    command = [program, "run", str(CASE), "--output", str(RUNS / name)]
    for key, value in settings.items():
        command += ["--set", f"geometry.valves.{VALVE}.{key}={value}"]
    for setting in more:
        command += ["--set", setting]
    return subprocess.run(command, check=False).returncode


def figures(name):
    file = RUNS / name / "report/metrics.json"
    if not file.exists():
        return None
    found = json.loads(file.read_text())["last_cycle"].get("valves", {}).get(VALVE, {})
    return {key: value["value"] for key, value in found.items()}


def row(name, found):
    cells = [name]
    for key, _, factor, digits in FIGURES:
        cells.append(f"{found[key] * factor:.{digits}f}" if key in found else "")
    return "| " + " | ".join(cells) + " |"


def disorder(measured):
    """Sentences about figures that are not in the order healthy < repaired < diseased."""
    key = "regurgitant_fraction"
    if "healthy" not in measured or key not in measured["healthy"]:
        return []
    healthy, found = measured["healthy"][key], []
    for name, kind, diseases, _ in variants():
        if name not in measured or key not in measured[name]:
            continue
        value = measured[name][key]
        if kind != "diseased" and measured[name]["reflux_time"] > REFLUX_S:
            found.append(f"Blood falls back through {name} for {measured[name]['reflux_time']:.2f} s.")
        if kind == "diseased" and value <= healthy:
            found.append(f"{name} lets no more back than healthy ({value:.3f}, {healthy:.3f}).")
        for disease in diseases:
            if disease in measured and value >= measured[disease].get(key, 1e30):
                found.append(f"{name} lets no less back than {disease} ({value:.3f}, {measured[disease][key]:.3f}).")
        if kind == "repaired" and value < healthy:
            found.append(f"{name} lets less back than healthy ({value:.3f}, {healthy:.3f}).")
    return found


def table(measured):
    lines = ["| valve | " + " | ".join(title for _, title, _, _ in FIGURES) + " |",
             "| --- |" + " ---: |" * len(FIGURES)]
    return "\n".join(lines + [row(name, found) for name, found in measured.items()]) + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("names", nargs="*", help="parts of names; without them all")
    options.add_argument("--program", default=str(ROOT / "build/release/bin/soleus"))
    options.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="for every run")
    options.add_argument("--table", action="store_true", help="run nothing")
    options.add_argument("--into", type=pathlib.Path, metavar="FILE", help="write the table there, between its marks")
    asked = options.parse_args()
    failed, measured = [], {}
    for name, _, _, settings in variants():
        wanted = not asked.names or name == "healthy" or any(part in name for part in asked.names)
        if wanted and not asked.table and run(asked.program, name, settings, asked.set) != 0:
            failed.append(name)
        found = figures(name)
        if found:
            measured[name] = found
    print(table(measured))
    if asked.into:
        put_between(asked.into, BEGIN, END, "\n" + table(measured) + "\n")
    faults = [f"{name}: the run failed." for name in failed] + disorder(measured)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
