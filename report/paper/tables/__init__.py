"""The tables: result rows set in lines and columns, a builder a kind. Nothing is calculated here."""
