"""Ten digits drawn with strokes, in the manner of MNIST: 28 by 28, ink in a 20 by 20 box, centered by mass."""

from __future__ import annotations

import numpy as np

SIDE = 28
BOX = 20
Point = tuple[float, float]


def arc(center: Point, radii: Point, start: float, end: float, steps: int = 24) -> list[Point]:
    """Points on an ellipse; angles in degrees, 0 to the right, growing clockwise (y points down)."""
    angles = np.radians(np.linspace(start, end, steps))
    return [(center[0] + radii[0] * np.cos(a), center[1] + radii[1] * np.sin(a)) for a in angles]


# Strokes of each digit as polylines of (x, y); the size does not matter, the drawing is fitted to the box.
STROKES: list[list[list[Point]]] = [
    [arc((5, 7), (4, 6.5), -60, 300)],
    [[(4.2, 2.5), (6, 1), (5.4, 13)]],
    [arc((5, 4), (3.6, 3.2), 190, 380) + [(7.4, 6.6), (1.6, 13), (9, 12.6)]],
    [arc((4.6, 3.9), (3.3, 2.9), 210, 440) + arc((4.6, 9.9), (3.9, 3.3), -80, 145)],
    [[(2.4, 1), (1.6, 7.6), (8.4, 7.2)], [(7.6, 1.4), (6.9, 13.4)]],
    [[(8.3, 1), (2.8, 1.3), (2.2, 6.4)] + arc((4.6, 9.3), (3.8, 3.8), 235, 500)],
    [[(6.6, 0.8), (4.2, 3.2), (2.2, 7.2)] + arc((4.9, 9.7), (3.2, 3.2), 190, 545)],
    [[(1.2, 1.6), (8.2, 1.2), (6.2, 6.5), (4.2, 13.2)]],
    [arc((5, 3.9), (2.9, 2.9), 90, 450) + arc((5, 10.1), (3.4, 3.3), -90, 270)],
    [arc((4.9, 4.3), (3.1, 3.3), 0, 360) + [(8.0, 4.3), (7.4, 9), (6.2, 13.4)]],
]


def distance_to_segment(x: np.ndarray, y: np.ndarray, start: Point, end: Point) -> np.ndarray:
    """Distance of every (x, y) to the segment."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    along = ((x - start[0]) * across + (y - start[1]) * down) / length if length > 0 else np.zeros_like(x)
    along = np.clip(along, 0, 1)
    return np.hypot(x - start[0] - along * across, y - start[1] - along * down)


def drawn(strokes: list[list[Point]], pen: float) -> np.ndarray:
    """One image of 784 values from 0 to 255; `pen` is the stroke's radius in pixels."""
    points = np.array([point for stroke in strokes for point in stroke])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (BOX - 2 * pen) / (high - low).max()
    fine = 4
    position = (np.arange(SIDE * fine) + 0.5) / fine - SIDE / 2
    x, y = np.meshgrid(position, position)

    def ink(offset: np.ndarray) -> np.ndarray:
        nearest = np.full(x.shape, np.inf)
        for stroke in strokes:
            placed = [tuple((np.array(point) - (low + high) / 2) * scale + offset) for point in stroke]
            for start, end in zip(placed, placed[1:]):
                nearest = np.minimum(nearest, distance_to_segment(x, y, start, end))
        return np.clip((pen - nearest) / 0.6 + 0.5, 0, 1)

    centered = ink(np.zeros(2))
    mass = np.array([(centered * x).sum(), (centered * y).sum()]) / centered.sum()
    image = ink(-mass).reshape(SIDE, fine, SIDE, fine).mean(axis=(1, 3))
    return np.rint(255 * image).reshape(-1)


def drawn_digits() -> tuple[np.ndarray, np.ndarray]:
    """The digits 0 to 9 and their labels."""
    pens = [1.3, 1.5, 1.2, 1.3, 1.4, 1.2, 1.5, 1.3, 1.2, 1.4]
    return np.array([drawn(strokes, pen) for strokes, pen in zip(STROKES, pens)]), np.arange(10)
