"""Contact angles from images: edge, baseline, Young-Laplace profile and tangents, work of adhesion."""

from interlayer.surface.wetting.measure import Drop, measure

__all__ = ["Drop", "measure"]
