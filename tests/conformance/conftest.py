# SPDX-License-Identifier: MIT
"""The modules of this folder import one another by their names: they are also run as programs."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
