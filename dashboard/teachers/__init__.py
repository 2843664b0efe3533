"""Teachers: progress, rosters, corrections of credit, issue reports, personal links."""
