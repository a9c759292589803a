# To a multiple of steps/per (such as 1/10), halves away from zero; a billionth of a step is forgiven.
to_step <- function(x, steps, per) sign(x) * floor(abs(x) * per / steps + 0.5 + 1e-9) * steps / per
