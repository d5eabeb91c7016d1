# Home Assistant answers `import voluptuous` with probatio, its successor of the same interface.
from probatio import *
