#!/usr/bin/env python3
"""Runs the scenarios of configs/limb and compares their figures with what is published.

    scripts/limb-table.py                 prints the tables
    scripts/limb-table.py --write         and puts them into docs/limb.md
    scripts/limb-table.py --program PATH  the program; without it build/release/bin/soleus

Needs nothing but Python. The bands are those of configs/validation/limb-bands.csv. Takes about half a minute.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

from marked_text import put_between

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASES = ROOT / "configs/limb"
PAGE = ROOT / "docs/limb.md"
WALK = ("limb.protocol=[{kind: standing, duration: 200 s}, {kind: walk, count: 40}, "
        "{kind: standing, duration: 60 s}]")
BEGIN, END = "<!-- scripts/limb-table.py -->", "<!-- end -->"


class Limb:
    """Figures of a case, each run once."""

    def __init__(self, program):
        self.program, self.known = program, {}

    def figures(self, case, sets=()):
        key = (case, tuple(sets))
        if key not in self.known:
            with tempfile.TemporaryDirectory() as folder:
                command = [self.program, "limb", str(CASES / f"{case}.yaml"), "--no-plots", "-o", folder]
                for text in sets:
                    command += ["--set", text]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode != 0:
                    sys.exit(f"{' '.join(command)}\n{done.stderr}")
                self.known[key] = json.loads((pathlib.Path(folder) / "figures.json").read_text())
        return self.known[key]["figures"]

    def value(self, case, figure, sets=()):
        return self.figures(case, sets)[figure]["value"]


def shown(value):
    return "-" if value is None else f"{value:.3g}"


def bands(limb):
    rows = [line for line in (ROOT / "configs/validation/limb-bands.csv").read_text().splitlines()
            if not line.startswith("#")]
    out = ["| case | protocol | figure | published | ours | trust | |", "| --- | --- | --- | --- | --- | --- | --- |"]
    faults = 0
    for row in csv.DictReader(rows):
        sets = (WALK,) if row["protocol"] == "walk" else ()
        figure = limb.figures(row["case"], sets)[row["figure"]]
        value, unit, against = figure["value"], figure["unit"], row["against"]
        if against.endswith("*"):
            value /= limb.value(against[:-1], row["figure"], sets)
            unit = f"of {against[:-1]}"
        elif against:
            value -= limb.value(against, row["figure"], sets)
            unit = f"{unit} from {against}"
        met = float(row["low"]) <= value <= float(row["high"])
        if met != (row["met"] == "yes"):
            faults += 1
            print(f"limb-bands.csv says met: {row['met']} of {row}", file=sys.stderr)
        low, high = row["low"], row["high"]
        out.append(f"| {row['case']} | {row['protocol']} | {figure['name']} | {low} to {high} {unit} | "
                   f"{shown(value)} | {row['trust']} | {'' if met else '**not met**'} |")
    return out, faults


def scenarios(limb):
    columns = ["ejection_fraction", "ambulatory_pressure", "recovery_time", "venous_return", "share_of_output",
               "deep_stasis", "deep_wall_shear", "calf_filtration", "oedema_pressure"]
    # A case to be calibrated is no scenario: its limb is where the search begins.
    names = sorted(f.stem for f in CASES.glob("*.yaml") if "\ncalibration:" not in f.read_text())
    head = [limb.figures(names[0])[c] for c in columns]
    out = ["| case | " + " | ".join(f"{h['name']} ({h['unit']})" for h in head) + " |",
           "| --- |" + " --- |" * len(columns)]
    for name in names:
        out.append(f"| `{name}` | " + " | ".join(shown(limb.value(name, c)) for c in columns) + " |")
    return out


def paths(**edits):
    return "limb.paths=[" + ", ".join(f"{{name: {n}, {e}}}" for n, e in edits.items()) + "]"


def doppler(limb):
    out = ["| resistance of the popliteal path | EF % | RVF % | AVP mmHg | peak velocity, ten movements m/s |",
           "| --- | --- | --- | --- | --- |"]
    for factor in (1, 2, 4, 6, 8):
        sets = (paths(popliteal=f"resistance: {factor}"),)
        values = [limb.value("ten-tiptoes", f, sets)
                  for f in ("ejection_fraction", "residual_fraction", "ambulatory_pressure", "popliteal_peak")]
        out.append(f"| {factor} | " + " | ".join(shown(v) for v in values) + " |")
    return out


def keijsers(limb):
    once = ("limb.hyperaemia=1", "limb.protocol=[{kind: standing, duration: 240 s}, {kind: tiptoe, count: 1}, "
            "{kind: standing, duration: 240 s}]")
    closed = paths(perforators="resistance: 1e6", soleal_perforators="resistance: 1e6", plantar="resistance: 1e6")
    open_valves = paths(popliteal="leak: 1", posterior_tibial="leak: 1", gastrocnemius="leak: 1",
                        soleal_outlet="leak: 1")
    walked = [limb.value("ten-tiptoes", "forward_per_movement", (WALK, *s)) for s in ((), (open_valves,))]
    forward = [limb.value("ten-tiptoes", "forward_per_movement", s) for s in ((), (open_valves,))]
    refill = [limb.value("ten-tiptoes", "deep_recovery_time", (*once, *s)) for s in ((), (closed,))]
    gain, walk_gain = (100 * (pair[0] / pair[1] - 1) for pair in (forward, walked))
    shorter = 100 * (1 - refill[0] / refill[1])
    return ["| | Keijsers et al. 2015 | ours |", "| --- | --- | --- |",
            f"| net popliteal flow of a movement, ten on tiptoe: valves above the muscle against none | +53 % | "
            f"{gain:+.0f} % ({forward[1]:.2f} to {forward[0]:.2f} mL) |",
            f"| the same, 40 strides | +53 % | {walk_gain:+.0f} % ({walked[1]:.2f} to {walked[0]:.2f} mL) |",
            f"| refill of the deep veins after one movement: superficial veins and perforators against none | -37 % | {-shorter:+.0f} % "
            f"({refill[1]:.1f} to {refill[0]:.1f} s) |"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/soleus"))
    parser.add_argument("--write", action="store_true", help="put the tables into docs/limb.md")
    arguments = parser.parse_args()
    limb = Limb(arguments.program)
    rows, faults = bands(limb)
    tables = {"scenarios": scenarios(limb), "doppler": doppler(limb), "keijsers": keijsers(limb), "bands": rows}
    for name, table in tables.items():
        print(f"\n{name}\n\n" + "\n".join(table))
    if arguments.write:
        for name, table in tables.items():
            put_between(PAGE, BEGIN.replace(".py", f".py: {name}"), END, "\n".join(table) + "\n")
    sys.exit(1 if faults else 0)


main()
