# SPDX-License-Identifier: GPL-2.0-only
"""Figures: what was measured, beside what, and whether that is enough."""


class Figure:
    """One row: what was measured, its yardstick, and how much is allowed.

    Of ratio_max, ratio_min and value_max at most one is given: the reach.
    """

    def __init__(self, name, unit, value, yardstick=None, *, ratio_max=None,
                 ratio_min=None, value_max=None, **more):
        self.name, self.unit, self.more = name, unit, more
        self.value, self.yardstick = value, yardstick
        self.ratio = value / yardstick if yardstick else None
        self.reach = ratio_max or ratio_min or value_max
        got = self.value if value_max else self.ratio
        self.ok = None
        if self.reach:
            self.ok = got >= self.reach if ratio_min else got <= self.reach
        self.limit = (f"<= {ratio_max:g} x" if ratio_max else
                      f">= {ratio_min:g} x" if ratio_min else
                      f"<= {value_max} {unit}" if value_max else "")

    def row(self):
        def number(x):
            return "" if x is None else f"{x:.0f}" if x >= 100 else f"{x:.3g}"
        return (self.name, f"{number(self.value)} {self.unit}",
                f"{number(self.yardstick)} {self.unit}" if self.yardstick else "",
                f"{self.ratio:.2f} x" if self.ratio else "", self.limit,
                {True: "ok", False: "short", None: ""}[self.ok])

    def record(self):
        return {"name": self.name, "unit": self.unit, "value": self.value,
                "yardstick": self.yardstick, "ratio": self.ratio,
                "reach": self.reach, "ok": self.ok, **self.more}


def print_table(head, rows):
    """Columns as wide as they must be, all but the first to the right."""
    rows = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(f"{cell:<{width}}" if i == 0 else f"{cell:>{width}}"
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
