"""How far two points of the Earth are from each other, reckoned apart from the SQL that is judged by it."""

from math import asin, cos, radians, sin, sqrt

from app.search.rules import EARTH_KM


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the length of the great circle between two points (haversine)."""
    half = sin(radians(to_latitude - latitude) / 2) ** 2
    turned = sin(radians(to_longitude - longitude) / 2) ** 2
    half += cos(radians(latitude)) * cos(radians(to_latitude)) * turned
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
