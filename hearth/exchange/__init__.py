"""One class an import sheet or export."""
