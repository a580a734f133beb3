"""The comparison as a table for terminals and as a page with plots that needs no network."""

import html as markup
import math

COLORS = ["#0b7a75", "#c05621", "#5a67d8", "#97266d", "#4a5568"]


def duration(seconds):
    for factor, unit in ((1e6, "us"), (1e3, "ms"), (1, "s")):
        if seconds * factor < 1000 or unit == "s":
            return f"{seconds * factor:.3g} {unit}"


def ratio(row, library):
    """How many times as long the library takes as Tacit."""
    if library not in row["medians"]:
        return None
    return row["medians"][library] / row["medians"]["Tacit"]


def table(result):
    others = result["libraries"][1:]
    lines = [["parameters", "operation", "Tacit"] + [text for name in others for text in (name, "ratio")]]
    for row in result["rows"]:
        cells = [row["parameters"], row["operation"], duration(row["medians"]["Tacit"])]
        for name in others:
            times = ratio(row, name)
            cells += ["", ""] if times is None else [duration(row["medians"][name]), f"{times:.1f}x"]
        lines.append(cells)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = "\n".join(
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
        for line in lines)
    for entry in result["skipped"]:
        text += f"\nskipped {entry['library']}: {entry['reason']}"
    rounds = f" of {result['rounds']} alternating rounds" if "rounds" in result else ""
    return text + f"\n\n{result['machine']}; medians{rounds}; {result['date']}"


def plot(result, parameters):
    """Horizontal bars on a logarithmic scale, one group for each operation."""
    rows = [row for row in result["rows"] if row["parameters"] == parameters]
    values = [value for row in rows for value in row["medians"].values()]
    if not values:
        return ""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    left, width, bar, gap = 230, 560, 14, 12

    def place(value):
        return left + width * (math.log10(value) - low) / max(high - low, 1)

    parts, y = [], 24
    for exponent in range(low, high + 1):
        x = place(10.0**exponent)
        parts.append(f'<line x1="{x:.0f}" y1="16" x2="{x:.0f}" y2="HEIGHT" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="12" text-anchor="middle">{duration(10.0**exponent)}</text>')
    for row in rows:
        present = [name for name in result["libraries"] if name in row["medians"]]
        middle = y + bar * len(present) / 2 + 4
        parts.append(f'<text x="{left - 8}" y="{middle:.0f}" text-anchor="end">'
                     f'{markup.escape(row["operation"])}</text>')
        for name in present:
            value = row["medians"][name]
            color = COLORS[result["libraries"].index(name) % len(COLORS)]
            times = "" if name == "Tacit" else f", {ratio(row, name):.1f}x"
            parts.append(f'<rect x="{left}" y="{y}" width="{max(place(value) - left, 1):.0f}" '
                         f'height="{bar - 2}" fill="{color}"><title>{markup.escape(name)}</title></rect>')
            parts.append(f'<text x="{place(value) + 4:.0f}" y="{y + 10}">{duration(value)}{times}</text>')
            y += bar
        y += gap
    body = "".join(parts).replace("HEIGHT", str(y))
    return (f"<h2>{markup.escape(parameters)}</h2>"
            f'<svg width="{left + width + 130}" height="{y + 4}" role="img" '
            f'aria-label="Latencies at {markup.escape(parameters)}">{body}</svg>')


def html(result, title, about):
    names = list(dict.fromkeys(row["parameters"] for row in result["rows"]))
    legend = "".join(
        f'<span style="color:{COLORS[i % len(COLORS)]}">&#9632;</span> {markup.escape(name)}&emsp;'
        for i, name in enumerate(result["libraries"]))
    skipped = "".join(
        f"<li>{markup.escape(entry['library'])} was skipped: {markup.escape(entry['reason'])}</li>"
        for entry in result["skipped"])
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{markup.escape(title)}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2rem auto; color: #1a202c; }}
svg text {{ font: 11px system-ui, sans-serif; fill: #1a202c; }}
pre {{ font-size: 12px; overflow-x: auto; background: #f7fafc; padding: 1rem; }}
</style>
<h1>{markup.escape(title)}</h1>
<p>{markup.escape(about)} Shorter is better; the scale is logarithmic; a ratio is the other time divided
by Tacit's.</p>
<p>{legend}</p><ul>{skipped}</ul>
{"".join(plot(result, name) for name in names)}
<h2>All figures</h2><pre>{markup.escape(table(result))}</pre>
</html>
"""
