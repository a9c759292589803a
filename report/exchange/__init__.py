"""Results in the shapes that others use: R's cards, a table of SAS, and a reporting event of the CDISC ARS."""
