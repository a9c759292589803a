"""The archive: one zip from which the paper is built again, without the data sets or from them."""
