#!/usr/bin/env bash
# The newest section of CHANGELOG.md, a line each, for the changelogs of packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
awk '/^## / { section++ } section == 1 && /^- / { sub(/^- /, ""); print }' CHANGELOG.md
