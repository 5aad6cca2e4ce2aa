#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asserts that a run's folder is whole: every case and strategy ok, reports
and figures there. It says nothing about how fast anything was.

smoke.py [--owner UID] [--allow-absent] DIR
"""

import argparse
import json
import pathlib
import sys

FILES = ("run.json", "samples.jsonl", "timeline.csv", "summary.json",
         "summary.csv", "report.md", "report.html")


def summary_problems(summary, allowed):
    if not summary["cases"]:
        yield "summary.json: no case"
    for case in summary["cases"]:
        if not case["strategies"]:
            yield f"{case['name']}: no strategy"
        for entry in case["strategies"]:
            if entry["status"] not in allowed:
                yield (f"{case['name']}: {entry['label']}: {entry['status']}: "
                       f"{entry['reason']}")
            elif entry["status"] == "ok" and not entry["samples"]:
                yield f"{case['name']}: {entry['label']}: no sample"


def problems(folder, owner, allowed):
    for name in FILES:
        path = folder / name
        if not path.is_file() or not path.stat().st_size:
            yield f"{name}: missing or empty"
    figures = sorted((folder / "plots").glob("*.svg"))
    if not figures:
        yield "plots/: no figure"
    for path in figures:
        if not path.read_text(errors="replace").rstrip().endswith("</svg>"):
            yield f"plots/{path.name}: empty or cut off"
    if owner is not None:
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != owner:
                yield f"{path}: owned by {path.lstat().st_uid}, not {owner}"
    if (folder / "summary.json").is_file():
        with open(folder / "summary.json") as file:
            yield from summary_problems(json.load(file), allowed)


def main():
    parser = argparse.ArgumentParser(
        description="Asserts that a run's folder is whole.")
    parser.add_argument("--owner", type=int, metavar="UID")
    parser.add_argument("--allow-absent", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    allowed = {"ok", "absent"} if options.allow_absent else {"ok"}
    found = list(problems(options.folder, options.owner, allowed))
    for line in found:
        print(f"{options.folder}: {line}", file=sys.stderr)
    print(f"{options.folder}: {'not whole' if found else 'whole'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
