"""Fails if a test was skipped for a reason that is not given: `skips.py tests.xml "shared data absent"` (JUnit)."""

from __future__ import annotations

import sys
from xml.etree import ElementTree


def main(path: str, *allowed: str) -> None:
    """Count the tests and look at every skip."""
    cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    if not cases:
        raise SystemExit("no test ran")
    skips = [(case, skip.get("message", "")) for case in cases for skip in case.iter("skipped")]
    wrong = [
        f"{case.get('classname')}.{case.get('name')}: {why}"
        for case, why in skips
        if why.strip() not in allowed
    ]
    if wrong:
        raise SystemExit("skipped without leave:\n  " + "\n  ".join(wrong))
    print(f"{len(cases)} tests, {len(skips)} skipped ({', '.join(allowed)})")


if __name__ == "__main__":
    main(*sys.argv[1:])
