"""What was measured, as a table and as a picture."""

from xml.sax.saxutils import escape

from kaudit_e2e.bench.works import WATCHERS

COUNTS = (("allocations", "allocations", 1), ("bytes", "KB", 1 / 1024), ("reads", "reads", 1), ("writes", "writes", 1), ("arms", "arms", 1), ("looks", "looks", 1))


def table(result):
    """Markdown: a line a request and way to audit."""
    lines = [
        "| request | audit | requests/s | server CPU | of the bare | p50 | p99 | p99.9 | RSS |" + "".join(f" {name} |" for _, name, _ in COUNTS),
        "|---|---|" + "---:|" * (7 + len(COUNTS)),
    ]
    for work in result["works"]:
        for audit, runs in result["runs"].items():
            if work not in runs:
                continue
            run = runs[work]
            counted = result["counts"].get(audit, {}).get(work)
            cells = [
                work,
                audit,
                f"{run['perSecond']:,.0f}",
                f"{run['cpu_us']:.1f} µs",
                f"{run['of_bare']:.2f}",
                *(f"{run[key]:,.0f} µs" for key in ("p50us", "p99us", "p999us")),
                f"{run['rss_mib']:.0f} MiB",
                *(f"{counted[key] * factor:.1f}" if counted else "" for key, _, factor in COUNTS),
            ]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def words(result):
    """What has no line in the table."""
    least = [f"{name} {run['cpu_us']:.1f} µs" for name, run in result["ceilings"].items()]
    least.append(f"one write(2) of an event {result['write_us']:.1f} µs")
    text = [f"The least in this run, CPU a request: {', '.join(least)}."]
    for audit, paces in result["watch"].items():
        told = ", ".join(f"{us:.2f} µs where events come {pace}" for pace, us in paces.items())
        text.append(f"An event costs each of {WATCHERS:,} watchers over TLS ({audit}): {told}.")
    if result["start"]:
        text.append(f"Ready (own CA, certificates and kubeconfig made) after {result['start'][0]:.0f} ms; idle memory {result['start'][1]:.1f} MiB.")
    return "\n".join(text)


BAR, GAP, LEFT, RIGHT, WIDTH = 14, 4, 300, 130, 520
COLOURS = ("#8a8f98", "#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d")


def svg(result):
    """CPU a request as bars: a group a request, a bar a way to audit; a line where the bare server is."""
    bars = [(work, audit, runs[work]["cpu_us"], runs[work]["of_bare"]) for work in result["works"] for audit, runs in result["runs"].items() if work in runs]
    most = max(us for _, _, us, _ in bars)
    audits = list(result["runs"])
    parts, y, before = [], 40, None
    for work, audit, us, of_bare in bars:
        if work != before:
            y += 14
            parts.append(f'<text x="8" y="{y + BAR - 3}" font-weight="bold">{escape(work)}</text>')
            before = work
        width = us / most * WIDTH
        bare = LEFT + us / of_bare / most * WIDTH
        colour = COLOURS[audits.index(audit) % len(COLOURS)]
        parts.append(f'<text x="{LEFT - 8}" y="{y + BAR - 3}" text-anchor="end">{escape(audit)}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>')
        parts.append(f'<line x1="{bare:.1f}" x2="{bare:.1f}" y1="{y - 2}" y2="{y + BAR + 2}" stroke="#000"/>')
        parts.append(f'<text x="{LEFT + width + 6:.1f}" y="{y + BAR - 3}">{us:.0f} µs · {of_bare:.2f}×</text>')
        y += BAR + GAP
    # Names of requests are wider than what is left of the audits' names: they stand above their group.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" height="{y + 16}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="8" y="20" font-size="14">Server CPU a request; the black line is the bare server</text>'
        + "".join(parts)
        + "</svg>\n"
    )
