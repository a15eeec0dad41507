#!/usr/bin/env bash
# Builds out/ocihooks-VERSION-1.ARCH.rpm from what "make install" installs. Needs rpmbuild.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make --no-print-directory install DESTDIR="$work/stage" PREFIX=/usr >/dev/null
install -D -m 644 LICENSE "$work/stage/usr/share/licenses/ocihooks/LICENSE"
install -D -m 644 README.md CHANGELOG.md docs/rules.md docs/hooks.md docs/architecture.md daemon.json.example -t "$work/stage/usr/share/doc/ocihooks"
rpmbuild -bb --quiet --define "_topdir $work/rpm" --define "ocihooks_version $version" --define "ocihooks_stage $work/stage" \
    packaging/rpm/ocihooks.spec
cp "$work"/rpm/RPMS/*/ocihooks-*.rpm out/
