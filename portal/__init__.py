"""The portal: 一窗通办 for disabled residents."""
