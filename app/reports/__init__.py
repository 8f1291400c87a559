"""Reports: bilans for structures and funders."""
