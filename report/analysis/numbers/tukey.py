"""The studentised range: the largest difference among k means over an independent estimate of their error.

R's ``ptukey`` and ``qtukey``; here in double precision also far out in the tail, where R's own has seven decimals.
The chance is an integral over the estimate of error (on a logarithmic scale, around its peak) of that of the range of
k normal values; both by the trapezoidal rule, which for functions that vanish at both ends loses next to nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from report.analysis.basis.t_estimates import LEAST, positive

Vector = npt.NDArray[np.float64]
STEPS, WIDEST_STEP = 161, 0.06  # of the logarithm of the error, around the peak: at least so many, none wider
FAINT = 50.0  # of a logarithm: what is so much smaller than the peak adds nothing
FAR = 40.0  # a wider range of normal values has a chance below 1e-170


def tukey_p(q: float, means: int, df: float) -> float:
    """Return the chance of a studentised range of at least q (R: ``ptukey(q, means, df, lower.tail = FALSE)``)."""
    if q <= 0:
        return 1.0
    scale = _around_the_peak(q, means, df)
    logarithms = _integrand(scale, q, means, df)
    return positive(float(np.exp(logarithms).sum() * (scale[1] - scale[0])))


def tukey_quantile(confidence: float, means: int, df: float) -> float:
    """Return the studentised range that is exceeded in 1 - confidence (R: ``qtukey(confidence, means, df)``)."""
    from scipy.optimize import brentq

    high = 8.0
    while tukey_p(high, means, df) > 1 - confidence:
        high *= 2
    return float(brentq(lambda q: tukey_p(q, means, df) - (1 - confidence), 1e-6, high, xtol=1e-10, rtol=1e-12))


def _around_the_peak(q: float, means: int, df: float) -> Vector:
    """Return logarithms of the error's scale, evenly spaced, between which the integrand is more than faint."""
    low, high = -60.0, 3.0
    for _ in range(3):
        scale = np.linspace(low, high, 91)
        logarithms = _integrand(scale, q, means, df)
        held = np.flatnonzero(logarithms > logarithms.max() - FAINT)
        low, high = scale[max(0, held[0] - 1)], scale[min(len(scale) - 1, held[-1] + 1)]
    return np.linspace(low, high, max(STEPS, int((high - low) / WIDEST_STEP)))


def _integrand(scale: Vector, q: float, means: int, df: float) -> Vector:
    """Return the logarithm of the density of the error's log scale times the chance of a range that it leaves."""
    from scipy.special import gammaln

    half = df / 2
    density = np.log(2.0) + half * np.log(half) - gammaln(half) + df * scale - half * np.exp(2 * scale)
    return np.asarray(density + _log_range_beyond(q * np.exp(scale), means))


def _log_range_beyond(width: Vector, means: int) -> Vector:
    """Return the logarithm of the chance that k normal values range over more than a width."""
    from scipy.special import log_ndtr

    step = 0.25
    z = np.arange(-9.0, FAR + 9.0, step)
    below, above = log_ndtr(z), log_ndtr(z[None, :] - np.minimum(width, FAR)[:, None])
    outside = -np.expm1((means - 1) * np.log1p(-np.minimum(np.exp(above - below), 1 - 1e-16)))
    weights = np.log(means * step) - z * z / 2 - np.log(2 * np.pi) / 2 + (means - 1) * below
    return np.asarray(np.minimum(0.0, np.log(np.maximum((outside * np.exp(weights)).sum(axis=1), LEAST))))
