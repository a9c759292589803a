"""The data, from files to checked cells: what is read, what is wrong with it, who is asked, and what was let stand."""
