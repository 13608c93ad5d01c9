# Written by `timewell gen`; do not edit, make it again.
