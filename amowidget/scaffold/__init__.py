"""Templates and answers become a widget that passes every check; placeholder logos are drawn here, offline."""
