"""What the pages share: the published data opened and asked, filters and links, charts, evidence."""
