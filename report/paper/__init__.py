"""The paper: results become text, tables, figures, flow and prose. No data set, no statistics."""
