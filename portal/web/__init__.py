"""What people see: blueprints, forms and the decorators that say who may enter."""
