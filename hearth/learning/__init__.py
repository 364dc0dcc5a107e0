"""Knowledge tests: questions, papers, sittings, attempts."""
