"""Numbers of events and repeated values: rates, periods, count models, visits, estimating equations."""
