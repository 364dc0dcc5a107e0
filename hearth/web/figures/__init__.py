"""Pages of the figures: the explorer, the rows behind a value, the card on other pages."""
