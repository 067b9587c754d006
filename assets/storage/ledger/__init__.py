"""The ledger: the transactional record of status, claims, takes and money."""
