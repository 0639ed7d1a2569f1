"""The portal: 一窗通办 for disabled residents. Importing it does nothing; see ``portal.app.create_app``."""
