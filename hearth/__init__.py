"""Hearth 暖厅: runs the service-quality programme of a network of branches."""
