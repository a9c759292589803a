"""Publishing: the manuscript becomes HTML, PDF and DOCX, which the gate reads back."""
