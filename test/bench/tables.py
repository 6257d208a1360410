"""Writes what was measured: Markdown tables, and bars of ratios as one SVG."""
import html
import os

WIDTH, LEFT, ROW = 640, 170, 30


def markdown(header, rows):
    """A table: the header's names, and a row of texts each."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w") as file:
        file.write(text)
    os.replace(path + ".new", path)


def ratio_text(figure):
    return f"{figure['ratio']:.2f} [{figure['low']:.2f}, {figure['high']:.2f}]"


def bars(title, figures):
    """An SVG of (name, figure): a bar to the ratio, its interval, and a line at 1, where both are equal."""
    top = max(1.2, *(figure["high"] for _, figure in figures)) * 1.05
    height = 50 + ROW * len(figures)

    def x(value):
        return LEFT + (WIDTH - LEFT - 130) * value / top

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
             f'<text x="10" y="20" font-size="13">{html.escape(title)}</text>']
    for number, (name, figure) in enumerate(figures):
        y = 40 + ROW * number
        low, middle, high = (x(figure[key]) for key in ("low", "ratio", "high"))
        colour = "#2e7d4f" if figure["ratio"] >= 1 else "#b5532a"
        parts += [f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{html.escape(name)}</text>',
                  f'<rect x="{LEFT}" y="{y}" width="{middle - LEFT:.1f}" height="18" fill="{colour}"/>',
                  f'<path d="M{low:.1f} {y + 9}H{high:.1f}M{low:.1f} {y + 5}v8M{high:.1f} {y + 5}v8" stroke="#111" fill="none"/>',
                  f'<text x="{high + 6:.1f}" y="{y + 13}">{ratio_text(figure)}</text>']
    parts += [f'<path d="M{x(1):.1f} 34V{height - 8}" stroke="#111" stroke-dasharray="3 3"/>', "</svg>"]
    return "\n".join(parts) + "\n"
