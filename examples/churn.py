#!/usr/bin/env python3
"""The two ends of a feature store, with nothing but Python's standard library.

It reads a training set that `runner training build` wrote, learns one thing of it (how often the label is true in each quarter of one
feature), asks `runner serve` over plain HTTP for the same feature of one customer, and says in which quarter that customer is. A real model
would take the place of the shares; where rows and values come from would stay the same.

    python3 examples/churn.py 7590-VHVEG
    python3 examples/churn.py 17 --data other.csv --feature hours --url http://127.0.0.1:6566
"""
import argparse
import bisect
import csv
import hashlib
import io
import json
import statistics
import sys
import urllib.error
import urllib.parse
import urllib.request


def training_set(path):
    """The rows of a training set and its manifest, which the file was held against."""
    try:
        with open(path, "rb") as f:
            content = f.read()
        with open(path + ".manifest.json", encoding="utf-8") as f:
            manifest = json.load(f)
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is not there: runner training build writes it")
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        sys.exit(f"{path} is not the file that its manifest describes: build it again")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))), manifest


def learn(rows, label, feature):
    """The bounds between the quarters of a feature, and the share of true labels in each of them. An empty cell is NULL."""
    known = [(float(r[feature]), r[label].lower() in ("true", "t", "1")) for r in rows if r[feature] != ""]
    bounds = statistics.quantiles([value for value, _ in known], n=4)
    quarters = [[], [], [], []]
    for value, hit in known:
        quarters[bisect.bisect_left(bounds, value)].append(hit)
    return bounds, [statistics.fmean(q) if q else None for q in quarters]


def ask(url, key):
    """What the server knows of one customer: features, and how each of them is to be understood."""
    try:
        with urllib.request.urlopen(f"{url}/features/{urllib.parse.quote(key, safe='')}", timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        error = json.load(refused)["error"]
        sys.exit(f"{refused.code}: {error['message']} ({error.get('hint', '')})")
    except urllib.error.URLError as failed:
        sys.exit(f"{url} does not answer ({failed.reason}): is runner serve running?")


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("key", help="the customer to ask for")
    p.add_argument("--data", default="data/processed/training_df.csv", help="the CSV of a training set")
    p.add_argument("--feature", default="months_active", help="a feature of it that is a number")
    p.add_argument("--url", default="http://127.0.0.1:6566", help="where runner serve listens")
    a = p.parse_args()

    rows, manifest = training_set(a.data)
    roles = {c["name"]: c["role"] for c in manifest["columns"]}
    if roles.get(a.feature) != "feature":
        sys.exit(f"{a.feature} is no feature of {a.data}: " + ", ".join(name for name, role in roles.items() if role == "feature"))
    label = next(name for name, role in roles.items() if role == "label")
    bounds, shares = learn(rows, label, a.feature)
    print(f"{a.data}: {len(rows)} rows")
    edges = [""] + [f"{b:g}" for b in bounds] + [""]
    for low, high, share in zip(edges, edges[1:], shares):
        print(f"  {a.feature} {low:>5} .. {high:<5} {label} " + ("-" if share is None else f"{share:.1%}"))

    found = ask(a.url, a.key)
    value, status = found["features"][a.feature], found["status"][a.feature]
    if value is None:
        sys.exit(f"{a.key} has no {a.feature} now: {status}")
    share = shares[bisect.bisect_left(bounds, value)]
    print(f"{a.key} has {a.feature} {value:g}" + ("" if share is None else f": {label} in {share:.1%} of such rows"))


if __name__ == "__main__":
    main()
