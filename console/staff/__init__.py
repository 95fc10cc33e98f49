"""The clinicians' and supervisors' workspace: pages, permits and the live stream, against the port `Desk`."""
