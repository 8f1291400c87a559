"""Mail: templates rendered and sent by jobs; services give a template's name and its values."""
